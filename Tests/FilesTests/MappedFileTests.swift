import Foundation
import Synchronization
import Testing

@testable import Files

@Suite("Reading files")
struct MappedFileTests {
  @Test("A mapped file shows the file's bytes", arguments: [0, 1, 4096, 10000])
  func maps(count: Int) throws {
    let folder = try ScratchFolder()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = try folder.write("x", bytes)
    let mapped = try MappedFile(path)
    #expect(withExtendedLifetime(mapped) { Array(mapped.bytes) } == bytes)
    #expect(try readWhole(path) == bytes)
  }

  @Test("Bytes that were let go are read again, whatever the range")
  func releasePages() throws {
    let folder = try ScratchFolder()
    let bytes = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let mapped = try MappedFile(folder.write("x", bytes))
    for range in [0..<20_000, 0..<0, 1..<4096, 4095..<8193, 5000..<20_000, 19_999..<20_000, 30_000..<40_000] {
      #expect(mapped.bytes.elementsEqual(bytes))
      mapped.releasePages(range)
      #expect(mapped.bytes.elementsEqual(bytes), "\(range)")
    }
    try mapped.check()
    try MappedFile(folder.write("empty", [])).releasePages(0..<1)
  }

  @Test("A file that cannot be mapped is an error that names the path")
  func refusals() throws {
    let folder = try ScratchFolder()
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    let cases: [(String, String)] = [
      (folder.file("missing"), "no such file or directory"), (folder.path, "a folder"),
      ("", "a name that no file can have"),
      (pipe, "a device or pipe"), ("/dev/null", "a device or pipe"),
      (try folder.write("plain", [1]) + "/x", "not a directory"),
    ]
    for (path, found) in cases {
      let error = #expect(throws: FileError.self, "\(path)") { _ = try MappedFile(path) }
      #expect(error?.file == path && error?.found == found, "\(path): \(error?.description ?? "")")
      #expect((error?.hint == nil) == (found == "no such file or directory"), "\(path)")
    }
  }

  @Test("A folder at standard input, or nothing there, has the remedy of a file", arguments: [EISDIR, EBADF])
  func redirection(code: Int32) {
    #expect(readingHint("standard input", code) == "Redirect a file to it with <, or name a file.")
  }

  @Test("Reading whole files stops at the limit")
  func limit() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("x", [UInt8](repeating: 1, count: 300_000))
    #expect(throws: FileError.self) { try readWhole(path, limit: 299_999) }
    #expect(try readWhole(path, limit: 300_000).count == 300_000)
  }

  @Test("A file truncated while mapped reads as zeros there, and a check reports it", arguments: [0, 1, 5000, 8192])
  func cutShort(size: Int) throws {
    let folder = try ScratchFolder()
    let content = [UInt8](repeating: 7, count: 100_000)
    let path = try folder.write("x", content)
    let other = try MappedFile(folder.write("y", content))
    let file = try MappedFile(path)
    try file.check()
    #expect(truncate(path, size) == 0)
    // From the end to the start: every page faults by itself.
    #expect(file.bytes.reversed().allSatisfy { $0 == 0 || $0 == 7 })
    #expect(file.bytes[99_999] == 0 && Array(file.bytes.prefix(size)) == Array(content.prefix(size)))
    let error = #expect(throws: FileError.self) { try file.check() }
    #expect(error?.file == path && error?.found == "a file truncated to \(size) bytes while in use")
    #expect(truncate(path, 100_000) == 0)
    #expect(throws: FileError.self, "what was read is still not the file's") { try file.check() }
    try other.check()
    #expect(other.bytes.elementsEqual(content))
  }

  @Test("Threads that access a missing part at the same time all continue")
  func manyThreads() throws {
    let folder = try ScratchFolder()
    for _ in 0..<20 {
      let path = try folder.write("x", [UInt8](repeating: 7, count: 1 << 20))
      let file = try MappedFile(path)
      #expect(truncate(path, 4096) == 0)
      let others = Atomic(0)
      DispatchQueue.concurrentPerform(iterations: 8) { index in
        for position in stride(from: 4096 + index, to: 1 << 20, by: 509) where file.bytes[position] != 0 {
          others.add(1, ordering: .relaxed)
        }
      }
      #expect(others.load(ordering: .relaxed) == 0, "bytes beyond the cut that are not zero")
      #expect(throws: FileError.self) { try file.check() }
    }
  }

  @Test("A file truncated while it is read is an error, not a shorter file")
  func cutWhileRead() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("x.csv", [UInt8](repeating: 49, count: 100_000))
    let reader = try PlainReader(path)
    var part = [UInt8](repeating: 0, count: 1000)
    #expect(try reader.fill(&part) == 1000)
    #expect(truncate(path, 1500) == 0)
    let error = #expect(throws: FileError.self) { _ = try reader.fill(&part) }
    #expect(error?.file == path && error?.found == "a file that ends after 1500 bytes")
  }
}
