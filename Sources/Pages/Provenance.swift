import Charts

/// The origin of a report: everything needed to reproduce it.
package struct Provenance: Sendable {
  /// The command line, quoted for a shell.
  package var command: String
  /// The machine and the program: `[("cores", "2"), …]`.
  package var machine: [(name: String, value: String)]
  /// All options with their effective values.
  package var options: [(name: String, value: String)]
  /// True if options have the effective values of one run; otherwise they have the given values or the described defaults.
  package var isFilledIn: Bool

  package init(
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
  package mutating func provenance(_ provenance: Provenance, title: String = "Reproduction") {
    section(title)
    command(provenance.command)
    facts(provenance.machine)
    guard !provenance.options.isEmpty else { return }
    paragraph(
      provenance.isFilledIn
        ? "All options with their effective values, including defaults and automatic choices:"
        : "All options as given or by default; values chosen automatically are in the table above:")
    facts(provenance.options)
  }
}
