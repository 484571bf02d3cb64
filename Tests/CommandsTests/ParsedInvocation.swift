import Testing

@testable import Commands

/// Results of parsing a command line; another result fails the test.
extension Invocation {
  /// The command that a command line runs.
  static func command<Parsed: Command>(
    _ words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Parsed {
    let invocation = try Invocation(words)
    let command: (any Command)? = if case .run(let command, _) = invocation { command } else { nil }
    return try #require(command as? Parsed, "another result of \(words)", sourceLocation: sourceLocation)
  }

  /// The arguments of a command line that runs a command or prints its configuration.
  static func arguments(
    _ words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Arguments {
    let arguments: Arguments? =
      switch try Invocation(words) {
      case .run(_, let arguments): arguments
      case .configuration(_, let arguments): arguments
      default: nil
      }
    return try #require(arguments, "another result of \(words)", sourceLocation: sourceLocation)
  }
}
