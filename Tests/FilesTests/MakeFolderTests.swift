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
