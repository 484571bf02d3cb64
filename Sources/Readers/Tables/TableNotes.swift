import Files

/// Notes on feature columns that are probably not features, or not read as intended.
package struct TableNotes {
  private let format: TableFormat

  init(_ format: TableFormat) { self.format = format }

  /// The notes on a table.
  ///
  /// - Parameters:
  ///   - records: the first lines, without the header.
  ///   - hasModel: true if a model or a training table determines the columns.
  func all(_ records: [[String]], hasModel: Bool) -> [OptionText] {
    (hasModel ? [] : indices(records) + title()) + groupingDots(records)
  }

  /// A note on each column that numbers the samples: the index that pandas and R write, an `Id`.
  ///
  /// - Parameter records: the first lines, without the header.
  private func indices(_ records: [[String]]) -> [OptionText] {
    guard format.hasHeader, records.count >= 5 else { return [] }
    return format.featureColumns.compactMap { column in
      let name = format.names[column]
      guard Self.namesIdentity(name) else { return nil }
      let numbers = records.compactMap { column < $0.count ? Int($0[column]) : nil }
      guard numbers.count == records.count, Set(numbers).count == numbers.count else { return nil }
      let shown = name.isEmpty ? "\(column), which has no name," : format.shown(column)
      let beginning: OptionText = "\(format.path): column \(shown) seems to number the samples and is used as a feature"
      // Another column's name is its number.
      guard !format.isAmbiguous(column) else {
        return beginning + "; \(DataOption.ignore) leaves it out once the header has a name for it"
      }
      return beginning + "; \(DataOption.ignore, format.optionValue(column)) leaves it out"
    }
  }

  /// A note on each column of numbers that may have dots between thousands: of those without a dot all have three digits, `1.200` beside
  /// `990`, in a table of semicolons, as spreadsheets write it where the comma is the decimal mark.
  ///
  /// - Parameter records: the first lines, without the header.
  private func groupingDots(_ records: [[String]]) -> [OptionText] {
    guard format.separator == .semicolon, !format.hasDecimalComma else { return [] }
    return (format.featureColumns + format.targetColumns).compactMap { column in
      let cells = records.compactMap { column < $0.count ? $0[column] : nil }.filter { TableCell($0) != .missing }
      let (dotted, others) = (cells.filter { $0.contains(".") }, cells.filter { !$0.contains(".") })
      guard let number = dotted.first, let other = others.first,
        dotted.allSatisfy({ GroupingDots.mayHaveGroups(Array($0.utf8)) }),
        others.allSatisfy({ Int($0).map { (100...999).contains(abs($0)) } ?? false })
      else { return nil }
      return """
        \(format.path): '\(number)' in column \(format.shown(column)) was read with a decimal point, beside '\(other)'; if such dots are \
        between thousands, remove them (\(number.filter { $0 != "." }))
        """
    }
  }

  /// A note on a first line that seems to be a title, and was taken for the names of the columns.
  private func title() -> [OptionText] {
    guard let title = format.title, title.isAlone, format.hasHeader else { return [] }
    return ["\(format.path): the first line has one text and empty cells. \(title.remedy)"]
  }

  /// A note on a skipped line that has the form of the first sample: as many cells, with numbers and texts in the same columns.
  ///
  /// - Parameters:
  ///   - line: the last skipped line, without its end.
  ///   - count: the number of skipped lines.
  ///   - start: the first of `length` bytes that follow.
  func skipped(_ line: [UInt8], _ count: Int, first start: UnsafePointer<UInt8>, _ length: Int) -> OptionText? {
    guard !format.hasHeader, !line.isEmpty else { return nil }
    let cells = TableCells(separator: format.separator)
    let skipped = line.withUnsafeBufferPointer { cells.records($0, limit: 1, isWhole: true) }.first ?? []
    let sample = cells.records(UnsafeBufferPointer(start: start, count: length), limit: 1, isWhole: true).first ?? []
    let kinds = skipped.map { TableCell($0) }
    guard skipped.count == sample.count, kinds.contains(.number), !Self.areEven(skipped.compactMap { Double($0) }),
      zip(kinds, sample).allSatisfy({ $0 == .missing || TableCell($1) == .missing || $0 == TableCell($1) })
    else { return nil }
    return "\(format.path): line \(count), which \(DataOption.skip, "\(count)") leaves out, looks like a sample"
  }

  /// True for three or more numbers at equal distances, as wavelengths or years that are names of columns.
  private static func areEven(_ numbers: [Double]) -> Bool {
    guard numbers.count > 2, numbers[0] != numbers[1] else { return false }
    let step = numbers[1] - numbers[0]
    return zip(numbers, numbers.dropFirst()).allSatisfy { abs($1 - $0 - step) <= 1e-9 * max(abs($0), abs($1)) }
  }

  /// True for the names of columns of identifiers: ``, `Unnamed: 0`, `Id`, `PassengerId`, `customer_id`, `index`.
  private static func namesIdentity(_ name: String) -> Bool {
    let lowercase = name.lowercased()
    if ["", "id", "index", "idx", "row", "rownames", "row_names", "row.names", "no", "nr"].contains(lowercase) {
      return true
    }
    return lowercase.hasPrefix("unnamed:") || lowercase.hasSuffix("_id") || name.hasSuffix("Id") || name.hasSuffix("ID")
  }

  /// A note on a text column of numbers in a form that is not read, which become categories.
  /// - Parameter levels: the texts of the column.
  func numbers(_ column: Int, _ levels: [String]) -> OptionText? {
    guard let (form, example) = Self.form(of: levels) else { return nil }
    return """
      \(format.path): column \(format.shown(column)) has \(form.name), such as '\(example.excerpt(20))', which are taken as categories; \
      \(form.remedy)
      """
  }

  /// The form of the first text that has one, with this text, if all texts are numbers in forms that are not read, or numbers.
  ///
  /// - Parameter areLabels: true for classes, whose names may be pairs such as `grade:1`.
  package static func form(of texts: [String], areLabels: Bool = false) -> (form: NumberForm, example: String)? {
    var first: (form: NumberForm, example: String)?
    for text in texts {
      if let form = NumberForm(text), !(areLabels && form == .pairs) {
        first = first ?? (form, text)
      } else if Double(text) == nil {
        return nil
      }
    }
    return first
  }
}
