import Files

/// Portable graymaps: `P2`, whose pixels are decimal numbers, and `P5`, whose pixels are bytes or pairs of bytes.
///
/// Three numbers follow the first two letters: width, height and the value of white, 1 to 65535. A `#` starts a comment
/// up to the end of the line. Of a file with several images the first is read.
enum PGMFile {
  /// The remedy for a file that no program writes.
  private static let remedy: OptionText = "Save the image again, for example as PNG."

  static func isOne(_ bytes: [UInt8]) -> Bool {
    bytes.count > 2 && bytes[0] == UInt8(ascii: "P") && (bytes[1] == UInt8(ascii: "2") || bytes[1] == UInt8(ascii: "5"))
      && (isSpace(bytes[2]) || bytes[2] == UInt8(ascii: "#"))
  }

  /// - Throws: `FileError` if the header is invalid, pixels are missing, or a pixel exceeds the value of white.
  static func image(_ bytes: [UInt8], path: String) throws(FileError) -> RasterImage {
    var text = Text(bytes: bytes, position: 2, path: path)
    let width = try text.number("the width", atMost: Int(Int32.max))
    let height = try text.number("the height", atMost: Int(Int32.max))
    let white = try text.number("the value of white", atMost: 65535)
    guard white > 0 else {
      throw FileError(
        file: path, found: "0 for the value of white", expected: "1 to 65535", hint: PGMFile.remedy)
    }
    let count = try RasterImage.checkSize(width: width, height: height, path: path)
    let gray =
      bytes[1] == UInt8(ascii: "2")
      ? try numbers(&text, count: count, white: white) : try packed(&text, count: count, white: white)
    return RasterImage(width: width, height: height, gray: gray, opacity: nil)
  }

  private static func numbers(_ text: inout Text, count: Int, white: Int) throws(FileError) -> [UInt16] {
    // At least a digit and a space per pixel; the last pixel needs no space.
    guard count <= (text.bytes.count - text.position) / 2 + 1 else {
      throw missing(text.path, "\(text.bytes.count - text.position) characters of pixels", count)
    }
    var gray: [UInt16] = []
    gray.reserveCapacity(count)
    for index in 0..<count {
      gray.append(scaled(try text.number("pixel \(index) of \(count)", atMost: white), white))
    }
    return gray
  }

  private static func packed(_ text: inout Text, count: Int, white: Int) throws(FileError) -> [UInt16] {
    // One whitespace byte ends the header; further ones are pixels.
    let start = text.position + 1
    let size = white < 256 ? 1 : 2
    guard start <= text.bytes.count, isSpace(text.bytes[start - 1]), text.bytes.count - start >= count * size else {
      throw missing(text.path, "\(max(0, text.bytes.count - start)) bytes of pixels", count * size)
    }
    var gray: [UInt16] = []
    gray.reserveCapacity(count)
    for index in stride(from: start, to: start + count * size, by: size) {
      let value = size == 1 ? Int(text.bytes[index]) : Int(text.bytes[index]) << 8 | Int(text.bytes[index + 1])
      guard value <= white else {
        throw FileError(
          file: text.path, found: "a pixel of \(value) at byte \(index)", expected: "at most \(white), which is white",
          hint: PGMFile.remedy)
      }
      gray.append(scaled(value, white))
    }
    return gray
  }

  private static func missing(_ path: String, _ found: String, _ expected: Int) -> FileError {
    FileError(file: path, found: found, expected: "at least \(expected)", hint: "The file is truncated.")
  }

  private static func scaled(_ value: Int, _ white: Int) -> UInt16 { UInt16((value * 65535 + white / 2) / white) }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// A reader of the numbers of a header.
  private struct Text {
    let bytes: [UInt8]
    var position: Int
    let path: String

    /// Skips whitespace and comments, then reads the digits.
    mutating func number(_ what: String, atMost limit: Int) throws(FileError) -> Int {
      var isComment = false
      while position < bytes.count {
        let byte = bytes[position]
        if byte == UInt8(ascii: "#") { isComment = true }
        guard isComment || isSpace(byte) else { break }
        if byte == 0x0A || byte == 0x0D { isComment = false }
        position += 1
      }
      let start = position
      var value = 0
      while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
        // The value is below 2³¹ before this digit, so that Int cannot overflow.
        value = value * 10 + Int(bytes[position] - 0x30)
        guard value <= limit else {
          throw FileError(
            file: path, found: "\(value) or more for \(what)", expected: "at most \(limit)", hint: PGMFile.remedy)
        }
        position += 1
      }
      guard position > start else {
        let found =
          position < bytes.count ? "no digit for \(what), at byte \(position)" : "the file's end before \(what)"
        throw FileError(
          file: path, found: found, expected: "a whole PGM image", hint: PGMFile.remedy)
      }
      return value
    }
  }
}
