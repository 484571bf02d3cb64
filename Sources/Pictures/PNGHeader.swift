import Files

/// The header of a PNG image, its first chunk.
struct PNGHeader: Equatable {
  var width: Int
  var height: Int
  /// The bits per sample: 1, 2, 4, 8 or 16.
  var depth: Int
  var color: ColorType

  /// The meaning of the samples of a pixel.
  enum ColorType: UInt8, CaseIterable {
    case gray = 0
    case color = 2
    case palette = 3
    case grayOpacity = 4
    case colorOpacity = 6

    /// The number of samples per pixel.
    var channels: Int {
      switch self {
      case .gray, .palette: 1
      case .grayOpacity: 2
      case .color: 3
      case .colorOpacity: 4
      }
    }

    var depths: [Int] {
      switch self {
      case .gray: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .color, .grayOpacity, .colorOpacity: [8, 16]
      }
    }
  }

  /// The bytes of a row of pixels, without the filter byte.
  var rowSize: Int { (width * color.channels * depth + 7) / 8 }
  /// The bytes of all rows, each with its filter byte. Sides are limited, so that nothing overflows.
  var size: Int { height * (1 + rowSize) }
  /// The distance in bytes to the pixel on the left.
  var filterDistance: Int { max(1, color.channels * depth / 8) }

  /// - Parameter bytes: the contents of the chunk.
  /// - Throws: `FileError` for invalid headers, and for unsupported ones: interlaced and huge images.
  init(_ bytes: ArraySlice<UInt8>, path: String) throws(FileError) {
    guard bytes.count == 13 else {
      throw FileError(
        file: path, found: "a header (IHDR) of \(bytes.count) bytes", expected: "13", hint: PNGFile.remedy)
    }
    let start = bytes.startIndex
    width = Int(bigEndian(bytes, at: start))
    height = Int(bigEndian(bytes, at: start + 4))
    _ = try RasterImage.checkSize(width: width, height: height, path: path)
    depth = Int(bytes[start + 8])
    guard let color = ColorType(rawValue: bytes[start + 9]) else {
      throw FileError(
        file: path, found: "color type \(bytes[start + 9])", expected: "0, 2, 3, 4 or 6", hint: PNGFile.remedy)
    }
    guard color.depths.contains(depth) else {
      throw FileError(
        file: path, found: "\(depth) bits per sample with color type \(color.rawValue)",
        expected: "one of \(color.depths.map(String.init).joined(separator: ", "))", hint: PNGFile.remedy)
    }
    self.color = color
    guard bytes[start + 10] == 0, bytes[start + 11] == 0 else {
      throw FileError(
        file: path, found: "compression \(bytes[start + 10]) and filter method \(bytes[start + 11])",
        expected: "0 and 0, the only valid values", hint: PNGFile.remedy)
    }
    guard bytes[start + 12] == 0 else {
      throw FileError(
        file: path, found: "an interlaced PNG image", expected: "one without interlacing",
        hint: "Save it again without interlacing (Adam7).")
    }
  }
}

/// A big-endian number of four bytes.
func bigEndian(_ bytes: ArraySlice<UInt8>, at position: Int) -> UInt32 {
  (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[position + $1]) }
}
