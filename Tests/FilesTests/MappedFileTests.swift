import Files
import Foundation
import Testing

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

  @Test("What cannot be mapped is an error that names the path")
  func refusals() throws {
    let folder = try ScratchFolder()
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    let cases: [(String, String)] = [
      (folder.file("missing"), "no such file or directory"), (folder.path, "a folder"),
      ("", "a name that no file can have"),
      (pipe, "a device or pipe"), ("/dev/null", "a device or pipe"),
    ]
    for (path, found) in cases {
      let error = #expect(throws: FileError.self, "\(path)") { _ = try MappedFile(path) }
      #expect(error?.file == path && error?.found == found, "\(path): \(error?.description ?? "")")
    }
  }

  @Test("Reading whole files stops at the limit")
  func limit() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("x", [UInt8](repeating: 1, count: 300_000))
    #expect(throws: FileError.self) { try readWhole(path, limit: 299_999) }
    #expect(try readWhole(path, limit: 300_000).count == 300_000)
  }
}
