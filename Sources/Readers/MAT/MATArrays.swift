import Files

/// A matrix of a MAT-file, as a source of samples.
struct MATArray: NumberArray {
  let name: String
  let matrix: MATMatrix
  /// The bits of 64-bit integers, which may exceed a double's precision; signed if `isSigned`.
  var wide: [UInt64]?
  var isSigned = false

  var shape: [Int] { [matrix.rows, matrix.columns] }
  func number(_ row: Int, _ column: Int) -> Double { matrix[row, column] }

  func label(_ row: Int, _ column: Int) -> String? {
    if let bits = wide?[column * matrix.rows + row] { return isSigned ? "\(Int64(bitPattern: bits))" : "\(bits)" }
    let value = matrix[row, column]
    return value.isFinite ? ClassNumbering.text(value == 0 ? 0 : value) : nil
  }

  /// Indices count from 1, as in MATLAB.
  func elementName(_ row: Int, _ column: Int) -> String { "\(name)(\(row + 1),\(column + 1))" }
}

/// A cell array of texts, or the rows of a matrix of characters.
struct MATTexts: NumberArray {
  let name: String
  let rows: Int
  let columns: Int
  /// In column-major order.
  let texts: [String]

  var shape: [Int] { [rows, columns] }
  var isText: Bool { true }
  func number(_ row: Int, _ column: Int) -> Double { .nan }
  func label(_ row: Int, _ column: Int) -> String? {
    let text = texts[column * rows + row]
    return text.isEmpty ? nil : text
  }
  func elementName(_ row: Int, _ column: Int) -> String { "\(name){\(row + 1),\(column + 1)}" }
}

extension MATFile {
  /// A variable of numbers or of texts.
  /// - Throws: `FileError` if there is none, or it is neither.
  package func array(_ name: String) throws(FileError) -> any NumberArray {
    let entry = try entry(name)
    let array: (any NumberArray)?
    switch (MATClass(rawValue: entry.kind), entry.dimensions.count) {
    case (.cell?, 2):
      array = try withElements(of: entry) { cursor throws(FileError) in try MATFile.cells(&cursor, entry) }
    case (.text?, 2):
      array = try withElements(of: entry) { cursor throws(FileError) in try MATFile.characters(&cursor, entry) }
    case (.int64?, 2), (.uint64?, 2):
      let matrix = try matrix(name)
      let wide = try withElements(of: entry) { cursor throws(FileError) in try MATFile.wide(&cursor) }
      array = MATArray(
        name: name, matrix: matrix, wide: wide?.count == matrix.values.count ? wide : nil,
        isSigned: entry.kind == MATClass.int64.rawValue)
    default: array = MATArray(name: name, matrix: try matrix(name))
    }
    guard let array else { throw refusal(entry) }
    try file.check()
    return array
  }

  /// The bits of a matrix of 64-bit integers; nil if they are stored in a smaller type, which fits into a double.
  private static func wide(_ cursor: inout MATCursor) throws(FileError) -> [UInt64]? {
    var inside = try cursor.insideMatrix()
    guard !inside.isAtEnd else { return nil }
    let element = try inside.next()
    guard element.kind == .int64 || element.kind == .uint64 else { return nil }
    return (0..<(element.bytes.count / 8)).map { index in
      let bits = element.bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
      return inside.isBigEndian ? UInt64(bigEndian: bits) : UInt64(littleEndian: bits)
    }
  }

  /// The texts of a cell array; nil if a cell is not text.
  private static func cells(_ cursor: inout MATCursor, _ entry: Entry) throws(FileError) -> MATTexts? {
    var inside = try cursor.insideMatrix()
    let (count, overflow) = entry.dimensions[0].multipliedReportingOverflow(by: entry.dimensions[1])
    // A cell has at least eight bytes.
    guard !overflow, count <= inside.bytes.count / 8 else {
      throw inside.cut("\(entry.name) without its \(entry.dimensions[0]) × \(entry.dimensions[1]) cells")
    }
    var texts: [String] = []
    for _ in 0..<count {
      let cell = try inside.next()
      guard cell.kind == .matrix else { return nil }
      var content = MATCursor(cell.bytes, isBigEndian: inside.isBigEndian, path: inside.path)
      guard !content.isAtEnd else {
        texts.append("")
        continue
      }
      guard let text = try text(&content) else { return nil }
      texts.append(text)
    }
    return MATTexts(name: entry.name, rows: entry.dimensions[0], columns: entry.dimensions[1], texts: texts)
  }

  /// The text of a cell with one row of characters; nil for other cells.
  private static func text(_ cursor: inout MATCursor) throws(FileError) -> String? {
    let flags = try cursor.next()
    let dimensions = try cursor.next()
    _ = try cursor.next()
    let sizes = dimensions.numbers(isBigEndian: cursor.isBigEndian)
    guard flags.kind == .uint32, let flag = flags.numbers(isBigEndian: cursor.isBigEndian)?.first,
      UInt32(flag) & 0xFF == MATClass.text.rawValue,
      let sizes, sizes.count == 2
    else { return nil }
    guard sizes[0] > 0, sizes[1] > 0, !cursor.isAtEnd else { return "" }
    guard sizes[0] == 1, let units = try cursor.next().characters(isBigEndian: cursor.isBigEndian) else { return nil }
    return String(decoding: units, as: UTF16.self)
  }

  /// The rows of a matrix of characters, without trailing spaces.
  private static func characters(_ cursor: inout MATCursor, _ entry: Entry) throws(FileError) -> MATTexts? {
    var inside = try cursor.insideMatrix()
    let (rows, columns) = (entry.dimensions[0], entry.dimensions[1])
    guard !inside.isAtEnd, let units = try inside.next().characters(isBigEndian: cursor.isBigEndian) else { return nil }
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow, count == units.count, count > 0 || rows == 0 else {
      throw inside.cut("\(entry.name) without its \(rows) × \(columns) letters")
    }
    let texts = (0..<rows).map { row in
      var line = (0..<columns).map { units[$0 * rows + row] }
      while line.last == 0x20 || line.last == 0 { line.removeLast() }
      return String(decoding: line, as: UTF16.self)
    }
    return MATTexts(name: entry.name, rows: rows, columns: 1, texts: texts)
  }
}

extension MATElement {
  /// The element's characters as UTF-16; nil if it is not text.
  func characters(isBigEndian: Bool) -> [UInt16]? {
    if kind == .utf8 { return Array(String(decoding: bytes, as: UTF8.self).utf16) }
    switch kind {
    case .utf16, .uint16, .int16:
      return (0..<(bytes.count / 2)).map { index in
        let unit = bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
        return isBigEndian ? UInt16(bigEndian: unit) : UInt16(littleEndian: unit)
      }
    case .uint8, .int8: return bytes.map { UInt16($0) }
    default: return nil
    }
  }
}
