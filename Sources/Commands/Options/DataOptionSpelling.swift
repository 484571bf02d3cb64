import Datasets

extension Arguments {
  /// An error's message, with the option and the source of the data as they were given: the two that do not go together.
  func spelled(_ error: DataOptionError) -> String {
    let names = Set([error.option, "--" + DataSelection.sourceOption.name])
    let given = declared.filter { names.contains("--" + $0.name) && isGiven($0) }
    guard given.contains(where: { "--" + $0.name == error.option }) else { return error.description }
    // The source stands first among options, and last in the message.
    return given.reversed().map { "\(Quoted(spelling($0)))" }.joined(separator: " with ") + ": \(error.message)"
  }
}
