import Files
import SystemZlib

/// A writer of valid and invalid PNG files for tests of the reader.
struct PNGWriter {
  var width: Int
  var height: Int
  var depth: Int
  var colorType: Int
  var interlace = 0

  var channels: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colorType]! }
  var rowSize: Int { (width * channels * depth + 7) / 8 }

  /// An array that is a whole file.
  /// - Parameters:
  ///   - samples: the stored values, pixel by pixel.
  ///   - filter: the filter of each row, 0 to 4.
  ///   - extra: chunks before the pixels.
  func file(_ samples: [Int], filter: (Int) -> Int = { $0 % 5 }, extra: [UInt8] = []) -> [UInt8] {
    Self.signature + header + extra + Self.chunk("IDAT", Self.packed(filtered(samples, filter))) + Self.end
  }

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  static let end = chunk("IEND", [])

  var header: [UInt8] {
    Self.chunk(
      "IHDR", Self.bytes(width) + Self.bytes(height) + [UInt8(depth), UInt8(colorType), 0, 0, UInt8(interlace)])
  }

  static func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + contents
    return bytes(contents.count) + body + bytes(Int(cyclicRedundancyCheck(body[...])))
  }

  static func bytes(_ number: Int) -> [UInt8] { big(UInt32(truncatingIfNeeded: number)) }

  /// A zlib stream.
  static func packed(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(uLong(bytes.count))
    var output = [UInt8](repeating: 0, count: Int(size))
    precondition(compress2(&output, &size, bytes, uLong(bytes.count), 9) == Z_OK)
    return Array(output.prefix(Int(size)))
  }

  /// Rows behind their filters' numbers, as differences.
  func filtered(_ samples: [Int], _ filter: (Int) -> Int) -> [UInt8] {
    let rows = (0..<height).map { row in packedRow(Array(samples[(row * width * channels)...].prefix(width * channels)))
    }
    let distance = max(1, channels * depth / 8)
    var result: [UInt8] = []
    for (index, row) in rows.enumerated() {
      let kind = filter(index)
      let above = index > 0 ? rows[index - 1] : [UInt8](repeating: 0, count: row.count)
      result.append(UInt8(kind))
      for index in row.indices {
        let left = index >= distance ? Int(row[index - distance]) : 0
        let up = Int(above[index])
        let corner = index >= distance ? Int(above[index - distance]) : 0
        let estimate = left + up - corner
        let nearest = [left, up, corner].min { abs(estimate - $0) < abs(estimate - $1) }!
        let prediction = [0, left, up, (left + up) / 2, nearest][kind]
        result.append(UInt8(truncatingIfNeeded: Int(row[index]) - prediction))
      }
    }
    return result
  }

  private func packedRow(_ samples: [Int]) -> [UInt8] {
    var row = [UInt8](repeating: 0, count: rowSize)
    for (index, sample) in samples.enumerated() {
      let bit = index * depth
      if depth == 16 {
        row[2 * index] = UInt8(sample >> 8)
        row[2 * index + 1] = UInt8(sample & 255)
      } else {
        row[bit / 8] |= UInt8(sample << (8 - depth - bit % 8))
      }
    }
    return row
  }
}
