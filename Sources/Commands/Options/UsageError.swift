import Files

/// A usage error. The description is one line, without the program's name.
enum UsageError: Error, Equatable, CustomStringConvertible {
  case unknownCommand(found: String, known: [String], nearest: String?)
  /// An option before the command; `nearest`: the option that was probably meant.
  case optionBeforeCommand(found: String, known: [String], nearest: String?)
  case missingSubcommand(command: String, known: [String])
  /// `nearest`: names of options of the command; `advice`: what to do instead, as a sentence without its period;
  /// `owners`: the commands that have this option.
  case unknownOption(found: String, command: String, nearest: [String], advice: String?, owners: [String])
  case missingValue(option: String, allowed: String, next: String?)
  case unexpectedValue(option: String, found: String)
  case value(option: String, found: String, allowed: String, nearest: String?)
  /// `found` is a description of the text: `1 twice in 1,2,1`.
  case values(option: String, found: String, allowed: String)
  case argument(name: String, found: String, allowed: String, nearest: String? = nil)
  /// `search`: the values as a list that a sweep searches.
  case repeated(option: String, found: [String], search: String? = nil)
  /// `--name` and `--no-name`.
  case contradiction(String, String)
  /// Options as given (`--momentum 0.9`), the conflict, and the remedy.
  case combination(options: [String], reason: String, expected: String)
  case missingArgument(name: String, command: String)
  /// `hint`: the remedy as a sentence without its period.
  case unexpectedArgument(found: String, command: String, hint: String?)
  /// Options that differ from those of rank 0, on the rank of this name.
  case rank(name: String, message: String)
  /// A message from another module about options.
  case elsewhere(String)

  var description: String {
    switch self {
    case .unknownCommand(let found, let known, let nearest):
      "unknown command \(Quoted(found)); expected one of \(known.joined(separator: ", "))" + Self.suggestion(nearest)
    case .optionBeforeCommand(let found, let known, let nearest):
      nearest.map { "unknown option \(Quoted(found)); the nearest is \($0)." }
        ?? "the option \(Quoted(found)) is before the command; expected one of \(known.joined(separator: ", ")) first."
    case .missingSubcommand(let command, let known):
      "missing subcommand of 'descent \(command)'; expected one of \(known.joined(separator: ", "))."
    case .unknownOption(let found, let command, let nearest, let advice, let owners):
      "unknown option \(Quoted(found)) of 'descent \(command)'" + Self.owners(owners)
        + (advice.map { "; \($0)" } ?? Self.suggestion(options: nearest))
        + ". 'descent help \(command)' lists all options."
    case .missingValue(let option, let allowed, let next):
      "--\(option): missing value; expected \(allowed)."
        + (next.map { " If \(Quoted($0)) is the value, write --\(option)=\(Quoted($0))." } ?? "")
    case .unexpectedValue(let option, let found):
      "--\(option): unexpected value \(Quoted(found)); expected none."
    case .value(let option, let found, let allowed, let nearest):
      "--\(option): \(Self.invalid(found)); expected \(allowed)\(Self.suggestion(nearest))"
    case .values(let option, let found, let allowed):
      "--\(option): \(Quoted(found)); expected \(allowed)."
    case .argument(let name, let found, let allowed, let nearest):
      "\(name): \(Self.invalid(found)); expected \(allowed)\(Self.suggestion(nearest))"
    case .repeated(let option, let found, let search):
      "--\(option): given \(found.count) times (\(Self.list(found))); expected once"
        + (search.map { ", or as a list to search: --\(option) \($0)." } ?? ".")
    case .contradiction(let one, let other):
      "--\(one) and --\(other): both given; expected one of them."
    case .combination(let options, let reason, let expected):
      "\(options.map { "\(Quoted($0))" }.joined(separator: " with ")): \(reason); expected \(expected)."
    case .rank(let name, let message): "\(name) \(message)"
    case .elsewhere(let message): message
    case .missingArgument(let name, let command):
      "missing argument \(name) of 'descent \(command)'. 'descent help \(command)' shows its usage."
    case .unexpectedArgument(let found, let command, let hint):
      "unexpected argument \(Quoted(found)) of 'descent \(command)'"
        + (hint.map { "; \($0)." } ?? ". 'descent help \(command)' shows its usage.")
    }
  }

  /// Cross-entropy with an output that is not a probability; both options as given.
  static func crossEntropy(_ loss: String, on output: String) -> UsageError {
    .combination(
      options: [loss, output], reason: "cross-entropy needs probabilities",
      expected: "--output softmax or sigmoid, or --loss squared-error")
  }

  /// The first eight of the given values.
  private static func list(_ found: [String]) -> String {
    (found.prefix(8).map { "\(Quoted($0))" } + (found.count > 8 ? ["…"] : [])).joined(separator: ", ")
  }

  private static func owners(_ commands: [String]) -> String {
    commands.isEmpty ? "" : "; it is an option of \(commands.joined(separator: ", "))"
  }

  private static func invalid(_ found: String) -> String {
    found.isEmpty ? "empty value" : "invalid value \(Quoted(found))"
  }

  private static func suggestion(options nearest: [String]) -> String {
    guard !nearest.isEmpty else { return "" }
    return "; the nearest \(nearest.count == 1 ? "is" : "are") "
      + nearest.map { "--\($0)" }.joined(separator: " and ")
  }

  private static func suggestion(_ nearest: String?) -> String {
    nearest.map { "; the nearest is \($0)." } ?? "."
  }
}

/// A user's text in a message: an empty one is named, a long one truncated.
struct Quoted: CustomStringConvertible {
  let description: String

  init(_ text: String) {
    description = text.isEmpty ? "an empty text" : text.excerpt(80)
  }
}
