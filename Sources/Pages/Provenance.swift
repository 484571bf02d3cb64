import Charts

/// What made a report: enough to make it again.
public struct Provenance: Sendable {
  /// The command line, quoted for a shell.
  public var command: String
  /// The machine and the program: `[("cores", "2"), …]`.
  public var machine: [(name: String, value: String)]
  /// Every option with what holds.
  public var options: [(name: String, value: String)]
  /// Whether options of one run have the values that they came to; else they have what was given or the defaults in words.
  public var isFilledIn: Bool

  public init(
    command: String, machine: [(name: String, value: String)], options: [(name: String, value: String)] = [],
    isFilledIn: Bool = true
  ) {
    self.command = command
    self.machine = machine
    self.options = options
    self.isFilledIn = isFilledIn
  }
}

extension Page {
  /// The last section of every report: command, options, machine.
  public mutating func provenance(_ provenance: Provenance) {
    section("How it was made")
    command(provenance.command)
    facts(provenance.machine)
    guard !provenance.options.isEmpty else { return }
    paragraph(
      provenance.isFilledIn
        ? "Every option with the value that held, defaults and automatic choices filled in:"
        : "Every option, as it was given or by default; what automatic choices came to stands in the table above:")
    facts(provenance.options)
  }
}
