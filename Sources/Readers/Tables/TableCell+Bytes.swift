/// The content of a cell in bytes, as samples are read.
extension TableCell {
  /// True for a missing value in a column of numbers.
  static func isMissingNumber(_ bytes: [UInt8]) -> Bool {
    let trimmed = trimmed(bytes)
    return isMissing(trimmed) || trimmed.elementsEqual(none.utf8)
  }

  /// The bytes without blanks at both ends, which a quoted cell may have inside its quotes.
  static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    var rest = bytes[...]
    while let first = rest.first, first == 0x20 || first == 0x09 { rest.removeFirst() }
    while let last = rest.last, last == 0x20 || last == 0x09 { rest.removeLast() }
    return rest
  }

  /// The number in a cell; nil if the cell is not a number alone.
  ///
  /// - Parameters:
  ///   - hasDecimalComma: true if a comma is the decimal mark.
  ///   - read: reads a number with a decimal point, and moves to its end.
  static func readNumber<Value>(
    _ bytes: [UInt8], hasDecimalComma: Bool, _ read: (inout UnsafePointer<UInt8>) -> Value?
  ) -> Value? {
    var text = Array(trimmed(bytes))
    if hasDecimalComma, let comma = text.firstIndex(of: UInt8(ascii: ",")) { text[comma] = UInt8(ascii: ".") }
    text.append(0)
    return text.withUnsafeBufferPointer { buffer -> Value? in
      guard let start = buffer.baseAddress else { return nil }
      var position = start
      let value = read(&position)
      return position == start + (buffer.count - 1) ? value : nil
    }
  }
}
