import Files

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The errors of a table's lines, each with a remedy for what is probably wrong.
extension TableParser {
  /// The error for a cell that is not a number, with a remedy for the kind of text.
  func noNumber(_ column: Int, _ start: UnsafePointer<UInt8>, _ bytes: [UInt8]) -> Flaw {
    if let byte = TableParser.notUTF8(bytes) { return encodingFlaw(column, start, byte) }
    let text = String(decoding: bytes.prefix(40), as: UTF8.self)
    return flaw(column, text.isEmpty ? "nothing" : "'\(text)'", "a finite number", hint: remedy(column, text))
  }

  private func remedy(_ column: Int, _ text: String) -> OptionText? {
    if let other = otherSeparator() {
      return "The line seems to have its cells between \(other), unlike the first lines."
    }
    if let hint = formOfNumber(text) { return hint }
    if text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\r" && $0 != "\t" }) {
      return "Control characters: the file is damaged, or no text."
    }
    // Excel's errors begin like comments: `#DIV/0!`, `#NAME?`.
    if column == 0, text.hasPrefix("#") || text.hasPrefix("%"), text.last != "!", text.last != "?" {
      return
        "Comments are ignored only before the first sample: grep -v '^\(text.prefix(1))' \(path) > NEW removes them."
    }
    if repeatsHeader { return headerAgain }
    if let form = NumberForm(text) {
      let name = form.name.prefix(1).uppercased() + form.name.dropFirst()
      return "\(name) are not read; \(form.remedy). \(otherUse(column))"
    }
    if Double(text) != nil { return nil }
    guard text.contains(where: \.isLetter) else {
      return text.contains(where: \.isNumber) || text.isEmpty
        ? nil : "A missing feature is an empty cell, ?, NA, NaN, null or None (\(DataOption.missing))."
    }
    if rows == 0, !format.hasHeader {
      return
        "\(DataOption.header, "yes") takes the first line as the names of the columns, \(DataOption.skip, "1") leaves it out."
    }
    if rows == 0, format.startsWithTexts {
      return
        "If the line has the units of the columns or further names: sed \(line)d \(path) > NEW removes it. \(otherUse(column))"
    }
    return otherUse(column)
  }

  /// True if the current line is the header again, as in a file that was joined from several.
  var repeatsHeader: Bool {
    guard format.hasHeader, record < end else { return false }
    let rest = UnsafeBufferPointer(start: record, count: end - record)
    let cells = TableCells(separator: format.separator).records(rest, limit: 1, isWhole: true).first ?? []
    guard cells.count >= format.columns, format.columns > 1 else { return false }
    // Each of the files may have begun with a byte-order mark.
    let first = cells[0].hasPrefix("\u{FEFF}") ? String(cells[0].dropFirst()) : cells[0]
    return ([first] + cells[1..<format.columns]).elementsEqual(format.names) { ExactText($0) == ExactText($1) }
  }

  var headerAgain: OptionText {
    "The line repeats the header, as in joined files: sed \(line)d \(path) > NEW removes it."
  }

  /// The remedy for a missing value: for a line without any, for a second line of names, or `usual`.
  func missingRemedy(_ usual: OptionText) -> OptionText {
    var position = record
    while position < end, position.pointee == separator || position.pointee == 0x20 { position += 1 }
    if !isBlanks, position == end || position.pointee == 0x0A || position.pointee == 0x0D {
      let mark = Character(Unicode.Scalar(separator))
      return "The line has no cell with a value: grep -v '^[\(mark)[:space:]]*$' \(path) > NEW removes such lines."
    }
    guard rows == 0, format.startsWithTexts else { return usual }
    return usual + " If the line has further names or the units of the columns: sed \(line)d \(path) > NEW removes it."
  }

  /// The remedy for a text in a column of numbers.
  func otherUse(_ column: Int) -> OptionText {
    let name = format.optionValue(column)
    return "\(DataOption.categorical, name) takes the column as texts, \(DataOption.ignore, name) leaves it out."
  }

  /// The remedy for a number in a form that is not read.
  private func formOfNumber(_ text: String) -> OptionText? {
    if TableCell.inSingleQuotes(text) != nil {
      return "Only double quotes enclose a cell: sed \"s/'//g\" \(path) > NEW removes single ones."
    }
    let isDecimal =
      TableCell.value(text, hasDecimalComma: false) == nil && TableCell.value(text, hasDecimalComma: true) != nil
    if TableCell.hasThousandsSeparators(text) {
      let meaning: OptionText =
        isDecimal && !format.hasDecimalComma
        ? "; \(DataOption.decimal, ",") would read this as \(text.replacing(",", with: "."))." : "."
      return "Numbers are read without thousands separators: remove them" + meaning
    }
    return isDecimal ? "\(DataOption.decimal, ",") reads numbers with a decimal comma." : nil
  }

  /// Another separator that gives the current line as many cells as the table has columns; nil if there is none, or if the
  /// table's own separator gives as many.
  private func otherSeparator() -> String? {
    guard format.columns > 1, record < end else { return nil }
    let rest = UnsafeBufferPointer(start: record, count: end - record)
    let text = rest.prefix { $0 != 0x0A && $0 != 0x0D }
    // A line with the table's own separator may have decimal commas in its cells.
    if text.count(where: { $0 == separator }) == format.columns - 1 { return nil }
    for (byte, name) in [(UInt8(ascii: ","), "commas"), (UInt8(ascii: ";"), "semicolons"), (0x09, "tabs")]
    where byte != separator {
      if text.count(where: { $0 == byte }) == format.columns - 1 { return name }
    }
    return nil
  }

  /// The error for a line with too few or too many cells.
  ///
  /// - Parameters:
  ///   - column: the index of the line's last cell, or the number of the table's columns if the line has more cells.
  ///   - cells: the number of cells, in words.
  func raggedness(_ column: Int, _ cells: String) -> Flaw {
    var hint: OptionText?
    if rows == 0, format.hasHeader || line > 1 {
      hint =
        column < format.columns
        ? "\(DataOption.skip, "N") leaves out N lines above the table, such as a title."
        : """
        \(DataOption.skip, "N") leaves out N lines above the table, such as a title; if the header lacks a name for the first \
        column, as R's write.table writes it, add one.
        """
    } else if let other = otherSeparator() {
      hint =
        "The line seems to have its cells between \(other), unlike the first lines."
        + (rows == 1 ? " \(DataOption.skip, "N") leaves out N lines above the table, such as a title." : "")
    }
    return .file(
      FileError(
        file: "\(path):\(line):\(column + 1)", found: "\(cells) in this line",
        expected: "\(format.columns), as in the first line", hint: hint))
  }

  func flaw(_ column: Int, _ found: String, _ expected: String, hint: OptionText? = nil) -> Flaw {
    let name =
      column < format.names.count && !format.names[column].isEmpty ? " in column \(format.names[column].excerpt())" : ""
    return .file(
      FileError(file: "\(path):\(line):\(column + 1)", found: found + name, expected: expected, hint: hint))
  }

  /// - Parameters:
  ///   - cell: the start of the cell.
  ///   - byte: its first byte that is not UTF-8.
  func encodingFlaw(_ column: Int, _ cell: UnsafePointer<UInt8>, _ byte: UInt8) -> Flaw {
    var position = cell
    while position < end, position.pointee != byte { position += 1 }
    let code = String(byte, radix: 16, uppercase: true)
    return flaw(
      column, "the byte 0x\(code) at offset \(textOffset + (position - start))", "text in UTF-8",
      hint: """
        \(DataOption.encoding, "latin-1") or utf-16 reads it as it is; iconv -f latin1 -t utf-8 \(path) > NEW converts it.
        """)
  }
}
