import Datasets
import Files

extension Arguments {
  /// The message of an error, with the option and the data source as on the command line.
  func spelled(_ error: DataOptionError) -> String {
    let names = Set([error.option.spelling, "--" + DataSelection.sourceOption.name])
    let given = declared.filter { names.contains("--" + $0.name) && isGiven($0) }
    guard given.contains(where: { "--" + $0.name == error.option.spelling }) else { return error.spelled }
    // The source is first among options and last in the message.
    return given.reversed().map { "\(Quoted(spelling($0)))" }.joined(separator: " with ")
      + ": \(error.message.spelled.sentence)"
  }
}

extension DataOption {
  /// The spelling of the command line: `testFraction` is `--test-fraction`.
  var spelling: String {
    "--" + name.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
  }
}

extension OptionText {
  /// The message with options as on the command line.
  var spelled: String {
    spelled { name, value in DataOption(name).spelling + (value.map { " \($0)" } ?? "") }
  }
}

extension String {
  /// The text with a full stop at its end.
  var sentence: String { hasSuffix(".") ? self : self + "." }
}

extension DataOptionError {
  /// The message with options as on the command line.
  var spelled: String { "\(option.spelling): \(message.spelled.sentence)" }
}

extension FileError {
  /// The line with options as on the command line.
  var spelled: String {
    description { name, value in DataOption(name).spelling + (value.map { " \($0)" } ?? "") }
  }
}
