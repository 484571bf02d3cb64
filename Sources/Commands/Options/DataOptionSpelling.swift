import Datasets
import Files

extension Arguments {
  /// An error's message, with the option and the source of the data as they were given: the two that do not go together.
  func spelled(_ error: DataOptionError) -> String {
    let names = Set([error.option.spelling, "--" + DataSelection.sourceOption.name])
    let given = declared.filter { names.contains("--" + $0.name) && isGiven($0) }
    guard given.contains(where: { "--" + $0.name == error.option.spelling }) else { return error.spelled }
    // The source stands first among options, and last in the message.
    return given.reversed().map { "\(Quoted(spelling($0)))" }.joined(separator: " with ") + ": \(error.message.spelled)"
  }
}

extension DataOption {
  /// As the command line has it: `testFraction` is `--test-fraction`.
  var spelling: String {
    "--" + name.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
  }
}

extension OptionText {
  /// With options as the command line has them.
  var spelled: String {
    spelled { name, value in DataOption(name).spelling + (value.map { " \($0)" } ?? "") }
  }
}

extension DataOptionError {
  /// With options as the command line has them.
  var spelled: String { "\(option.spelling): \(message.spelled)" }
}

extension FileError {
  /// The line, options as the command line has them.
  var spelled: String {
    description { name, value in DataOption(name).spelling + (value.map { " \($0)" } ?? "") }
  }
}
