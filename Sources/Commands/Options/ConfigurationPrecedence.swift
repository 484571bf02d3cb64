/// The precedence of the command line over a file of option values in conflicts between their options.
enum ConfigurationPrecedence {
  /// The option to omit from the file after an error; nil if the error is not a conflict between an option of the file and
  /// one of the command line.
  static func omitted(
    after error: any Error, file: [String: [String]], commandLine: Arguments
  ) -> String? {
    guard case .combination(let spellings, _, _)? = error as? UsageError else { return nil }
    let options = spellings.compactMap { spelling in
      let word = spelling.prefix { $0 != " " }.drop { $0 == "-" }
      return commandLine.declared.first { $0.name == word || $0.negation.map { $0 == word } == true }
    }
    // Two paths that collide stay an error: an omitted input would be replaced by the output.
    let paths = options.filter { !$0.traits.isDisjoint(with: [.output, .input, .inputPath]) }
    if paths.count > 1 { return nil }
    let names = options.map(\.name)
    guard names.contains(where: { commandLine.texts[$0] != nil }) else { return nil }
    return names.first { commandLine.texts[$0] == nil && file[$0] != nil }
  }
}
