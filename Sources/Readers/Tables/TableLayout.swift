/// The layout of a table: what `auto` stands for in the options `header` and `categorical`.
package struct TableLayout: Sendable, Equatable {
  /// True if the first line, or a comment before it, has the names of the columns.
  package var hasHeader: Bool
  /// The text columns as values of the option `categorical`: by name, or by number from 0.
  package var textColumns: [String]

  init(_ format: TableFormat, _ kinds: [TableFormat.FeatureKind]) {
    hasHeader = format.hasHeader
    textColumns = zip(format.featureColumns, kinds).filter { $1 == .text }.map { column, _ in
      let name = format.hasHeader ? format.names[column] : ""
      let others = format.hasHeader ? format.names.filter { ExactText($0) == ExactText(name) } : []
      // A name that a list of names cannot have, or that is not of one column alone, is given by the number.
      let isPlain =
        !["", "auto", "none"].contains(name.lowercased()) && Int(name) == nil
        && !name.contains { ",\"".contains($0) || $0.isNewline }
      return isPlain && others.count == 1 ? name : "\(column)"
    }
  }
}
