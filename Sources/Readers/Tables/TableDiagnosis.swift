import Files

/// The error for a flaw of a table, with a remedy for what is probably wrong.
struct TableDiagnosis {
  let format: TableFormat
  /// The number of the record's first line, from 1.
  let line: Int
  /// The text from the beginning of the record with the flaw.
  let record: UnsafeBufferPointer<UInt8>
  /// True if the file ends with the text.
  let isLast: Bool
  /// The number of samples before, without those left out.
  let rows: Int
  /// The number of samples before, with those left out.
  let seen: Int
  /// The content of each feature column, as far as it is decided, also by the record with the flaw.
  let kinds: [TableFormat.FeatureKind]

  /// The error for a flaw.
  ///
  /// - Parameter column: the index of the cell with the flaw; for a line of more cells than the table has columns, their number.
  func error(_ flaw: TableFlaw, _ column: Int) -> FileError {
    let name = Self.inColumn(column < format.names.count ? format.names[column] : "")
    let found = if case .cells = flaw { flaw.found } else { flaw.found + name }
    return FileError(
      file: "\(format.path):\(line):\(column + 1)", found: found, expected: flaw.expected, hint: remedy(flaw, column))
  }

  /// The place of what was found; empty for a column without a name.
  private static func inColumn(_ name: String) -> String { name.isEmpty ? "" : " in column \(name.excerpt())" }

  /// The error for a byte of a header that is not UTF-8.
  ///
  /// - Parameters:
  ///   - byte: the first such byte.
  ///   - offset: its offset in the file.
  ///   - column: the column's number, from 0.
  ///   - name: the column's name; empty if it has none.
  static func encodingError(
    path: String, line: Int, column: Int, byte: UInt8, offset: Int, name: String
  ) -> FileError {
    let flaw = TableFlaw.notUTF8(byte, offset: offset)
    return FileError(
      file: "\(path):\(line):\(column + 1)", found: flaw.found + Self.inColumn(name), expected: flaw.expected,
      hint: encodingRemedy(path))
  }

  private static func encodingRemedy(_ path: String) -> OptionText {
    """
    \(DataOption.encoding, "latin-1") or utf-16 reads it as it is, or \(path.edited(by: "iconv -f latin1 -t utf-8", "convert", "it")).
    """
  }

  private func remedy(_ flaw: TableFlaw, _ column: Int) -> OptionText? {
    switch flaw {
    case .notANumber(let text): notANumber(column, text)
    case .missingFeature: missing(missingTreatment(column))
    case .missingTarget: missing("Leave the line out; predictions need no targets.")
    case .missingLabel:
      missing("Leave the line out, or name another class column with \(DataOption.label); predictions need no labels.")
    case .numberAmongTexts:
      asTexts(column, takes: "numbers as texts too") + ", " + leavingOut(column, "the column") + "."
    case .noCategories: "\(DataOption.ignore) leaves it out."
    case .noClasses: "\(DataOption.label) names another, \(DataOption.targets) takes it as target values."
    case .headerAgain: headerAgain
    case .zeroByte:
      "The file is damaged, or no text: \(format.edited(by: "tr -d '\\000' <", "remove", "zero bytes"))."
    case .notUTF8: Self.encodingRemedy(format.path)
    case .textAfterCell: format.featureColumns.contains(column) ? otherUse(column) : nil
    case .cells(let count, _): raggedness(hasMore: count == nil)
    case .openQuote, .tooManySamples: nil
    }
  }

  // MARK: - Texts in columns of numbers

  private func notANumber(_ column: Int, _ text: String) -> OptionText? {
    guard let title else { return remedyInTable(column, text) }
    guard !title.isAlone, let other = remedyInTable(column, text) else { return title.remedy }
    return title.remedy + " " + other
  }

  /// The title that seems to be above the table, before the first sample.
  private var title: TableTitle? { rows == 0 ? format.title : nil }

  private func remedyInTable(_ column: Int, _ text: String) -> OptionText? {
    if let other = otherSeparator() {
      return "The line seems to have its cells between \(other), unlike the first lines."
    }
    if let hint = formOfNumber(text, column) { return hint }
    if text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\r" && $0 != "\t" }) {
      return "Control characters: the file is damaged, or no text."
    }
    // Excel's errors begin like comments: `#DIV/0!`, `#NAME?`.
    if column == 0, text.hasPrefix("#") || text.hasPrefix("%"), text.last != "!", text.last != "?" {
      return
        "Comments are ignored only before the first sample: \(format.edited(by: "grep -v '^\(text.prefix(1))'", "remove", "them"))."
    }
    if format.isHeader(record) { return headerAgain }
    if let form = NumberForm(text) {
      let name = form.name.prefix(1).uppercased() + form.name.dropFirst()
      return "\(name) are not read; \(form.remedy). \(noSample)\(otherUse(column))"
    }
    if let number = Double(text) { return tooLarge(number, column) ?? otherUse(column) }
    guard text.contains(where: \.isLetter) else {
      return text.contains(where: \.isNumber) || text.isEmpty
        ? otherUse(column) : "A missing feature is an empty cell, ?, NA, NaN, null or None (\(DataOption.missing))."
    }
    if seen == 0, !format.hasHeader {
      return
        "\(DataOption.header, "yes") takes the first line as the names of the columns, \(DataOption.skip, "\(line)") leaves it out."
    }
    if rows == 0, let linesOfNames { return "\(linesOfNames) \(otherUse(column))" }
    if Self.missingMarks.contains(text.lowercased()) {
      return
        "If it stands for a missing feature, write NA or nothing: \(treatments) treats those. \(otherUse(column))"
    }
    return noSample + otherUse(column)
  }

  private func tooLarge(_ number: Double, _ column: Int) -> OptionText? {
    let isTarget = format.targetColumns.contains(column)
    if isTarget, number.isFinite, abs(number) > Double(Float.greatestFiniteMagnitude) {
      return TargetOrigins.tooLarge
    }
    guard number.isInfinite else { return nil }
    let subject = "Infinity and numbers beyond 1.8e308 are not read"
    if isTarget { return "\(subject): leave the line out." }
    return
      "\(subject): write NA for it, which \(treatments) treats, or leave the line out."
  }

  /// Texts of other programs and people for a missing value, in lower case.
  private static let missingMarks: Set<String> = [
    "none", "nil", "missing", "unknown", "undefined", "unspecified", "blank", "void", "not available", "not applicable",
    "na", "n.a.", "n.a", "n/d", "nd", "nat", "(null)", "\\n",
    "#null!", "#div/0!", "#value!", "#ref!", "#name?", "#num!",
    "1.#qnan", "-1.#qnan", "1.#ind", "-1.#ind", "1.#inf", "-1.#inf",
  ]

  /// The remedy for lines of units or further names under the header; nil if there are none.
  private var linesOfNames: OptionText? {
    // Of a table below a title these would be its names.
    guard rows == 0, format.textLines > 0, format.title == nil else { return nil }
    let last = line + format.textLines - 1
    let (subject, lines) =
      last == line ? ("the line has", "\(line)") : ("lines \(line) to \(last) have", "\(line),\(last)")
    return
      "If \(subject) the units or types of the columns, or further names: \(format.edited(by: "sed \(lines)d", "remove", last == line ? "it" : "them"))."
  }

  private var withoutLine: String { format.edited(by: "sed \(line)d", "remove", "it") }

  /// The remedy for a last line that is probably no sample, with a blank after it; else empty.
  private var noSample: OptionText {
    guard isLastLine, rows > 0 else { return "" }
    return "If the last line is not a sample, such as a total: \(withoutLine). "
  }

  /// True if nothing but blank lines follows the current record.
  private var isLastLine: Bool { isLast && record.drop { !Self.endsLine($0) }.allSatisfy { $0 <= 0x20 } }

  private static func endsLine(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  private var headerAgain: OptionText {
    "The line repeats the header, as in joined files: \(withoutLine)."
  }

  /// The remedy for a text in a column of numbers.
  private func otherUse(_ column: Int) -> OptionText {
    if format.targetColumns.contains(column) {
      let name = format.optionValue(column)
      return "\(DataOption.label, name) instead of \(DataOption.targets) takes the column as classes."
    }
    if format.hasModelKinds { return "The model has numbers in this column." }
    return asTexts(column, takes: "the column as texts") + ", " + leavingOut(column, "it") + "."
  }

  /// The option that takes a column as texts. Names replace the automatic choice and those given before: the others are named, too.
  private func asTexts(_ column: Int, takes object: String) -> OptionText {
    let found = zip(format.featureColumns, kinds).filter { $1 == .text }.map { $0.0 }
    let columns = Set(format.textColumns + found + [column]).sorted()
    guard columns.count <= Self.maximumNames else {
      return
        "\(DataOption.categorical) with \(format.optionValue(column)) and the names of all other columns of texts takes \(object)"
    }
    return "\(DataOption.categorical, optionValue(columns)) takes \(object)"
  }

  /// The option that leaves a column out, with the columns left out already.
  private func leavingOut(_ column: Int, _ object: String) -> OptionText {
    let others = format.ignoredColumns.count < Self.maximumNames ? format.ignoredColumns : []
    return "\(DataOption.ignore, optionValue(others + [column])) leaves \(object) out"
  }

  private func optionValue(_ columns: [Int]) -> String { columns.map(format.optionValue).joined(separator: ",") }

  /// The largest number of columns that a remedy names.
  private static let maximumNames = 12

  /// The remedy for a number in a form that is not read.
  private func formOfNumber(_ cell: String, _ column: Int) -> OptionText? {
    // A cell in quotes may have blanks inside them.
    let text = cell.split(separator: " ").joined(separator: " ")
    if TableCell.inSingleQuotes(text) != nil {
      return "Only double quotes enclose a cell: \(format.edited(by: "sed \"s/'//g\"", "remove", "single ones"))."
    }
    let isDecimal =
      !format.hasDecimalComma && TableCell.value(text, hasDecimalComma: false) == nil
      && TableCell.value(text, hasDecimalComma: true) != nil
    if TableCell.hasThousandsSeparators(text), !(isDecimal && hasDecimalCommas(column)) {
      let remedy: OptionText = "Numbers are read without thousands separators: remove them"
      guard isDecimal else { return remedy + "." }
      let number = text.replacing(",", with: ".")
      // Where cells are not between commas, a comma is more often a decimal mark.
      return format.separator == .comma
        ? remedy + "; \(DataOption.decimal, ",") would read this as \(number)."
        : "\(DataOption.decimal, ",") reads this as \(number). If the comma separates thousands, remove it."
    }
    return isDecimal ? "\(DataOption.decimal, ",") reads numbers with a decimal comma." : nil
  }

  /// True if a number of the column, in the current line or one of the next, has a comma that is no thousands separator: `0,125`, `1,5`.
  private func hasDecimalCommas(_ column: Int) -> Bool {
    nextRecords(format.separator).contains { cells in
      guard column < cells.count, cells[column].contains(",") else { return false }
      let isGrouped = TableCell.hasThousandsSeparators(cells[column])
      return TableCell.value(cells[column], hasDecimalComma: true).map { abs($0) < 1 || !isGrouped } ?? false
    }
  }

  /// The cells of the current line and of some that follow.
  private func nextRecords(_ separator: TableCells.Separator) -> [[String]] {
    TableCells(separator: separator).records(record, limit: TableFormat.sampledLines, isWhole: isLast)
  }

  // MARK: - Missing values

  /// The remedy for a missing value: for a line without any, for a second line of names, or `usual`.
  private func missing(_ usual: OptionText) -> OptionText {
    if let title { return title.isAlone ? title.remedy : usual + " " + title.remedy }
    let separator = format.separator.rawValue
    let cells = record.drop { $0 == separator || $0 == 0x20 }
    if format.separator != .blanks, cells.first.map(Self.endsLine) ?? true {
      let mark = Character(Unicode.Scalar(separator))
      let edited = format.edited(by: "grep -v '^[\(mark)[:space:]]*$'", "remove", "such lines")
      return "The line has no cell with a value: \(edited)."
    }
    guard let linesOfNames else { return usual }
    return usual + " " + linesOfNames
  }

  /// The options for missing features, as the subject of a sentence.
  private var treatments: OptionText {
    guard let fills = format.fills else { return "\(DataOption.missing, "mean"), median or drop" }
    let values = (fills + [.drop]).map(\.rawValue)
    return "\(DataOption.missing, values[0])" + OptionText(values.dropFirst().map { " or " + $0 }.joined())
  }

  /// The remedy for a missing feature.
  private func missingTreatment(_ column: Int) -> OptionText {
    if format.fills?.isEmpty == true {
      return
        "\(DataOption.missing, "drop") leaves out samples with missing features; a model of training with \(DataOption.missing, "mean") or median fills them."
    }
    let beginning = treatments + " says what to do about missing features"
    return format.fills != nil || format.hasModelKinds
      ? beginning + "." : beginning + "; " + leavingOut(column, "the column") + "."
  }

  // MARK: - Lines of too few or too many cells

  private func raggedness(hasMore: Bool) -> OptionText {
    if let title { return title.remedy }
    if beginsTable { return TableTitle(isAlone: true, tableLine: line).remedy }
    if rows == 0, format.hasHeader || line > 1 {
      let skipping: OptionText = "\(DataOption.skip, "N") leaves out N lines above the table, such as a title"
      return hasMore
        ? skipping
          + "; if the header lacks a name for the first column, as R's write.table writes it, add one."
        : skipping + "."
    }
    if let other = otherSeparator() {
      return
        "The line seems to have its cells between \(other), unlike the first lines."
        + (rows == 1 ? " \(DataOption.skip, "N") leaves out N lines above the table, such as a title." : "")
    }
    if isLastLine {
      return "The file is cut off, or its last line is not a sample, such as a total: \(withoutLine)."
    }
    return hasMore
      ? "A text that has separators must be in double quotes." : "A missing cell needs its separator, too."
  }

  /// True if the current line and all that follow have the same number of cells, two or more, between another separator than the table's:
  /// then a title of several words was taken for a table.
  private var beginsTable: Bool {
    // Lines of numbers alone are no title.
    guard line <= Self.maximumLinesOfTitle, rows == 0 || kinds.contains(where: { $0 != .number }) else { return false }
    let lines = nextRecords(format.separator)
    let lacksName = format.hasHeader && rows == 0 && lines.allSatisfy { $0.count == format.columns + 1 }
    guard !lacksName else { return false }
    return [TableCells.Separator.comma, .semicolon, .tab].contains { separator in
      guard separator != format.separator, separator != .comma || !format.hasDecimalComma else { return false }
      let records = nextRecords(separator)
      return records.count > 1 && records[0].count > 1 && records.allSatisfy { $0.count == records[0].count }
    }
  }

  private static let maximumLinesOfTitle = 20

  /// Another separator that gives the current line as many cells as the table has columns; nil if there is none, or if the
  /// table's own separator gives as many.
  private func otherSeparator() -> String? {
    guard format.columns > 1 else { return nil }
    let separator = format.separator.rawValue
    let line = record.prefix { !Self.endsLine($0) }
    // A line with the table's own separator may have decimal commas in its cells.
    if line.count(where: { $0 == separator }) == format.columns - 1 { return nil }
    for (byte, name) in [(UInt8(ascii: ","), "commas"), (UInt8(ascii: ";"), "semicolons"), (0x09, "tabs")]
    where byte != separator {
      if line.count(where: { $0 == byte }) == format.columns - 1 { return name }
    }
    return nil
  }
}
