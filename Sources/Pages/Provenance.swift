import Charts

/// The origin of a report: everything needed to reproduce it.
package struct Provenance: Sendable {
  /// The command line, quoted for a shell.
  package var command: String
  /// The machine and the program: `[("cores", "2"), …]`.
  package var machine: [(name: String, value: String)]
  /// All options with their effective values.
  package var options: [(name: String, value: String)]

  package init(
    command: String, machine: [(name: String, value: String)], options: [(name: String, value: String)] = []
  ) {
    self.command = command
    self.machine = machine
    self.options = options
  }
}

extension Page {
  /// The last section of every report: command, options, machine.
  package mutating func provenance(_ provenance: Provenance, title: String = "Reproduction") {
    section(title)
    command(provenance.command)
    facts(provenance.machine)
    guard !provenance.options.isEmpty else { return }
    paragraph("All options with their effective values, including defaults and automatic choices:")
    facts(provenance.options)
  }
}
