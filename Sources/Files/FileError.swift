/// An error about a file: what was found, what was expected, and the remedy if there is one.
///
/// The description is one line: `Data/labels.gz: found magic 0x00000803, expected 0x00000801 (IDX labels). Images and labels look swapped.`
public struct FileError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The file as the user named it, with line and column if known (`cars.csv:17:4`).
  public var file: String
  /// The observation, as a noun phrase that completes "found …".
  public var found: String
  /// The expectation, as a noun phrase that completes "expected …"; nil if `found` is clear without it.
  public var expected: String?
  /// The remedy, in which options are named by their properties; nil if there is none.
  public var hint: OptionText?
  /// The kind of cause.
  public var cause: Cause

  /// The kind of cause, which decides whether reading the same file again can help.
  public enum Cause: Sendable {
    /// The file itself: its content, its kind or its name. Reading it again fails again.
    case content
    /// The machine or its settings: permissions, memory, a failing disk. The file may be intact.
    case access
  }

  /// Creates an error; all texts are parts of one sentence.
  public init(file: String, found: String, expected: String?, hint: OptionText? = nil, cause: Cause = .content) {
    self.file = file
    self.found = found
    self.expected = expected
    self.hint = hint
    self.cause = cause
  }

  public var description: String { description { name, value in name + (value.map { " \($0)" } ?? "") } }

  /// The description, with the options of the hint spelled by `spell`.
  public func description(spelling spell: (_ name: String, _ value: String?) -> String) -> String {
    "\(file): " + (expected.map { "found \(found), expected \($0)" } ?? found) + "."
      + (hint.map { " " + $0.spelled(spell) } ?? "")
  }
}

extension OptionText {
  /// The remedy for a file that lacks bytes or has wrong ones.
  package static let copyAgain: OptionText = "Copy or download the file again; it is truncated or damaged."
}
