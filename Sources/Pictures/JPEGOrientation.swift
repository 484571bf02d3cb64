/// The orientation of a photograph: the tag 0x0112 in the Exif data of a JPEG file (Exif 2.3, 4.6.4; TIFF 6.0).
struct JPEGOrientation: Equatable {
  /// 1 to 8: where the first row and the first column of the stored image belong in the upright one. 1: at the top and at the left.
  let value: Int
  /// The offsets of the value's two bytes in the file.
  let bytes: Range<Int>
  private let isBigEndian: Bool

  /// The bytes of the value 1 in the file's order.
  var uprightBytes: [UInt8] { isBigEndian ? [0, 1] : [1, 0] }

  /// - Parameter beginning: the beginning of a file, which may be cut or damaged anywhere.
  /// - Returns: nil if there is no valid orientation before the image data.
  init?(_ beginning: [UInt8]) {
    guard let tiff = Self.exif(beginning), tiff.count >= 8 else { return nil }
    let mark = beginning[tiff.lowerBound]
    guard mark == beginning[tiff.lowerBound + 1], mark == UInt8(ascii: "M") || mark == UInt8(ascii: "I") else {
      return nil
    }
    let isBigEndian = mark == UInt8(ascii: "M")
    // A number of some bytes at an offset in the TIFF data; nil beyond their end.
    func number(_ offset: Int, _ count: Int) -> Int? {
      guard offset >= 0, offset <= tiff.count - count else { return nil }
      let bytes = beginning[(tiff.lowerBound + offset)..<(tiff.lowerBound + offset + count)]
      return isBigEndian
        ? bytes.reduce(0) { $0 << 8 | Int($1) } : bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(2, 2) == 42, let directory = number(4, 4), let entries = number(directory, 2) else { return nil }
    for entry in 0..<entries {
      let start = directory + 2 + 12 * entry
      guard let tag = number(start, 2) else { return nil }
      guard tag == 0x0112 else { continue }
      // One number of 16 bits, in the first half of the entry's value.
      guard number(start + 2, 2) == 3, number(start + 4, 4) == 1, let value = number(start + 8, 2),
        (1...8).contains(value)
      else { return nil }
      self.value = value
      self.isBigEndian = isBigEndian
      bytes = (tiff.lowerBound + start + 8)..<(tiff.lowerBound + start + 10)
      return
    }
    return nil
  }

  /// The range of the TIFF data in the first segment with Exif data; nil without one before the image data.
  private static func exif(_ file: [UInt8]) -> Range<Int>? {
    let signature = Array("Exif\0\0".utf8)
    guard file.starts(with: JPEGConversion.signature) else { return nil }
    var position = 2
    while position + 4 <= file.count, file[position] == 0xFF {
      let marker = file[position + 1]
      // Fill bytes may stand before a marker.
      if marker == 0xFF {
        position += 1
        continue
      }
      // The image data, or the end.
      guard marker != 0xDA, marker != 0xD9 else { return nil }
      let length = Int(file[position + 2]) << 8 | Int(file[position + 3])
      guard length >= 2 else { return nil }
      let content = (position + 4)..<min(position + 2 + length, file.count)
      if marker == 0xE1, file[content].starts(with: signature) {
        return (content.lowerBound + signature.count)..<content.upperBound
      }
      position += 2 + length
    }
    return nil
  }
}

extension RasterImage {
  /// The upright image.
  ///
  /// - Parameter orientation: 1 to 8, as in `JPEGOrientation.value`.
  func upright(_ orientation: Int) -> RasterImage {
    precondition((1...8).contains(orientation), "Exif has eight orientations")
    guard orientation > 1 else { return self }
    let isTransposed = orientation >= 5
    let last = width * height - 1
    // The pixel that comes to the upper left corner, and the steps from a pixel to the one on its right and to the one below.
    let (origin, right, down): (Int, Int, Int) =
      switch orientation {
      case 2: (width - 1, -1, width)
      case 3: (last, -1, -width)
      case 4: (last - width + 1, 1, -width)
      case 5: (0, width, 1)
      case 6: (last - width + 1, -width, 1)
      case 7: (last, -width, -1)
      default: (width - 1, width, -1)
      }
    let columns = isTransposed ? height : width
    let rows = isTransposed ? width : height
    func reordered(_ pixels: [UInt16]) -> [UInt16] {
      var result = [UInt16](repeating: 0, count: pixels.count)
      for row in 0..<rows {
        for column in 0..<columns {
          result[row * columns + column] = pixels[origin + row * down + column * right]
        }
      }
      return result
    }
    return RasterImage(width: columns, height: rows, gray: reordered(gray), opacity: opacity.map(reordered))
  }
}
