import Files

/// The conversion of samples of a PNG image to gray and opacity.
struct PNGPixels {
  var header: PNGHeader
  /// Red, green and blue of each entry.
  var palette: [UInt8]
  var transparency: [UInt8]?
  var path: String

  /// - Parameter rows: unfiltered rows, each after its filter byte.
  /// - Throws: `FileError` for an index outside the palette.
  func image(_ rows: [UInt8]) throws(FileError) -> RasterImage {
    let count = header.width * header.height
    var image = RasterImage(width: header.width, height: header.height, gray: [], opacity: hasOpacity ? [] : nil)
    image.gray.reserveCapacity(count)
    image.opacity?.reserveCapacity(count)
    let table = paletteGrays
    let transparentColor = self.transparentColor
    var pixel = [UInt16](repeating: 0, count: header.color.channels)
    for row in 0..<header.height {
      let start = row * (1 + header.rowSize) + 1
      for column in 0..<header.width {
        for channel in pixel.indices {
          pixel[channel] = sample(rows, start, column * pixel.count + channel)
        }
        if header.color == .palette {
          let entry = Int(pixel[0])
          guard entry < table.count else {
            throw FileError(
              file: path, found: "entry \(entry) of the palette in row \(row), column \(column)",
              expected: "at most \(table.count - 1)", hint: PNGFile.remedy)
          }
          image.gray.append(table[entry].gray)
          image.opacity?.append(table[entry].opacity)
        } else {
          image.gray.append(gray(pixel))
          image.opacity?.append(opacity(pixel, transparentColor))
        }
      }
    }
    return image
  }

  private var hasOpacity: Bool { transparency != nil || header.color == .grayOpacity || header.color == .colorOpacity }

  /// Sample number `index` of the row at `start`, as stored in the file.
  private func sample(_ rows: [UInt8], _ start: Int, _ index: Int) -> UInt16 {
    switch header.depth {
    case 16: return UInt16(rows[start + 2 * index]) << 8 | UInt16(rows[start + 2 * index + 1])
    case 8: return UInt16(rows[start + index])
    default:
      let bit = index * header.depth
      let shift = 8 - header.depth - bit % 8
      return UInt16(rows[start + bit / 8] >> UInt8(shift)) & (1 << UInt16(header.depth) - 1)
    }
  }

  /// A sample scaled to 0...65535, which is a multiple of the greatest sample of every depth.
  private func widened(_ sample: UInt16) -> UInt16 { sample * (65535 / (UInt16.max >> UInt16(16 - header.depth))) }

  private func gray(_ pixel: [UInt16]) -> UInt16 {
    pixel.count < 3
      ? widened(pixel[0]) : RasterImage.luminance(widened(pixel[0]), widened(pixel[1]), widened(pixel[2]))
  }

  private func opacity(_ pixel: [UInt16], _ transparentColor: [UInt16]?) -> UInt16 {
    switch header.color {
    case .grayOpacity, .colorOpacity: widened(pixel[pixel.count - 1])
    case .gray, .color, .palette: pixel == transparentColor ? 0 : .max
    }
  }

  /// The transparent color, in samples as stored in the file.
  private var transparentColor: [UInt16]? {
    guard let transparency, header.color == .gray || header.color == .color else { return nil }
    return stride(from: 0, to: transparency.count, by: 2).map {
      UInt16(transparency[$0]) << 8 | UInt16(transparency[$0 + 1])
    }
  }

  /// The entries of the palette; those without a transparency value are opaque.
  private var paletteGrays: [(gray: UInt16, opacity: UInt16)] {
    (0..<(palette.count / 3)).map { entry in
      let color = palette[(3 * entry)..<(3 * entry + 3)].map { UInt16($0) * 257 }
      let opacity = transparency.flatMap { entry < $0.count ? UInt16($0[entry]) * 257 : nil } ?? .max
      return (RasterImage.luminance(color[0], color[1], color[2]), opacity)
    }
  }
}
