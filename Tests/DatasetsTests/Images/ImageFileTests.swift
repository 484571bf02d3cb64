import Files
import Foundation
import Random
import Testing

@testable import Datasets
@testable import Pictures

/// The pictures that `Pictures/make-pictures.py` wrote with other people's programs.
enum Pictures {
  static let folder = TestData.root.appendingPathComponent("Tests/DatasetsTests/Pictures")

  /// The pixels of an image, computed when it was written.
  struct Expected: Decodable {
    var width: Int
    var height: Int
    var gray: [UInt16]
    var opacity: [UInt16]?
  }

  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

  static func expected() throws -> [String: Expected] {
    let data = try Data(contentsOf: folder.appendingPathComponent("formats/expected.json"))
    return try JSONDecoder().decode([String: Expected].self, from: data)
  }
}

@Suite("Picture files")
struct ImageFileTests {
  @Test(
    "PNG of every color type and depth and PGM of every kind, by Pillow and pypng, have the pixels that were written")
  func formats() throws {
    let all = try Pictures.expected()
    #expect(all.count == 43)
    for (name, expected) in all.sorted(by: { $0.key < $1.key }) {
      let image = try ImageFile.read(Pictures.path("formats/\(name)"))
      #expect(image.width == expected.width && image.height == expected.height, "\(name)")
      #expect(image.gray == expected.gray, "\(name)")
      #expect(image.opacity == expected.opacity, "\(name)")
    }
  }

  @Test("Every filter, in every color type and depth and at widths that end inside a byte, is undone")
  func filters() throws {
    var random = RandomSource(seed: 11, purpose: .sampling)
    for color in PNGHeader.ColorType.allCases where color != .palette {
      for depth in color.depths {
        for width in [1, 2, 5, 9] {
          let writer = PNGWriter(width: width, height: 11, depth: depth, colorType: Int(color.rawValue))
          let samples = (0..<(width * 11 * writer.channels)).map { _ in Int(random.next() & 0xFFFF) & (1 << depth - 1) }
          let image = try ImageFile.parse(writer.file(samples), path: "x")
          let plain = try ImageFile.parse(writer.file(samples, filter: { _ in 0 }), path: "x")
          #expect(image == plain, "\(color), \(depth) bits, width \(width), seed 11")
          if color == .gray {
            #expect(image.gray.map { Int($0) / (65535 / (1 << depth - 1)) } == samples, "\(depth) bits, width \(width)")
          }
        }
      }
    }
  }

  @Test("Pixels may come in several chunks, and unknown ancillary chunks are passed over")
  func severalChunks() throws {
    let writer = PNGWriter(width: 5, height: 5, depth: 8, colorType: 0)
    let samples = (0..<25).map { $0 * 10 }
    let packed = PNGWriter.packed(writer.filtered(samples) { $0 % 5 })
    let pieces = packed.flatMap { PNGWriter.chunk("IDAT", [$0]) } + PNGWriter.chunk("IDAT", [])
    let file =
      PNGWriter.signature + writer.header + PNGWriter.chunk("tEXt", Array("a\0b".utf8)) + pieces + PNGWriter.end
    #expect(try ImageFile.parse(file + [1, 2, 3], path: "x").gray == samples.map { UInt16($0 * 257) })
  }

  /// A file that is wrong, and a part of what is said of it.
  private static var wrong: [(bytes: [UInt8], says: String)] {
    func header(
      _ width: Int = 2, _ height: Int = 2, depth: Int = 8, color: Int = 0, interlace: Int = 0, compression: UInt8 = 0
    ) -> [UInt8] {
      let tail: [UInt8] = [UInt8(depth), UInt8(color), compression, 0, UInt8(interlace)]
      return PNGWriter.signature + PNGWriter.chunk("IHDR", PNGWriter.bytes(width) + PNGWriter.bytes(height) + tail)
    }
    func pixels(_ bytes: [UInt8]) -> [UInt8] { PNGWriter.chunk("IDAT", PNGWriter.packed(bytes)) + PNGWriter.end }
    let rows: [UInt8] = [0, 1, 2, 0, 3, 4]
    var flipped = header() + pixels(rows)
    flipped[flipped.count - 14] ^= 1
    return [
      ([], "an empty file"), (Array("hello".utf8), "without PNG, PGM or JPEG header"),
      ([0xFF, 0xD8, 0xFF, 0xE0], "a JPEG image"),
      (Array("GIF89a".utf8), "a GIF image"), (Array("P6\n1 1\n255\nabc".utf8), "a PPM image"),
      ([0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A], "damaged line ends"), (PNGWriter.signature, "truncated"),
      (flipped, "checksum"), (header(), "truncated"), (header(0), "0 × 2 pixels"),
      (header(1 << 17, 1), "sides of at most"), (header(65536, 65536), "sides of at most"),
      (header(Int(UInt32.max), Int(UInt32.max)), "sides of at most"),
      (header(60000, 1000) + pixels(rows), "compressed"),
      (header(depth: 3) + pixels(rows), "3 bits"), (header(depth: 16, color: 3) + pixels(rows), "16 bits"),
      (header(color: 1) + pixels(rows), "color type 1"), (header(interlace: 1) + pixels(rows), "interlaced"),
      (header(compression: 1) + pixels(rows), "compression 1"), (header(color: 3) + pixels(rows), "no palette"),
      (header(color: 3) + PNGWriter.chunk("PLTE", [1, 2, 3]) + pixels([0, 0, 0, 0, 0, 1]), "entry 1 of the palette"),
      (header(color: 3) + PNGWriter.chunk("PLTE", [1, 2]) + pixels(rows), "palette of 2 bytes"),
      (header() + PNGWriter.chunk("tRNS", [1]) + pixels(rows), "transparency"),
      (header() + PNGWriter.chunk("NEED", [1]) + pixels(rows), "critical chunk NEED"),
      (PNGWriter.signature + pixels(rows), "chunk IDAT first"), (header() + pixels([5, 0, 0, 0, 0, 0]), "filter 5"),
      (header() + pixels(rows + [0]), "more than its stated 6 bytes"),
      (header() + pixels([0, 1, 2]), "ends after 3 of its stated 6"),
      (header() + PNGWriter.chunk("IDAT", [1, 2, 3, 4]) + PNGWriter.end, "damaged"),
      (header() + PNGWriter.end, "0 compressed"),
      (Array("P5\n2 2\n255\nabc".utf8), "3 bytes of pixels"),
      (Array("P5\n2 2\n100\n".utf8) + [1, 2, 3, 101], "pixel of 101"),
      (Array("P2\n2 2\n9\n1 2 3".utf8), "pixel 3 of 4"), (Array("P2\n2 2\n9\n1 2 3 10".utf8), "at most 9"),
      (Array("P2\n2 2\n0\n1 2 3 0".utf8), "value of white"), (Array("P2\n2 2\n65536\n1 2 3 0".utf8), "at most 65535"),
      (Array("P2\n-2 2\n9\n1".utf8), "no digit for the width"), (Array("P5\n0 2\n9\n".utf8), "0 × 2 pixels"),
      (Array("P5\n99999999999999999999 2\n9\n".utf8), "for the width"),
      (Array("P2\n60000 1000\n9\n1".utf8), "truncated"),
      (Array("P5 # only a comment".utf8), "end before the width"),
    ]
  }

  @Test("The error names the file, its fault and a remedy")
  func refuses() throws {
    for (index, file) in Self.wrong.enumerated() {
      do throws(FileError) {
        _ = try ImageFile.parse(file.bytes, path: "some.png")
        Issue.record("file \(index) was read, expected: \(file.says)")
      } catch {
        #expect(
          error.description.hasPrefix("some.png: ") && error.description.contains(file.says), "file \(index): \(error)")
        #expect(error.expected != nil && error.hint != nil, "file \(index): \(error)")
      }
    }
    for name in ["gray-1-interlaced.png", "gray-8-interlaced.png"] {
      #expect(throws: FileError.self, "\(name)") { try ImageFile.read(Pictures.path("formats/\(name)")) }
    }
  }
}

@Suite("Damaged picture files")
struct ImageFuzzTests {
  /// Reading ends in a picture of the size that it says, or in an error of the file.
  private static func check(_ bytes: [UInt8], _ what: @autoclosure () -> String) {
    do throws(FileError) {
      let image = try ImageFile.parse(bytes, path: "x")
      let count = image.width * image.height
      if image.gray.count != count || (image.opacity.map { $0.count != count } ?? false) {
        Issue.record("\(what()): \(image.gray.count) pixels of \(count)")
      }
      // The conversion to MNIST's form must accept any image, too.
      if count == 78, image.gray[0] % 4 == 0 { _ = MNISTForm(GrayPicture(image)) }
    } catch {
      if error.file != "x" { Issue.record("\(what()): \(error)") }
    }
  }

  @Test("A bit flipped in any third byte, with the check sums as they were and made right again, never ends in a crash")
  func flips() throws {
    var random = RandomSource(seed: 12, purpose: .sampling)
    for name in try Pictures.expected().keys.sorted() {
      let bytes = try Pictures.bytes("formats/\(name)")
      for index in stride(from: Int(random.next() % 3), to: bytes.count, by: 3) {
        var damaged = bytes
        damaged[index] ^= UInt8(1 << (random.next() % 8))
        Self.check(damaged, "\(name), byte \(index), seed 12")
        if name.hasSuffix("png") { Self.check(Self.repaired(damaged), "\(name), byte \(index), repaired, seed 12") }
      }
    }
  }

  @Test("A file truncated anywhere is rejected")
  func truncations() throws {
    for name in ["pillow-RGBA.png", "pillow-palette-4-key.png", "gray-16.png", "packed-1000.pgm"] {
      let bytes = try Pictures.bytes("formats/\(name)")
      for count in bytes.indices {
        #expect(throws: FileError.self, "\(name), \(count) bytes") {
          try ImageFile.parse(Array(bytes.prefix(count)), path: "x")
        }
      }
    }
  }

  @Test("Random pixels of every size from 1 × 1 on have a form or none")
  func randomPictures() {
    var random = RandomSource(seed: 13, purpose: .sampling)
    for round in 0..<60 {
      let (width, height) = (Int(random.next() % 40) + 1, Int(random.next() % 40) + 1)
      let levels = UInt64([1, 2, 3, 256, 65536][round % 5])
      let values = (0..<(width * height)).map { _ in UInt16(random.next() % levels * (65535 / max(levels - 1, 1))) }
      let hides = round % 3 == 0 ? values.map { _ in UInt16(random.next() % 3 * 32767) } : nil
      let form = MNISTForm(GrayPicture(RasterImage(width: width, height: height, gray: values, opacity: hides)))
      #expect(form.map { $0.pixels.count == 784 && $0.pixels.max() == 255 } ?? true, "round \(round), seed 13")
    }
  }

  /// The file with every check sum as its chunk has it, as far as there are whole chunks.
  private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    var index = 8
    while index + 12 <= bytes.count {
      let length = Int(bigEndian(bytes[...], at: index))
      guard length <= bytes.count - index - 12 else { break }
      let end = index + 8 + length
      result.replaceSubrange(
        end..<(end + 4), with: PNGWriter.bytes(Int(cyclicRedundancyCheck(bytes[(index + 4)..<end]))))
      index = end + 4
    }
    return result
  }
}
