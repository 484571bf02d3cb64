import Files
import Foundation
import Random
import Testing

@testable import Datasets
@testable import Pictures

@Suite("JPEG by a program of the system")
struct JPEGTests {
  private func folder(_ script: String?, name: String = "djpeg") throws -> (ScratchFolder, picture: String) {
    let folder = try ScratchFolder()
    if let script {
      // Copied by a separate process: a program started by another test at this moment would inherit this process's open
      // file, and a file that is open for writing cannot be executed ("text file busy").
      let source = try folder.write("source-of-" + name, Array("#!/bin/sh\n\(script)\n".utf8))
      let install = try Process.run(
        URL(fileURLWithPath: "/usr/bin/install"), arguments: ["-m", "755", source, "\(folder.path)/\(name)"])
      install.waitUntilExit()
      #expect(install.terminationStatus == 0)
    }
    return (folder, try folder.write("x.jpg", JPEGConversion.signature + [0xE0, 1, 2, 3]))
  }

  @Test("The program's gray image is the result", arguments: ["djpeg", "magick", "convert"])
  func converts(name: String) throws {
    let (folder, picture) = try folder(#"printf 'P5 2 1 255\n\001\377'"#, name: name)
    let image = try JPEGConversion.image(picture, searchPath: "/nowhere:" + folder.path)
    #expect(image?.width == 2 && image?.height == 1)
  }

  @Test(
    "A program that fails, or does not write an image, is named",
    arguments: ["exit 1", "echo no picture", "printf P5; exit 2"])
  func failure(script: String) throws {
    let (folder, picture) = try folder(script)
    let error = #expect(throws: FileError.self) { try JPEGConversion.image(picture, searchPath: folder.path) }
    #expect(error?.found == "a JPEG image that djpeg cannot read")
  }

  @Test("Without a program the picture is refused as before")
  func none() throws {
    let (folder, picture) = try folder(nil)
    #expect(try JPEGConversion.image(picture, searchPath: folder.path) == nil)
    let error = #expect(throws: FileError.self) {
      try ImageFile.parse(JPEGConversion.signature + [0xE0], path: picture)
    }
    #expect(error?.found == "a JPEG image")
  }

  /// The beginning of a photograph: JFIF's segment, then Exif's with an orientation, by the given order of bytes.
  static func photograph(_ orientation: UInt16, isBigEndian: Bool = true) -> [UInt8] {
    func bytes(_ value: Int, _ count: Int) -> [UInt8] {
      let little = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      return isBigEndian ? little.reversed() : little
    }
    // Two entries: the maker, and then the orientation.
    let maker = bytes(0x010F, 2) + bytes(2, 2) + bytes(4, 4) + Array("abc\0".utf8)
    let tag = bytes(0x0112, 2) + bytes(3, 2) + bytes(1, 4) + bytes(Int(orientation), 2) + [0, 0]
    let tiff = Array((isBigEndian ? "MM" : "II").utf8) + bytes(42, 2) + bytes(8, 4) + bytes(2, 2) + maker + tag
    let exif = Array("Exif\0\0".utf8) + tiff
    let length = UInt8(exif.count + 2)
    return [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xFF, 0xE1, 0, length] + exif + [0xFF, 0xDA, 0, 2, 9]
  }

  /// The gray values of 1 to 6, upright, of a picture stored as 1 2 3 / 4 5 6.
  static let upright: [(orientation: UInt16, width: Int, pixels: [UInt16])] = [
    (1, 3, [1, 2, 3, 4, 5, 6]), (2, 3, [3, 2, 1, 6, 5, 4]), (3, 3, [6, 5, 4, 3, 2, 1]), (4, 3, [4, 5, 6, 1, 2, 3]),
    (5, 2, [1, 4, 2, 5, 3, 6]), (6, 2, [4, 1, 5, 2, 6, 3]), (7, 2, [6, 3, 5, 2, 4, 1]), (8, 2, [3, 6, 2, 5, 1, 4]),
  ]

  private static let script = #"echo "$@" > "$0.arguments"; printf 'P5 3 2 255\n\001\002\003\004\005\006'"#

  @Test("The orientation of a photograph is applied, which djpeg ignores", arguments: upright)
  func orientation(_ number: UInt16, width: Int, pixels: [UInt16]) throws {
    let (folder, _) = try folder(Self.script)
    for isBigEndian in [true, false] {
      let picture = try folder.write("p.jpg", Self.photograph(number, isBigEndian: isBigEndian))
      let image = try #require(try JPEGConversion.image(picture, searchPath: folder.path))
      #expect(image.gray == pixels.map { $0 * 257 } && image.width == width && image.height == 6 / width)
      #expect(try folder.text("djpeg.arguments") == "-grayscale -pnm \(picture)\n")
    }
  }

  @Test("ImageMagick applies the orientation itself, and it is not applied twice", arguments: ["magick", "convert"])
  func ownOrientation(name: String) throws {
    let (folder, _) = try folder(Self.script, name: name)
    let picture = try folder.write("p.jpg", Self.photograph(6))
    let image = try #require(try JPEGConversion.image(picture, searchPath: folder.path))
    #expect(image.gray == (1...6).map { $0 * 257 } && image.width == 3)
    #expect(try folder.text("\(name).arguments").hasPrefix("jpeg:\(picture) -auto-orient "))
  }

  @Test("The orientation of a cut or damaged photograph is one of the eight, or none")
  func damagedOrientation() throws {
    let whole = Self.photograph(6)
    #expect(JPEGOrientation(whole)?.value == 6 && JPEGOrientation(Self.photograph(9)) == nil)
    for count in 0..<whole.count { _ = JPEGOrientation(Array(whole[..<count])) }
    var random = RandomSource(seed: 13, purpose: .sampling)
    var found = 0
    for round in 0..<20_000 {
      var bytes = Self.photograph(UInt16(1 + round % 8), isBigEndian: round % 2 == 0)
      for _ in 0...(round % 4) {
        bytes[Int(random.below(UInt64(bytes.count)))] = round % 3 == 0 ? 0xFF : UInt8(random.below(256))
      }
      if round % 5 == 0 { bytes.removeLast(Int(random.below(UInt64(bytes.count)))) }
      guard let orientation = JPEGOrientation(bytes) else { continue }
      found += 1
      #expect((1...8).contains(orientation.value) && orientation.bytes.upperBound <= bytes.count, "round \(round)")
    }
    #expect(found > 1000 && found < 19_000)
  }

  @Test("sips gets a photograph without its orientation, which is applied to the result")
  func sips() throws {
    let (folder, _) = try folder(#"cp "$4" "$0.source"; cp "${0%/*}/stored.png" "$6""#, name: "sips")
    try folder.write("stored.png", PNGWriter(width: 3, height: 2, depth: 8, colorType: 0).file([1, 2, 3, 4, 5, 6]))
    for (number, width, pixels) in Self.upright {
      for isBigEndian in [true, false] {
        let bytes = Self.photograph(number, isBigEndian: isBigEndian)
        let picture = try folder.write("p.jpg", bytes)
        let image = try JPEGConversion.image(picture, searchPath: folder.path, sips: folder.file("sips"))
        #expect(image?.gray == pixels.map { $0 * 257 } && image?.width == width, "orientation \(number)")
        #expect(try folder.read("sips.source") == Self.photograph(1, isBigEndian: isBigEndian))
        #expect(try folder.read("p.jpg") == bytes)
      }
    }
  }
}
