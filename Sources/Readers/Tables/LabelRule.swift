import Files

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

  /// The rule in words, in parentheses after a column; empty for a given column.
  private var words: String {
    switch self {
    case .given: ""
    case .name: " (by its name)"
    case .lastAsInTraining: " (the last, as in training)"
    case .onlyText: " (the last, the only one of text)"
    case .first: " (the first)"
    }
  }

  /// The options that select another column than one for which neither a name nor a model decided; nil for other rules.
  package var alternative: OptionText? {
    switch self {
    case .given, .name, .lastAsInTraining: nil
    case .onlyText: "\(DataOption.label, "first") or another column's name or number selects another"
    case .first: "\(DataOption.label, "last") or another column's name or number selects another"
    }
  }

  /// A description of a class column, with the rule.
  ///
  /// - Parameter column: the column, as messages show it.
  package func text(_ column: String) -> String { "class column \(column)\(words)" }

  /// A note on a column that is left out as the class column and may be another one, since the rule is a guess, or a text of the column is
  /// none of a model's labels.
  ///
  /// - Parameters:
  ///   - column: the column, as messages show it.
  ///   - cells: the texts of the column.
  ///   - labels: those of the model; nil if it does not know them.
  package func note(
    leavingOut column: String, _ cells: some Sequence<String>, labels: [String]?, path: String
  ) -> OptionText? {
    let unknown = labels.flatMap { ClassNumbering($0).unknownLabel(in: cells) }
    guard alternative != nil || unknown != nil else { return nil }
    return """
      \(path): column \(column)\(words) is left out as the class column\(unknown ?? ""); \
      \(alternative ?? "compare the columns with those of training")
      """
  }
}

extension ClassNumbering {
  /// The first text that is none of these labels, as the end of a sentence; nil without one.
  fileprivate func unknownLabel(in cells: some Sequence<String>) -> String? {
    cells.first { index(of: $0) == nil }
      .map { ", and has '\($0.excerpt())', which is none of the model's labels \(Self.shown(labels))" }
  }
}

extension TableFormat {
  /// A description of the class column, and the rule by which it was found; nil if there is none.
  var labelText: String? {
    labelColumn.map { labelRule.text(shown($0)) }
  }
}
