import Files
import Foundation
import Testing

@Suite("Making folders")
struct MakeFolderTests {
  @Test("A folder is made with those that it lies in, and one that is there is left alone")
  func made() throws {
    let folder = try ScratchFolder()
    for _ in 0..<2 { try makeFolder(folder.file("a/b/c/")) }
    #expect(folder.names == ["a"])
  }

  @Test("The folder of each new folder is written to the disk, and no other")
  func synced() throws {
    let folder = try ScratchFolder()
    func synced(_ path: String) throws -> [String] {
      var paths: [String] = []
      try makeFolder(folder.file(path)) { paths.append(URL(fileURLWithPath: $0).standardized.path) }
      return paths
    }
    let root = URL(fileURLWithPath: folder.path).standardized.path
    #expect(try synced("a/b/c/") == [root + "/a/b", root + "/a", root])
    #expect(try synced("a/b/d") == [root + "/a/b"])
    #expect(try synced("a/b/d") == [])
  }

  @Test("A folder that cannot be created is an error with the system's reason")
  func refused() throws {
    let folder = try ScratchFolder()
    let file = try folder.write("file", [1])
    let inside = #expect(throws: FileError.self) { try makeFolder(file + "/sub") }
    #expect(inside?.file == file + "/sub")
    #expect(inside?.found == "no folder, and it cannot be created (not a directory)", "\(inside?.description ?? "")")
    let occupied = #expect(throws: FileError.self) { try makeFolder(file, expected: "a folder for checkpoints") }
    #expect(occupied?.found == "a file" && occupied?.expected == "a folder for checkpoints")
  }
}
