import Files

/// How a table is laid out: found from its first lines and the options.
struct TableFormat: Equatable {
  var separator: TableCells.Separator
  /// Cells a line.
  var columns: Int
  var hasHeader: Bool
  /// The class column; `nil` where the last `targets` columns are the targets.
  var labelColumn: Int?
  var targets: Int
  /// The columns' names, where there is a header.
  var names: [String]

  var features: Int { columns - targets - (labelColumn == nil ? 0 : 1) }

  /// - Parameters:
  ///   - text: the first lines, without a byte-order mark.
  ///   - isWhole: whether that is all of the file.
  /// - Throws: `FileError` where there is no line; `DataOptionError` where a column that an option names is not there.
  init(
    _ text: UnsafeBufferPointer<UInt8>, isWhole: Bool, path: String, label: LabelColumn?, targets: Int?
  ) throws {
    (separator, columns) = TableFormat.separator(text, isWhole: isWhole)
    guard let first = TableCells(separator: separator).records(text, limit: 1, isWhole: isWhole).first else {
      throw FileError(file: path, found: "no sample", expected: "at least one line with numbers")
    }
    guard first.allSatisfy(\.isStreamSafe) else {
      throw FileError(file: "\(path):1", found: "combining marks without end", expected: "names of columns, or numbers")
    }
    self.targets = targets ?? 0
    names = first
    guard columns >= 2 else {
      throw FileError(
        file: path, found: "lines of one cell", expected: "a label or target and at least one feature a line",
        hint: "Cells may be separated by commas, semicolons, tabs or spaces.")
    }
    guard columns <= TableCells.mostColumns else {
      throw FileError(
        file: "\(path):1", found: "more than \(TableCells.mostColumns) cells in a line", expected: "at most that many")
    }
    if let targets {
      guard targets < columns else {
        throw DataOptionError(
          .targets, "\(targets) of \(path)'s \(columns) columns leave no feature; at most \(columns - 1)")
      }
      labelColumn = nil
    } else {
      labelColumn = try TableFormat.labelColumn(label ?? .first, first, path: path)
    }
    hasHeader = false
    hasHeader = first.indices.allSatisfy { !isFeature($0) || !TableFormat.looksLikeNumber(first[$0]) }
    if case .name(let name)? = label, !hasHeader {
      throw DataOptionError(
        .label, "'\(name)' names a column, and \(path) has no header; give the column's number, from 0")
    }
    if !hasHeader { names = [] }
  }

  /// Whether this column holds an input of the network.
  func isFeature(_ column: Int) -> Bool { column != labelColumn && column < columns - targets }

  private static func labelColumn(_ label: LabelColumn, _ cells: [String], path: String) throws(DataOptionError) -> Int
  {
    switch label {
    case .first: return 0
    case .last: return cells.count - 1
    case .index(let index):
      guard index < cells.count else {
        throw DataOptionError(.label, "\(index) is none of \(path)'s columns 0 to \(cells.count - 1)")
      }
      return index
    case .name(let name):
      guard let index = cells.firstIndex(of: name) else {
        throw DataOptionError(
          .label, "no column of \(path) is called '\(name)'; its first line has \(ClassNumbering.shown(cells))")
      }
      return index
    }
  }

  /// Also "nan" and "inf", which are data gone wrong and not names.
  static func looksLikeNumber(_ cell: String) -> Bool { Double(cell) != nil }

  /// The separator that cuts the first lines into equally many cells, and into most; spaces only where no other does, since
  /// they also follow commas and stand inside names.
  private static func separator(
    _ text: UnsafeBufferPointer<UInt8>, isWhole: Bool
  ) -> (TableCells.Separator, columns: Int) {
    var uneven: (separator: TableCells.Separator, columns: Int)?
    var even: (separator: TableCells.Separator, columns: Int)?
    for separator in [TableCells.Separator.comma, .semicolon, .tab, .blanks] {
      let counts = TableCells(separator: separator).records(text, limit: 10, isWhole: isWhole).map(\.count)
      guard let columns = counts.first, columns > 1 else { continue }
      if counts.allSatisfy({ $0 == columns }) {
        if separator == .blanks ? even == nil : columns > even?.columns ?? 1 { even = (separator, columns) }
      } else if separator == .blanks ? uneven == nil : columns > uneven?.columns ?? 1 {
        uneven = (separator, columns)
      }
    }
    return even ?? uneven ?? (.comma, 1)
  }
}
