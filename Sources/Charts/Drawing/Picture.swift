import Files
import Platform
import SystemZlib

/// A small bitmap, embedded in a page by a data URL.
package struct Picture: Sendable, Equatable {
  package var width: Int
  package var height: Int
  /// Red, green, blue and opacity of each pixel, row by row.
  package var pixels: [UInt8]

  /// - Parameter pixels: four bytes per pixel.
  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0 && pixels.count == 4 * width * height, "an image needs four bytes per pixel")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// White ink on slate: a digit as the network receives it.
  ///
  /// - Parameter values: row by row, from 0 for paper to 1 for ink; others are clamped.
  package init(ink values: [Float], width: Int) {
    precondition(width > 0 && !values.isEmpty && values.count % width == 0, "the last row is incomplete")
    let paper: [Float] = [38, 48, 60]
    let pixels = values.flatMap { value -> [UInt8] in
      let ink = value.isFinite ? min(max(value, 0), 1) : 0
      return paper.map { UInt8(($0 + (255 - $0) * ink).rounded()) } + [255]
    }
    self.init(width: width, height: values.count / width, pixels: pixels)
  }

  /// Signed values: blue above zero, vermilion below, transparent at zero.
  ///
  /// - Parameter scale: the magnitude drawn opaque.
  package init(signed values: [Float], width: Int, scale: Float) {
    precondition(width > 0 && !values.isEmpty && values.count % width == 0, "the last row is incomplete")
    let pixels = values.flatMap { value -> [UInt8] in
      let strength = value.isFinite && scale > 0 ? min(abs(value) / scale, 1) : 0
      let opacity = UInt8((strength * 255).rounded())
      return value >= 0 ? [24, 128, 205, opacity] : [222, 98, 20, opacity]
    }
    self.init(width: width, height: values.count / width, pixels: pixels)
  }

  /// The image as a PNG file (RGBA, 8 bits).
  package var png: [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    var header = Self.bigEndian(UInt32(width)) + Self.bigEndian(UInt32(height))
    header += [8, 6, 0, 0, 0]
    file += Self.chunk("IHDR", header)
    var rows: [UInt8] = []
    rows.reserveCapacity(height * (4 * width + 1))
    for row in 0..<height {
      rows.append(0)
      rows += pixels[(4 * width * row)..<(4 * width * (row + 1))]
    }
    return file + Self.chunk("IDAT", Self.deflated(rows)) + Self.chunk("IEND", [])
  }

  /// The image as a data URL.
  package var dataURI: String { "data:image/png;base64," + Data(png).base64EncodedString() }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return bigEndian(UInt32(data.count)) + body + bigEndian(cyclicRedundancyCheck(body[...]))
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    let bound = Int(compressBound(uLong(bytes.count)))
    return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      var length = uLongf(bound)
      let status = compress2(output.baseAddress, &length, bytes, uLong(bytes.count), Z_BEST_COMPRESSION)
      // With a buffer of zlib's bound, `compress` fails only without memory; the image is then left empty.
      count = status == Z_OK ? Int(length) : 0
    }
  }
}
