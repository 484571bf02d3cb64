/// The fast path of tables: cells that are nothing but numbers, without blanks, quotes or missing values.
///
/// Not a method of `TableParser`, since the compiler would copy the parser for each cell, a third of the time to read a table of pixels.
enum PlainNumbers {
  /// Reads cells as long as each is a number with a separator right after it.
  ///
  /// - Parameters:
  ///   - position: the start of the first cell; then that of the first cell that is not read.
  ///   - end: the end of the text, at which there is a zero byte.
  ///   - count: the number of cells that a separator must follow.
  /// - Returns: the number of cells that were read.
  static func read(
    _ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, separator: UInt8,
    into slots: UnsafeMutablePointer<Float>, count: Int
  ) -> Int {
    // A blank is a separator only if neither another blank nor the end of the line follows.
    let isBlanks = separator == 0x20
    var index = 0
    while index < count {
      var next = position
      guard let value = DecimalNumber.read(&next), next < end, next.pointee == separator, !isBlanks || next[1] > 0x20
      else { break }
      slots[index] = value
      position = next + 1
      index += 1
    }
    return index
  }
}
