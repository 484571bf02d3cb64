/// The rule by which the class column of a table was found.
package enum LabelRule {
  /// An option or a model names the column, or there is none.
  case given
  /// The column has one of the usual names of class columns.
  case name
  /// The column is the last one, as in the training table, which had more columns.
  case lastAsInTraining
  /// The column is the last one, and the only one of text.
  case onlyText
  /// The first column, since no other rule finds one.
  case first

  /// True if the column's position decided, so that it may not contain classes.
  package var isByPosition: Bool {
    switch self {
    case .given, .name: false
    case .lastAsInTraining, .onlyText, .first: true
    }
  }

  /// The rule in words; nil for a given column.
  fileprivate var words: String? {
    switch self {
    case .given: nil
    case .name: "by its name"
    case .lastAsInTraining: "the last, as in training"
    case .onlyText: "the last, the only one of text"
    case .first: "the first"
    }
  }
}

extension TableFormat {
  /// A description of the class column, and the rule by which it was found; nil if there is none.
  var labelText: String? {
    labelColumn.map { "class column \(shown($0))" + (labelRule.words.map { " (\($0))" } ?? "") }
  }
}
