import Files

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Turns a table's lines into numbers and labels, in one pass.
struct TableParser: ~Copyable {
  let path: String
  let format: TableFormat
  private(set) var features = GrowingFloats()
  private(set) var targets = GrowingFloats()
  private(set) var labels = LabelCodes()
  /// Samples read so far.
  private(set) var rows = 0
  /// The line that comes next, from 1.
  private var line = 1
  /// Where lines have been seen to end within the record in work: inside quotes they may.
  private var linesInRecord = 0
  private var mustSkipHeader: Bool
  /// Behind the text at hand, and whether the file ends there.
  private var end = UnsafePointer<UInt8>(bitPattern: 1)!
  private var isLast = false
  private let separator: UInt8
  private let isBlanks: Bool

  init(path: String, format: TableFormat) {
    self.path = path
    self.format = format
    separator = format.separator.rawValue
    isBlanks = format.separator == .blanks
    mustSkipHeader = format.hasHeader
  }

  /// Why a record could not be read.
  private enum Flaw: Error {
    case file(FileError)
    /// It ends beyond the text at hand.
    case incomplete
  }

  /// Reads all records that end within the text.
  ///
  /// - Parameters:
  ///   - start: the first byte of a record.
  ///   - end: behind the last byte; there stands a zero byte that is not part of the text.
  ///   - isLast: whether the file ends there.
  /// - Returns: where the first record begins that does not end within the text; `end` where `isLast`.
  mutating func parse(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, isLast: Bool
  ) throws(FileError) -> UnsafePointer<UInt8> {
    self.end = end
    self.isLast = isLast
    var place = start
    while place < end {
      let record = place
      linesInRecord = 0
      do throws(Flaw) {
        let wasBlank = try skipBlankLine(&place)
        if !wasBlank {
          if mustSkipHeader {
            try skipRecord(&place)
            mustSkipHeader = false
          } else {
            try parseRecord(&place)
          }
        }
      } catch {
        switch error {
        case .incomplete: return record
        case .file(let error):
          // What looks wrong may only be cut off, unless its line ends here.
          if !isLast, !hasLineEnd(place) { return record }
          throw error
        }
      }
      line += linesInRecord
    }
    return place
  }

  /// The features as rows; nothing can be parsed after that.
  consuming func takeFeatures() -> FloatRows { features.rows(width: format.features) }

  private func hasLineEnd(_ place: UnsafePointer<UInt8>) -> Bool {
    memchr(place, 0x0A, end - place) != nil || memchr(place, 0x0D, end - place) != nil
  }

  // MARK: - Records

  private mutating func parseRecord(
    _ place: inout UnsafePointer<UInt8>
  ) throws(Flaw) {
    guard rows < Int(Int32.max) else { throw flaw(0, "more than \(Int32.max) samples", "at most that many") }
    var feature = try TableParser.room(&features, format.features, path)
    var target = try TableParser.room(&targets, format.targets, path)
    let labelColumn = format.labelColumn ?? -1
    let firstTarget = format.columns - format.targets
    var code: Int32 = -1
    for column in 0..<format.columns {
      skipBlanks(&place)
      if column == labelColumn {
        code = try label(&place, column)
      } else {
        let value = try number(&place, column)
        if column < firstTarget {
          feature.pointee = value
          feature += 1
        } else {
          target.pointee = value
          target += 1
        }
      }
      if column < format.columns - 1 { try passSeparator(&place, column) }
    }
    try endRecord(&place)
    features.commit(format.features)
    targets.commit(format.targets)
    if labelColumn >= 0 { labels.append(code) }
    rows += 1
  }

  private static func room(
    _ floats: inout GrowingFloats, _ count: Int, _ path: String
  ) throws(Flaw) -> UnsafeMutablePointer<Float> {
    do throws(FileError) {
      return try floats.reserve(count, for: path)
    } catch { throw .file(error) }
  }

  @inline(__always)
  private func passSeparator(
    _ place: inout UnsafePointer<UInt8>, _ column: Int
  ) throws(Flaw) {
    if !isBlanks, place.pointee == separator, place < end {
      place += 1
      return
    }
    let before = place
    skipBlanks(&place)
    if place == end, !isLast { throw .incomplete }
    if isBlanks {
      if place > before, place < end, place.pointee != 0x0A, place.pointee != 0x0D { return }
    } else if place < end, place.pointee == separator {
      place += 1
      return
    }
    if place < end, place.pointee != 0x0A, place.pointee != 0x0D {
      throw flaw(column, "text after the quotes or number of a cell", "a separator")
    }
    throw raggedness(column, "\(column + 1) cell\(column == 0 ? "" : "s")")
  }

  private mutating func endRecord(
    _ place: inout UnsafePointer<UInt8>
  ) throws(Flaw) {
    skipBlanks(&place)
    guard try !passLineEnd(&place) else { return }
    throw raggedness(format.columns, "more cells")
  }

  /// Passes over one line end, or the end of the file.
  @inline(__always)
  private mutating func passLineEnd(
    _ place: inout UnsafePointer<UInt8>
  ) throws(Flaw) -> Bool {
    if place == end {
      if !isLast { throw .incomplete }
      return true
    }
    if place.pointee == 0x0A {
      place += 1
    } else if place.pointee == 0x0D {
      // A line feed may follow beyond the text at hand.
      if place + 1 == end, !isLast { throw .incomplete }
      place += place + 1 < end && place[1] == 0x0A ? 2 : 1
    } else {
      return false
    }
    linesInRecord += 1
    return true
  }

  private mutating func skipBlankLine(
    _ place: inout UnsafePointer<UInt8>
  ) throws(Flaw) -> Bool {
    let start = place
    while place < end, place.pointee == 0x20 || place.pointee == 0x09 { place += 1 }
    if try passLineEnd(&place) { return true }
    place = start
    return false
  }

  private mutating func skipRecord(
    _ place: inout UnsafePointer<UInt8>
  ) throws(Flaw) {
    for column in 0..<format.columns {
      skipBlanks(&place)
      _ = try cell(&place, column)
      if column < format.columns - 1 { try passSeparator(&place, column) }
    }
    try endRecord(&place)
  }

  // MARK: - Cells

  @inline(__always)
  private func skipBlanks(_ place: inout UnsafePointer<UInt8>) {
    while place.pointee == 0x20 || place.pointee == 0x09 && separator != 0x09 { place += 1 }
  }

  private func endsCell(_ byte: UInt8) -> Bool {
    byte == separator || byte == 0x0A || byte == 0x0D || isBlanks && byte == 0x09
  }

  @inline(__always)
  private mutating func number(_ place: inout UnsafePointer<UInt8>, _ column: Int) throws(Flaw) -> Float {
    let start = place
    if let value = DecimalNumber.read(&place), place < end || isLast {
      let next = place.pointee
      if next == 0x20 || endsCell(next) || next == 0x09 || place == end { return value }
    }
    place = start
    return try awkwardNumber(&place, column)
  }

  /// A number in quotes; else the error.
  private mutating func awkwardNumber(_ place: inout UnsafePointer<UInt8>, _ column: Int) throws(Flaw) -> Float {
    let start = place
    var bytes = try cell(&place, column)
    bytes.append(0)
    let value = bytes.withUnsafeBufferPointer { buffer -> Float? in
      guard let base = buffer.baseAddress else { return nil }
      var cursor = base
      let value = DecimalNumber.read(&cursor)
      return cursor == base + (buffer.count - 1) ? value : nil
    }
    if let value { return value }
    place = start
    let text = String(decoding: bytes.dropLast().prefix(40), as: UTF8.self)
    throw flaw(column, text.isEmpty ? "nothing" : "'\(text)'", "a finite number")
  }

  /// The class of a sample, as a code.
  private mutating func label(_ place: inout UnsafePointer<UInt8>, _ column: Int) throws(Flaw) -> Int32 {
    let start = place
    if place.pointee != 0x22 {
      while place < end, !endsCell(place.pointee) { place += 1 }
      if place == end, !isLast { throw .incomplete }
      var count = place - start
      while count > 0, start[count - 1] == 0x20 || start[count - 1] == 0x09 { count -= 1 }
      if count > 0 { return try code(start, count, column) }
    } else {
      let bytes = try cell(&place, column)
      if !bytes.isEmpty { return try code(bytes, bytes.count, column) }
    }
    throw flaw(column, "nothing", "a label")
  }

  /// A column of texts that hardly repeat is no class, and would fill the memory with labels.
  @inline(__always)
  private mutating func code(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ column: Int) throws(Flaw) -> Int32 {
    do throws(LabelCodes.Flaw) {
      return try labels.code(bytes, count)
    } catch { throw flaw(column, error.found, "a column of classes (--label), or --targets") }
  }

  /// The bytes of a cell, without its quotes and the blanks around it.
  private mutating func cell(_ place: inout UnsafePointer<UInt8>, _ column: Int) throws(Flaw) -> [UInt8] {
    var bytes: [UInt8] = []
    let isQuoted = place.pointee == 0x22
    if isQuoted { try quoted(&place, column, &bytes) }
    while place < end, !endsCell(place.pointee) {
      bytes.append(place.pointee)
      place += 1
    }
    if place == end, !isLast { throw .incomplete }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return bytes
  }

  /// What stands in quotes, where two quotes are one and a line may end without ending the record.
  private mutating func quoted(
    _ place: inout UnsafePointer<UInt8>, _ column: Int, _ bytes: inout [UInt8]
  ) throws(Flaw) {
    place += 1
    while place < end {
      if place.pointee == 0x22 {
        // Whether another quote follows is not known at the end of the text at hand.
        if place + 1 == end, !isLast { throw .incomplete }
        guard place + 1 < end, place[1] == 0x22 else {
          place += 1
          return
        }
        place += 1
      }
      if place.pointee == 0x0A { linesInRecord += 1 }
      bytes.append(place.pointee)
      place += 1
    }
    if !isLast { throw .incomplete }
    throw flaw(column, "a quote that never ends", "another quote")
  }

  private func raggedness(_ column: Int, _ cells: String) -> Flaw {
    .file(
      FileError(
        file: "\(path):\(line):\(column + 1)", found: "\(cells) in this line",
        expected: "\(format.columns), as in the first line"))
  }

  private func flaw(_ column: Int, _ found: String, _ expected: String) -> Flaw {
    let name = column < format.names.count ? " in column \(format.names[column].excerpt())" : ""
    return .file(FileError(file: "\(path):\(line):\(column + 1)", found: found + name, expected: expected))
  }
}
