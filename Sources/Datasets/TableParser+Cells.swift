/// Cells: numbers, labels, and the quotes and blanks around them.
extension TableParser {
  @inline(__always)
  func skipBlanks(_ place: inout UnsafePointer<UInt8>) {
    while place.pointee == 0x20 || place.pointee == 0x09 && separator != 0x09 { place += 1 }
  }

  private func endsCell(_ byte: UInt8) -> Bool {
    byte == separator || byte == 0x0A || byte == 0x0D || isBlanks && byte == 0x09
  }

  @inline(__always)
  mutating func number(_ place: inout UnsafePointer<UInt8>, _ column: Int) throws(Flaw) -> Float {
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
  mutating func label(_ place: inout UnsafePointer<UInt8>, _ column: Int) throws(Flaw) -> Int32 {
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
  mutating func cell(_ place: inout UnsafePointer<UInt8>, _ column: Int) throws(Flaw) -> [UInt8] {
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
}
