import Files
import Foundation
import Testing

@Suite("Mapped copies without a name")
struct MappedCopyTests {
  private static func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 509) }
  }

  @Test(
    "A copy has the reader's bytes, those that were let go too, and no name",
    .enabled(if: hasUnnamedFiles(in: NSTemporaryDirectory())), arguments: [1, 4096, 262_144, 600_001])
  func copies(count: Int) throws {
    let folder = try ScratchFolder()
    let bytes = Self.bytes(count)
    let reader = try PlainReader(folder.write("x", bytes))
    let (file, filled) = try #require(try MappedFile.copy(of: reader, count: count, in: folder.path))
    #expect(filled == count && file.path == reader.path)
    for range in [0..<count, count / 3..<count / 2, 0..<count] {
      #expect(file.bytes.elementsEqual(bytes))
      file.releasePages(range)
    }
    #expect(file.bytes.elementsEqual(bytes))
    try file.check()
    #expect(folder.names == ["x"])
  }

  @Test(
    "Only as many bytes are copied as the reader has, and as are asked for",
    .enabled(if: hasUnnamedFiles(in: NSTemporaryDirectory())))
  func ends() throws {
    let folder = try ScratchFolder()
    let bytes = Self.bytes(300_000)
    let path = try folder.write("x", bytes)
    let short = try #require(try MappedFile.copy(of: PlainReader(path), count: 700_000, in: folder.path))
    #expect(short.filled == 300_000 && short.file.bytes.prefix(300_000).elementsEqual(bytes))
    let reader = try PlainReader(path)
    let part = try #require(try MappedFile.copy(of: reader, count: 270_000, in: folder.path))
    #expect(part.filled == 270_000 && part.file.bytes.elementsEqual(bytes.prefix(270_000)))
    #expect(try reader.readToEnd(limit: 1 << 20) == Array(bytes.suffix(30_000)))
  }

  @Test("Without a folder for it or without room there is no copy, and nothing is read")
  func refusals() throws {
    let folder = try ScratchFolder()
    let bytes = Self.bytes(1000)
    let path = try folder.write("x", bytes)
    for (name, count) in [(folder.file("missing"), 1000), (path, 1000), ("/proc", 1000), (folder.path, 1 << 60)] {
      let reader = try PlainReader(path)
      #expect(try MappedFile.copy(of: reader, count: count, in: name) == nil, "\(name), \(count)")
      #expect(try reader.readToEnd(limit: 1000) == bytes)
    }
  }

  @Test("An error of the reader is thrown as it is", .enabled(if: hasUnnamedFiles(in: NSTemporaryDirectory())))
  func damage() throws {
    let folder = try ScratchFolder()
    let packed = gzip(Self.bytes(600_000))
    let path = try folder.write("x.gz", Array(packed.prefix(packed.count / 2)))
    let error = #expect(throws: FileError.self) {
      _ = try MappedFile.copy(of: GzipReader(path), count: 600_000, in: folder.path)
    }
    #expect(error?.file == path && error?.found.contains("ends early") == true)
  }
}
