import Files
import SampleData

/// The properties of an array with features and labels or targets, without its numbers.
package struct ArrayContent: Sendable {
  /// The columns, as a model of this array keeps them; nil if labels and targets are not read.
  package var columns: TableColumns?
  /// A description of the class column; nil for targets, and if labels are not read.
  package var labelText: String?
  /// The rule by which the class column was found.
  package var labelRule = LabelRule.given
  /// Notes for the user.
  package var notes: [OptionText] = []

  package init() {}
}
