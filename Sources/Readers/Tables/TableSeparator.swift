/// The separator of a table's cells, and the number of cells per line.
struct TableSeparator {
  let separator: TableCells.Separator
  /// The number of cells per line; an empty cell after the last separator does not count, if every line has one.
  let columns: Int

  /// A division of the first lines into cells.
  private struct Cut {
    var separator: TableCells.Separator
    var records: [[String]]

    var columns: Int { records.first?.count ?? 0 }
    var isEven: Bool { records.allSatisfy { $0.count == columns } }
    /// True if all lines after the first have a single number.
    var isNameOverNumbers: Bool {
      records.count > 1 && records.dropFirst().allSatisfy { $0.count == 1 && TableCell($0[0]) == .number }
    }
    /// True if a column has three numbers or more between blanks in every line after the first, which may be a header; some may be missing.
    var hasRowsOfNumbers: Bool {
      let body = records.dropFirst(records.count > 1 ? 1 : 0)
      return (0..<columns).contains { column in
        body.allSatisfy { record in
          guard column < record.count else { return false }
          let kinds = record[column].split { $0 == " " || $0 == "\t" }.map { TableCell(String($0)) }
          return kinds.count { $0 == .number } >= 3 && !kinds.contains(.text)
        }
      }
    }
    /// True if a cell after the first line, which may be a header, is a number with a decimal comma.
    var hasDecimalCommas: Bool {
      records.dropFirst(records.count > 1 ? 1 : 0).contains { record in
        record.contains { $0.contains(",") && TableCell.value($0, hasDecimalComma: true) != nil }
      }
    }
  }

  /// The separator that divides the first lines into the same number of cells, and into most cells. Blanks are the last
  /// choice, since they also follow commas and occur in names, except where tabs leave rows of numbers undivided.
  init(_ text: UnsafeBufferPointer<UInt8>, isWhole: Bool, hasDecimalComma: Bool) {
    let separators: [TableCells.Separator] =
      hasDecimalComma ? [.semicolon, .tab, .blanks, .comma] : [.comma, .semicolon, .tab, .blanks]
    var uneven: Cut?
    var even: Cut?
    for separator in separators {
      // Numbers with decimal commas may be quoted.
      if hasDecimalComma, separator == .comma, even != nil || uneven != nil { break }
      let cut = Cut(
        separator: separator,
        records: TableCells(separator: separator).records(text, limit: 10, isWhole: isWhole))
      guard cut.columns > 1 else { continue }
      // The name of a single column, such as `Living area`, has a blank; its numbers do not.
      if separator == .blanks, cut.isNameOverNumbers { continue }
      let best = cut.isEven ? even : uneven
      var isBetter = separator == .blanks ? best == nil : cut.columns > best?.columns ?? 1
      // `5,1;3,5`: the commas are decimal marks, even if they would give more cells.
      if cut.isEven, separator != .comma, best?.separator == .comma, cut.hasDecimalCommas, separator != .blanks {
        isBetter = true
      }
      // UCI's Auto MPG has blanks between its numbers, and a tab before the name of the car.
      if separator == .blanks, cut.isEven, let even, even.separator == .tab, even.hasRowsOfNumbers {
        isBetter = cut.columns > even.columns
      }
      guard isBetter else { continue }
      if cut.isEven { even = cut } else { uneven = cut }
    }
    guard let cut = even ?? uneven else {
      (separator, columns) = (hasDecimalComma ? .semicolon : .comma, 1)
      return
    }
    separator = cut.separator
    columns = TableSeparator.columns(cut)
  }

  private static func columns(_ cut: Cut) -> Int {
    // A header may or may not end with the separator.
    let body = cut.records.count > 1 ? Array(cut.records.dropFirst()) : cut.records
    let width = body[0].count
    if cut.records[0].count == width + 1, cut.records[0].last == "", cut.separator != .blanks { return width }
    let endsEmpty = body.allSatisfy { $0.count == width && $0.last == "" }
    guard cut.separator != .blanks, endsEmpty, width > 1 else { return cut.columns }
    let first = cut.records[0]
    let isNamed = first.count == width && first.last != ""
    return isNamed ? width : width - 1
  }
}
