/// The rule by which the class column of a table was found. Raw values are its description for users.
enum LabelRule: String {
  /// An option or a model names the column.
  case given = ""
  /// The column has one of the usual names of class columns.
  case name = "by its name"
  case lastAsInTraining = "the last, as in training"
  case onlyText = "the last, the only one of text"
  case first = "the first"

  /// True if the column's position decided, so that it may be none of classes.
  var isByPosition: Bool {
    switch self {
    case .given, .name: false
    case .lastAsInTraining, .onlyText, .first: true
    }
  }
}

extension TableFormat {
  /// A description of the class column, and the rule by which it was found; nil if there is none.
  var labelText: String? {
    labelColumn.map { "class column \(shown($0))" + (labelRule == .given ? "" : " (\(labelRule.rawValue))") }
  }
}
