import Charts

/// What made a report: enough to make it again.
public struct Provenance: Sendable {
  /// The command line, quoted for a shell.
  public var command: String
  /// The machine and the program: `[("cores", "2"), …]`.
  public var machine: [(name: String, value: String)]
  /// Every option with the value that held.
  public var options: [(name: String, value: String)]

  public init(
    command: String, machine: [(name: String, value: String)], options: [(name: String, value: String)] = []
  ) {
    self.command = command
    self.machine = machine
    self.options = options
  }
}

extension Page {
  /// The last section of every report: command, options, machine.
  public mutating func provenance(_ provenance: Provenance) {
    section("How it was made")
    command(provenance.command)
    facts(provenance.machine)
    guard !provenance.options.isEmpty else { return }
    paragraph("Every option with the value that held, defaults and automatic choices filled in:")
    facts(provenance.options)
  }
}
