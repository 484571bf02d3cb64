import Files

/// What is wrong with a command line. The description is one line, without the program's name.
enum UsageError: Error, Equatable, CustomStringConvertible {
  case unknownCommand(found: String, known: [String], nearest: String?)
  /// An option in the command's place.
  case optionBeforeCommand(found: String, known: [String])
  case missingSubcommand(command: String, known: [String])
  /// `owners`: the commands that do have such an option.
  case unknownOption(found: String, command: String, nearest: String?, owners: [String])
  case missingValue(option: String, allowed: String, next: String?)
  case unexpectedValue(option: String, found: String)
  case value(option: String, found: String, allowed: String, nearest: String?)
  case argument(name: String, found: String, allowed: String)
  case repeated(option: String, found: [String])
  /// `--name` and `--no-name`.
  case contradiction(String, String)
  /// Options as given (`--momentum 0.9`), why they do not go together, and what would.
  case combination(options: [String], reason: String, expected: String)
  case missingArgument(name: String, command: String)
  case unexpectedArgument(found: String, command: String, option: String?)
  /// Options that another module has words for.
  case elsewhere(String)

  var description: String {
    switch self {
    case .unknownCommand(let found, let known, let nearest):
      "unknown command \(Quoted(found)): expected one of \(known.joined(separator: ", "))"
        + Self.suggestion(nearest)
    case .optionBeforeCommand(let found, let known):
      "found the option \(Quoted(found)) before a command, expected one of \(known.joined(separator: ", ")) first."
    case .missingSubcommand(let command, let known):
      "\(command): found nothing after it, expected one of \(known.joined(separator: ", "))."
    case .unknownOption(let found, let command, let nearest, let owners):
      "unknown option \(Quoted(found)) of 'descent \(command)'"
        + (owners.isEmpty ? "" : " (it belongs to \(owners.joined(separator: ", ")))")
        + (nearest.map { ": the nearest is --\($0)" } ?? "") + "; 'descent help \(command)' lists all."
    case .missingValue(let option, let allowed, let next):
      "--\(option): found no value, expected \(allowed)."
        + (next.map { " \(Quoted($0)) follows; if that is the value, write --\(option)=\(Quoted($0))." } ?? "")
    case .unexpectedValue(let option, let found):
      "--\(option): found the value \(Quoted(found)), expected none."
    case .value(let option, let found, let allowed, let nearest):
      "--\(option): found \(Quoted(found)), expected \(allowed)\(Self.suggestion(nearest))"
    case .argument(let name, let found, let allowed):
      "\(name): found \(Quoted(found)), expected \(allowed)."
    case .repeated(let option, let found):
      "--\(option): found \(found.count) times (\(Self.list(found))), expected once."
    case .contradiction(let one, let other):
      "--\(one) and --\(other): found both, expected one of them."
    case .combination(let options, let reason, let expected):
      "\(options.map { "\(Quoted($0))" }.joined(separator: " with ")): \(reason); expected \(expected)."
    case .elsewhere(let message): message
    case .missingArgument(let name, let command):
      "\(name): found none, expected one: 'descent help \(command)' tells more."
    case .unexpectedArgument(let found, let command, let option):
      "unexpected argument \(Quoted(found)) of 'descent \(command)'"
        + (option.map { ": the option is --\($0)." } ?? "; 'descent help \(command)' tells what it takes.")
    }
  }

  /// Cross-entropy on an output that gives no probabilities; both options as spelled.
  static func crossEntropy(_ loss: String, on output: String) -> UsageError {
    .combination(
      options: [loss, output], reason: "cross-entropy needs probabilities",
      expected: "--output softmax or sigmoid, or --loss squared-error")
  }

  /// The first few of what was given.
  private static func list(_ found: [String]) -> String {
    (found.prefix(8).map { "\(Quoted($0))" } + (found.count > 8 ? ["…"] : [])).joined(separator: ", ")
  }

  private static func suggestion(_ nearest: String?) -> String {
    nearest.map { "; the nearest is \($0)." } ?? "."
  }
}

/// What a user wrote, fit for a message: nothing said as such, long texts cut.
struct Quoted: CustomStringConvertible {
  let description: String

  init(_ text: String) {
    description = text.isEmpty ? "an empty text" : text.excerpt(80)
  }
}
