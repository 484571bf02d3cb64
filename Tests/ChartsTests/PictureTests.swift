import Files
import Foundation
import Testing

@testable import Charts

@Suite("Pictures")
struct PictureTests {
  /// A PNG's chunks by name, their checksums left aside.
  private static func chunks(_ png: [UInt8]) -> [(name: String, data: [UInt8])] {
    var chunks: [(name: String, data: [UInt8])] = []
    var position = 8
    while position + 12 <= png.count {
      let length = png[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
      let name = String(decoding: png[(position + 4)..<(position + 8)], as: UTF8.self)
      chunks.append((name, Array(png[(position + 8)..<(position + 8 + length)])))
      position += 12 + length
    }
    return chunks
  }

  @Test("A picture's PNG has its size and its pixels, row by row")
  func png() throws {
    let pixels: [UInt8] = (0..<60).map { UInt8(3 * $0) }
    let picture = Picture(width: 5, height: 3, pixels: pixels)
    #expect(Array(picture.png.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    let chunks = Self.chunks(picture.png)
    #expect(chunks.map(\.name) == ["IHDR", "IDAT", "IEND"])
    #expect(chunks[0].data == [0, 0, 0, 5, 0, 0, 0, 3, 8, 6, 0, 0, 0])
    let rows = try chunks[1].data.withUnsafeBytes {
      try inflateZlib($0, size: 3 * 21, isWhole: true, path: "picture")
    }
    let expected = (0..<3).flatMap { row -> [UInt8] in [0] + Array(pixels[(row * 20)..<(row * 20 + 20)]) }
    #expect(rows == expected)
    // An end chunk is always the same, its checksum too (PNG specification, 11.2.5).
    #expect(picture.png.suffix(12) == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
  }

  @Test("A data link has the picture in base64, for every length of the rest", arguments: 1...7)
  func dataLink(width: Int) throws {
    let picture = Picture(width: width, height: 1, pixels: (0..<(4 * width)).map { UInt8($0 * 9) })
    let text = picture.dataURI
    #expect(text.hasPrefix("data:image/png;base64,"))
    #expect(Data(base64Encoded: String(text.dropFirst(22))) == Data(picture.png))
  }

  @Test("Ink is light, signed weights blue and orange over nothing, and what is not finite nothing at all")
  func colors() {
    let ink = Picture(ink: [0, 1, 2, .nan], width: 4).pixels
    #expect(Array(ink[0..<4]) == [38, 48, 60, 255] && Array(ink[4..<8]) == [255, 255, 255, 255])
    #expect(Array(ink[8..<12]) == Array(ink[4..<8]) && Array(ink[12..<16]) == Array(ink[0..<4]))
    let signed = Picture(signed: [0, 0.5, -3, .nan], width: 2, scale: 1).pixels
    #expect(stride(from: 3, to: 16, by: 4).map { signed[$0] } == [0, 128, 255, 0])
    #expect(signed[4] < signed[6] && signed[8] > signed[10], "blue above zero, orange below")
  }
}
