/// What went wrong with a file: its place, what was found, what was expected, and the way out if there is one.
///
/// One line to a person: `Data/labels.gz: found magic 0x00000803, expected 0x00000801 (IDX labels). Images and labels look swapped.`
public struct FileError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The file as the user named it, with line and column where that helps (`cars.csv:17:4`).
  public var file: String
  public var found: String
  public var expected: String
  public var hint: String?

  public init(file: String, found: String, expected: String, hint: String? = nil) {
    self.file = file
    self.found = found
    self.expected = expected
    self.hint = hint
  }

  public var description: String {
    "\(file): found \(found), expected \(expected)." + (hint.map { " \($0)" } ?? "")
  }
}
