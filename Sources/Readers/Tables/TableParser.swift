import Files
import Platform

/// A parser of a table's lines, in one pass.
struct TableParser: ~Copyable {
  let path: String
  let format: TableFormat
  /// The feature columns, interleaved: numbers as stored by `ColumnUnit`, codes of levels, NaN for missing values.
  private(set) var features = GrowingFloats()
  private(set) var targets = GrowingFloats()
  var targetSizes: TargetSizes
  var labels = LabelCodes()
  /// The content of each feature column; an undecided one is decided by its first value.
  var kinds: [TableFormat.FeatureKind]
  /// The unit in which each feature column's numbers are stored. That of an undecided column is decided by its first value; a number without
  /// room in it changes it.
  var units: [ColumnUnit]
  /// The levels of text columns, by feature.
  var levels: [Int: LabelCodes] = [:]
  /// The numbers with dots, in a table of decimal commas.
  var dots = GroupingDots()
  /// True if a sample's feature was missing.
  var hasMissing = false
  /// The cells of the kept columns, for each sample.
  var kept: KeptCells
  /// The number of samples read so far.
  private(set) var rows = 0
  /// The index in the file of each kept sample; nil while none was left out.
  private(set) var sourceRows: [Int32]?
  /// The number of samples so far, including those left out; at most `Int32.max`, since `sourceRows` has their indices.
  var seen = 0
  /// The number of the next line, from 1.
  private(set) var line: Int
  /// The line ends seen within the current record, in quotes.
  var linesInRecord = 0
  private var mustSkipHeader: Bool
  /// The start of the buffer.
  private(set) var start = UnsafePointer<UInt8>(bitPattern: 1)!
  /// The offset of the buffer in the file, in bytes.
  private(set) var textOffset: Int
  /// The start of the current record.
  private(set) var record = UnsafePointer<UInt8>(bitPattern: 1)!
  /// The end of the buffer.
  private(set) var end = UnsafePointer<UInt8>(bitPattern: 1)!
  /// True if the end of the buffer is the end of the file.
  private(set) var isLast = false
  let separator: UInt8
  let isBlanks: Bool
  private var runs: [Run]
  /// True if a unit has changed since the runs were made: the next record gets new ones, once for all its columns.
  private var runsAreStale = false
  /// True if the current sample lacks a feature.
  private var isIncomplete = false

  /// - Parameters:
  ///   - firstLine: the number of the first line that is parsed.
  ///   - offset: its offset in the file in bytes.
  init(path: String, format: TableFormat, firstLine: Int = 1, offset: Int = 0) {
    self.path = path
    self.format = format
    line = firstLine
    textOffset = offset
    targetSizes = TargetSizes(width: format.targets)
    kinds = format.kinds
    units = format.units
    separator = format.separator.rawValue
    isBlanks = format.separator == .blanks
    mustSkipHeader = format.hasHeader && !format.isHeaderCommented
    runs = Run.all(format, units: format.units)
    kept = KeptCells(columns: format.keptColumns)
    for (feature, kind) in kinds.enumerated() where kind == .text { levels[feature] = LabelCodes() }
  }

  /// The reason why a record could not be read.
  enum Flaw: Error {
    case file(FileError)
    /// The record does not end within the buffer.
    case incomplete
  }

  /// Reads all records that end within the buffer.
  ///
  /// - Parameters:
  ///   - start: the first byte of a record.
  ///   - end: the end of the text, at which there is a zero byte.
  ///   - isLast: true if the file ends there.
  /// - Returns: the start of the first record that does not end within the text; `end` if `isLast`.
  mutating func parse(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, isLast: Bool
  ) throws(FileError) -> UnsafePointer<UInt8> {
    self.start = start
    self.end = end
    self.isLast = isLast
    var position = start
    defer { textOffset += position - start }
    while position < end {
      record = position
      linesInRecord = 0
      do throws(Flaw) {
        let wasBlank = try skipBlankLine(&position)
        if !wasBlank {
          if mustSkipHeader {
            try skipRecord(&position)
            mustSkipHeader = false
          } else {
            try parseRecord(&position)
          }
        }
      } catch {
        switch error {
        case .incomplete:
          position = record
          return record
        case .file(let error):
          // An apparent error may be an incomplete line, unless its line ends here.
          if !isLast, !hasLineEnd(position) {
            position = record
            return record
          }
          throw error
        }
      }
      line += linesInRecord
    }
    return position
  }

  /// The levels of a text column that occur in the kept samples, in order of first occurrence. `levels` has those of samples left out, too.
  func levelsInUse(_ feature: Int) -> [String] {
    let names = levels[feature]?.names ?? []
    guard rows < seen else { return names }
    var used = [Bool](repeating: false, count: names.count)
    features.forEach(from: feature, step: format.features) { code in
      if !code.isNaN { used[Int(code)] = true }
    }
    return names.indices.filter { used[$0] }.map { names[$0] }
  }

  /// Returns the features as rows; the parser cannot be used afterwards.
  consuming func takeFeatures() -> FloatRows { features.rows(width: format.features) }

  /// Stores a column of numbers in a unit with room for its numbers so far and for `value`.
  mutating func changeUnit(_ slot: Int, for value: Double) {
    let old = units[slot]
    var (least, greatest) = (value, value)
    features.forEach(from: slot, step: format.features) { stored in
      guard !stored.isNaN else { return }
      let number = old.value(Double(stored))
      least = min(least, number)
      greatest = max(greatest, number)
    }
    let new = ColumnUnit(for: [least, greatest])
    features.update(from: slot, step: format.features) { Float(new.stored(old.value(Double($0)))) }
    units[slot] = new
    // Only columns with numbers as in the file are read by the fast path.
    runsAreStale = true
  }

  private func hasLineEnd(_ position: UnsafePointer<UInt8>) -> Bool {
    memchr(position, 0x0A, end - position) != nil || memchr(position, 0x0D, end - position) != nil
  }

  // MARK: - Records

  private mutating func parseRecord(
    _ position: inout UnsafePointer<UInt8>
  ) throws(Flaw) {
    guard seen < Int(Int32.max) else { throw flaw(0, "more than \(Int32.max) samples", "at most that many") }
    if runsAreStale {
      runs = Run.all(format, units: units)
      runsAreStale = false
    }
    let feature = try TableParser.room(&features, format.features, path)
    let target = try TableParser.room(&targets, format.targets, path)
    var code: Int32 = -1
    isIncomplete = false
    kept.dropLast()
    let last = format.columns - 1
    for run in runs {
      if run.isNumbers {
        try parseNumbers(&position, run, into: feature + run.slot)
      } else {
        skipBlanks(&position)
        if run.isKept { try keepCell(position, run.first) }
        switch run.role {
        case .feature: feature[run.slot] = try carefulFeature(&position, run)
        case .target:
          let cell = position
          target[run.slot] = try self.target(&position, run)
          measure(target[run.slot], cell, run.slot)
        case .label: code = try label(&position, run.first)
        case .ignored: try skipCell(&position, run.first)
        }
        if run.first < last { try passSeparator(&position, run.first) }
      }
    }
    try endRecord(&position)
    finishRecord(code)
  }

  private mutating func parseNumbers(
    _ position: inout UnsafePointer<UInt8>, _ run: Run, into slots: UnsafeMutablePointer<Float>
  ) throws(Flaw) {
    let last = format.columns - 1
    var index = 0
    while index < run.count {
      // A separator follows all cells but the last.
      let count = min(run.count, last - run.first) - index
      index += PlainNumbers.read(&position, end, separator: separator, into: slots + index, count: count)
      guard index < run.count else { return }
      let column = run.first + index
      skipBlanks(&position)
      slots[index] = try number(&position, column, slot: run.slot + index)
      index += 1
      if column < last { try passSeparator(&position, column) }
    }
  }

  private mutating func finishRecord(_ code: Int32) {
    seen += 1
    if isIncomplete {
      if format.missing == .drop {
        if sourceRows == nil { sourceRows = (0..<Int32(rows)).map { $0 } }
        kept.dropLast()
        return
      }
      hasMissing = true
    }
    sourceRows?.append(Int32(seen - 1))
    features.commit(format.features)
    targets.commit(format.targets)
    if format.labelColumn != nil { labels.append(code) }
    kept.commit()
    rows += 1
  }

  /// Records a missing feature.
  /// - Returns: NaN.
  /// - Throws: if missing features are errors.
  mutating func missing(_ column: Int, _ text: String) throws(Flaw) -> Float {
    guard format.missing != .error else {
      throw flaw(
        column, text.isEmpty ? "nothing" : "'\(text)'", "a number or text",
        hint: missingRemedy(missingTreatment(column)))
    }
    isIncomplete = true
    return .nan
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
    _ position: inout UnsafePointer<UInt8>, _ column: Int
  ) throws(Flaw) {
    if !isBlanks, position.pointee == separator, position < end {
      position += 1
      return
    }
    let before = position
    skipBlanks(&position)
    if position == end, !isLast { throw .incomplete }
    if isBlanks {
      if position > before, position < end, position.pointee != 0x0A, position.pointee != 0x0D { return }
    } else if position < end, position.pointee == separator {
      position += 1
      return
    }
    if position < end, position.pointee != 0x0A, position.pointee != 0x0D {
      throw flaw(
        column, "text after the quotes or number of a cell", "a separator",
        hint: format.featureColumns.contains(column) ? otherUse(column) : nil)
    }
    throw raggedness(column, "\(column + 1) cell\(column == 0 ? "" : "s")")
  }

  private mutating func endRecord(
    _ position: inout UnsafePointer<UInt8>
  ) throws(Flaw) {
    skipBlanks(&position)
    guard try !passLineEnd(&position) else { return }
    // A line may end with a separator.
    if !isBlanks, position < end, position.pointee == separator {
      position += 1
      skipBlanks(&position)
      guard try !passLineEnd(&position) else { return }
    }
    throw raggedness(format.columns, "more cells")
  }

  /// Skips one line end, or the end of the file.
  @inline(__always)
  private mutating func passLineEnd(
    _ position: inout UnsafePointer<UInt8>
  ) throws(Flaw) -> Bool {
    if position == end {
      if !isLast { throw .incomplete }
      return true
    }
    if position.pointee == 0x0A {
      position += 1
    } else if position.pointee == 0x0D {
      // A line feed may follow after the buffer.
      if position + 1 == end, !isLast { throw .incomplete }
      position += position + 1 < end && position[1] == 0x0A ? 2 : 1
    } else {
      return false
    }
    linesInRecord += 1
    return true
  }

  private mutating func skipBlankLine(
    _ position: inout UnsafePointer<UInt8>
  ) throws(Flaw) -> Bool {
    let start = position
    while position < end, position.pointee == 0x20 || position.pointee == 0x09 { position += 1 }
    if try passLineEnd(&position) { return true }
    if rows == 0, seen == 0, start == position, TableCells.marksComment(position.pointee) {
      while position < end, position.pointee != 0x0A, position.pointee != 0x0D { position += 1 }
      return try passLineEnd(&position)
    }
    position = start
    return false
  }

  private mutating func skipRecord(
    _ position: inout UnsafePointer<UInt8>
  ) throws(Flaw) {
    for column in 0..<format.columns {
      skipBlanks(&position)
      let cell = position
      if let byte = TableParser.notUTF8(try self.cell(&position, column)) { throw encodingFlaw(column, cell, byte) }
      if column < format.columns - 1 { try passSeparator(&position, column) }
    }
    try endRecord(&position)
  }
}
