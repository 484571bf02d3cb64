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
  var labels = LabelCodes()
  /// Samples read so far.
  private(set) var rows = 0
  /// The line that comes next, from 1.
  private var line = 1
  /// Where lines have been seen to end within the record in work: inside quotes they may.
  var linesInRecord = 0
  private var mustSkipHeader: Bool
  /// Behind the text at hand, and whether the file ends there.
  private(set) var end = UnsafePointer<UInt8>(bitPattern: 1)!
  private(set) var isLast = false
  let separator: UInt8
  let isBlanks: Bool

  init(path: String, format: TableFormat) {
    self.path = path
    self.format = format
    separator = format.separator.rawValue
    isBlanks = format.separator == .blanks
    mustSkipHeader = format.hasHeader
  }

  /// Why a record could not be read.
  enum Flaw: Error {
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

  private func raggedness(_ column: Int, _ cells: String) -> Flaw {
    .file(
      FileError(
        file: "\(path):\(line):\(column + 1)", found: "\(cells) in this line",
        expected: "\(format.columns), as in the first line"))
  }

  func flaw(_ column: Int, _ found: String, _ expected: String) -> Flaw {
    let name = column < format.names.count ? " in column \(format.names[column].excerpt())" : ""
    return .file(FileError(file: "\(path):\(line):\(column + 1)", found: found + name, expected: expected))
  }
}
