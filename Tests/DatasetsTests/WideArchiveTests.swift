import Files
import Testing

@testable import Datasets
@testable import Readers

@Suite("Zip archives with sizes of 64 bits")
struct WideArchiveTests {
  /// An archive of stored files whose sizes and offsets stand in zip64 fields alone, as writers do beyond 4 GB.
  private static func wideZip(_ files: [(name: String, file: [UInt8])]) -> [UInt8] {
    let unknown = little(UInt32.max)
    var (archive, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, file) in files {
      let start = little(UInt16(45)) + little(UInt16(0)) + little(UInt16(0)) + little(UInt32(0))
      let sum = little(cyclicRedundancyCheck(file[...]))
      // Another field comes first: the time of the file.
      let extra =
        little(UInt16(0x5455)) + little(UInt16(1)) + [0] + little(UInt16(1)) + little(UInt16(24))
        + [file.count, file.count, archive.count].flatMap { little(UInt64($0)) }
      let names = little(UInt16(name.utf8.count))
      directory += [0x50, 0x4B, 1, 2] + little(UInt16(45)) + start + sum + unknown + unknown + names
      directory += little(UInt16(extra.count)) + [UInt8](repeating: 0, count: 10) + unknown + Array(name.utf8) + extra
      archive += [0x50, 0x4B, 3, 4] + start + sum + unknown + unknown + names + little(UInt16(0))
      archive += Array(name.utf8) + file
    }
    let count = little(UInt64(files.count))
    let record =
      [0x50, 0x4B, 6, 6] + little(UInt64(44)) + [UInt8](repeating: 0, count: 12) + count + count
      + little(UInt64(directory.count)) + little(UInt64(archive.count))
    let locator =
      [0x50, 0x4B, 6, 7] + little(UInt32(0)) + little(UInt64(archive.count + directory.count)) + little(UInt32(1))
    return archive + directory + record + locator + [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 255, 255, 255, 255] + unknown
      + unknown + [0, 0]
  }

  @Test("An archive with sizes beyond 32 bits is read, and offsets outside of it are errors")
  func wideArchive() throws {
    let files: [(name: String, file: [UInt8])] = [("x", [1, 2, 3]), ("folder/y", Array(0..<100))]
    let whole = Self.wideZip(files)
    func read(_ bytes: [UInt8]) throws -> [(String, [UInt8])] {
      try bytes.withUnsafeBytes { raw in
        let archive = try ZipArchive(raw, path: "a.npz")
        return try archive.entries.map { ($0.name, try archive.contents(of: $0)) }
      }
    }
    let found = try read(whole)
    #expect(found.map(\.0) == files.map(\.name) && found.map(\.1) == files.map(\.file))
    // Each byte of the directory's numbers: an error, or the same contents where the byte has no meaning.
    var errors = 0
    for index in (whole.count - 250)..<whole.count {
      for value in [0, 0x7F, 0xFF] as [UInt8] {
        var damaged = whole
        damaged[index] = value
        do {
          let found = try read(damaged)
          #expect(found.allSatisfy { entry in files.contains { $0.file == entry.1 } }, "byte \(index)")
        } catch let error as FileError {
          #expect(error.file.hasPrefix("a.npz"), "byte \(index): \(error)")
          errors += 1
        }
      }
    }
    #expect(errors > 50)
  }
}
