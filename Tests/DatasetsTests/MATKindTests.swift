import Files
import Foundation
import Testing

@testable import Datasets

@Suite("Kinds of MAT-files and of their variables")
struct MATKindTests {
  /// The element of a matrix: flags, dimensions, name, content.
  private static func matrix(
    _ writer: MATWriter, _ name: String, _ dimensions: [Int32], kind: UInt32, flags: UInt32 = 0, _ content: [UInt8]
  ) -> [UInt8] {
    var body = writer.element(6, writer.raw(kind | flags) + writer.raw(UInt32(0)))
    body += writer.element(5, dimensions.flatMap { writer.raw($0) })
    body += writer.element(1, Array(name.utf8))
    return writer.element(14, body + content)
  }

  private static func text(_ writer: MATWriter, _ text: String) -> [UInt8] {
    text.isEmpty
      ? matrix(writer, "", [0, 0], kind: 4, [])
      : matrix(
        writer, "", [1, Int32(text.utf16.count)], kind: 4, writer.element(17, text.utf16.flatMap { writer.raw($0) }))
  }

  @Test("A cell array of texts and the rows of a matrix of letters are label columns", arguments: [false, true])
  func texts(isBigEndian: Bool) throws {
    let folder = try ScratchFolder()
    var writer = MATWriter(isBigEndian: isBigEndian)
    writer.add("X", [3, 1], doubles: [1, 2, 3])
    let cells = ["cat", "Ä", "cat"].flatMap { Self.text(writer, $0) }
    let letters: [[UInt16]] = ["do ", "ox ", "do "].map { Array($0.utf16) }
    // In column-major order.
    var across: [UInt8] = []
    for column in 0..<3 {
      for row in letters { across += writer.raw(row[column]) }
    }
    var bytes = writer.bytes
    bytes += Self.matrix(writer, "y", [1, 3], kind: 1, cells)
    bytes += Self.matrix(writer, "letters", [3, 3], kind: 4, writer.element(4, across))
    let path = try folder.write("x.mat", bytes)
    #expect(try load(path) { $0.testFraction = 0 }.labels == ["cat", "Ä"])
    #expect(
      try load(path) {
        $0.testFraction = 0; $0.variables = ["X", "letters"]
      }.labels == ["do", "ox"])
  }

  @Test("Samples in columns are recognized where only that fits, and 64-bit labels stay distinct")
  func columns() throws {
    let folder = try ScratchFolder()
    var writer = MATWriter()
    writer.add("x", [2, 3], doubles: [1, 2, 3, 4, 5, 6])
    writer.add("y", [3, 1], kind: 15, type: 13, [UInt64.max, .max - 1, .max].flatMap { writer.raw($0) })
    let path = try folder.write("x.mat", writer.bytes)
    let data = try load(path) { $0.testFraction = 0 }
    #expect(stored(data.training) == [1, 2, 3, 4, 5, 6] && data.training.width == 2)
    let labels = try MATFile(path).array("y")
    #expect((0..<2).map { labels.label($0, 0) } == ["18446744073709551615", "18446744073709551614"])
  }

  /// A variable X of a kind that is not read, and what the error says.
  @Test(
    "Each unsupported kind is named with a command that converts it",
    arguments: [
      (1, 0, "a cell array", "cell2mat(X)"), (2, 0, "a structure", "save('FILE.mat', '-struct', 'X', '-v7')"),
      (3, 0, "an object", "save("), (5, 0, "a sparse matrix", "X = full(X)"), (6, 0x800, "a complex matrix", "real(X)"),
    ] as [(UInt32, UInt32, String, String)])
  func kinds(kind: UInt32, flags: UInt32, found: String, says: String) throws {
    let folder = try ScratchFolder()
    var writer = MATWriter()
    writer.add("y", [2, 1], doubles: [0, 1])
    let number = Self.matrix(writer, "", [1, 1], kind: 6, writer.element(9, writer.raw((1.5 as Double).bitPattern)))
    let bytes = writer.bytes + Self.matrix(writer, "X", [2, 1], kind: kind, flags: flags, number + number)
    let error = #expect(throws: FileError.self) { try load(folder.write("x.mat", bytes)) }
    let message = error?.description ?? ""
    #expect(message.contains("X, which is \(found)") && message.contains(says), "\(message)")
  }

  @Test("A file that has only a structure names the command that writes its fields")
  func structure() throws {
    let folder = try ScratchFolder()
    var writer = MATWriter()
    writer.add("y", [1, 1], doubles: [0])
    let header = Array(writer.bytes.prefix(MATFile.headerSize))
    let bytes = header + Self.matrix(writer, "S", [1, 1], kind: 2, [])
    let error = #expect(throws: FileError.self) { try load(folder.write("s.mat", bytes)) }
    #expect(
      error?.description.contains("S, which is a structure") == true
        && error?.description.contains("'-struct', 'S'") == true,
      "\(error?.description ?? "")")
  }

  @Test("Arrays of three dimensions, and names that none of the file's variables has")
  func names() throws {
    let folder = try ScratchFolder()
    var writer = MATWriter()
    writer.add("X", [2, 1, 2], doubles: [1, 2, 3, 4])
    writer.add("labels", [2, 1], doubles: [0, 1])
    let path = try folder.write("x.mat", writer.bytes)
    let unnamed = #expect(throws: FileError.self) { try load(path) }
    #expect(
      unnamed?.found == "variables X [2×1×2],labels [2×1]" && unnamed?.hint?.description.contains("variables") == true)
    let cube = #expect(throws: FileError.self) { try load(path) { $0.variables = ["X", "labels"] } }
    #expect(cube?.description.contains("reshape(X, size(X, 1), [])") == true)
  }

  @Test(
    "Other versions are named, whatever the file is called",
    arguments: [
      ("a.mat", Array("MATLAB 7.3 MAT-file".utf8), "version 7.3 (HDF5)", "'-v7'"),
      ("b.mat", [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], "version 7.3 (HDF5)", "'-v7'"),
      (
        "c.mat", [0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0x58, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        "level 4", "'-v7'"
      ),
      (
        "d", [0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0x58, 0, 0, 0, 0, 0, 0, 0, 0, 0], "level 4",
        "'-v7'"
      ),
      ("e.txt", Array("# Created by Octave 8.4.0\n# name: X\n".utf8), "Octave's text format", "save -v7 FILE.mat X y"),
      ("f", Array("Octave-1-L".utf8), "Octave's binary format", "save -v7 FILE.mat X y"),
    ])
  func versions(name: String, beginning: [UInt8], found: String, says: String) throws {
    let folder = try ScratchFolder()
    var bytes = beginning
    if found.contains("7.3"), beginning[0] != 0x89 {
      bytes += [UInt8](repeating: 0x20, count: 124 - bytes.count) + [0, 2, 0x49, 0x4D]
    }
    let error = #expect(throws: FileError.self) { try load(folder.write(name, bytes)) }
    let message = error?.description ?? ""
    #expect(message.contains(found) && message.contains(says), "\(message)")
  }

  @Test("The content of a file named .mat decides: text is a table, or Octave's text")
  func text() throws {
    let folder = try ScratchFolder()
    let table = try folder.write("t.mat", Array("a,kind\n1,x\n2,y\n".utf8))
    #expect(try load(table) { $0.testFraction = 0 }.labels == ["x", "y"])
    let octave = "# name: X\n# type: matrix\n# rows: 1\n# columns: 2\n 1 2\n"
    for text in [octave, "# Created by Octave 8.4.0\n" + octave] {
      for name in ["o.mat", "o.txt"] {
        let path = try folder.write(name, Array(text.utf8))
        let error = #expect(throws: FileError.self) { try load(path) }
        #expect(error?.found == "a MAT-file of Octave's text format", "\(error?.description ?? "")")
      }
    }
    let damaged = try folder.write("d.mat", [1, 2, 3, 0])
    let error = #expect(throws: FileError.self) { try load(damaged) }
    #expect(error?.expected == "a MAT-file of level 5")
  }
}
