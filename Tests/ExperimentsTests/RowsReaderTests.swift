import Experiments
import Files
import Foundation
import JSON
import Random
import TestSupport
import Testing

@Suite("Rows of experiments")
struct RowsReaderTests {
  private static let rows: [[JSONValue.Member]] = [
    [
      .init("hidden", "256,128"), .init("rate", .number(0.1)), .init("last", .bool(false)), .init("text", #"a "b", c"#),
    ],
    [.init("hidden", "none"), .init("rate", .number(-1.5e-300)), .init("last", .null)],
    [.init("last", .bool(true)), .init("text", "é, 猫")],
  ]
  private static let columns = ["hidden", "rate", "last", "text"]

  private static func written(_ name: String) throws -> (bytes: [UInt8], folder: ScratchFolder) {
    let folder = try ScratchFolder()
    let file = try RowsFile(folder.file(name), columns: columns, rows: Array(rows[..<1]))
    for row in rows[1...] { try file.write(row) }
    return (try folder.read(name), folder)
  }

  @Test(
    "are read as they were written, in both forms, also those of an earlier process", arguments: ["a.jsonl", "a.csv"])
  func roundTrip(name: String) throws {
    let folder = try Self.written(name).folder
    let path = folder.file(name)
    let read = try #require(try RowsReader.read(path))
    let expected = Self.rows.map { row in
      Dictionary(row.filter { $0.value != .null }.map { ($0.name, RowsFile.cell($0.value)) }) { first, _ in first }
    }
    #expect(read.map(\.cells) == expected)
    #expect(try RowsReader.read(path + "-none") == nil)
  }

  @Test("with line ends of Windows are the same rows", arguments: ["a.jsonl", "a.csv"])
  func carriageReturns(name: String) throws {
    let bytes = try Self.written(name).bytes
    let copied = bytes.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] }
    #expect(try RowsReader.rows(copied, file: name) == RowsReader.rows(bytes, file: name))
  }

  @Test("that were read are written with the same bytes again", arguments: ["a.jsonl", "a.csv"])
  func again(name: String) throws {
    let (bytes, folder) = try Self.written(name)
    let rows = try #require(try RowsReader.rows(bytes, file: name))
    _ = try RowsFile(folder.file("again-" + name), columns: Self.columns, rows: rows.map(\.members))
    #expect(try folder.read("again-" + name) == bytes)
  }

  @Test("of a known setting keep the types of its values from CSV to JSON Lines")
  func otherForm() throws {
    let values: [JSONValue.Member] = [.init("hidden", "8"), .init("rate", .number(0.5)), .init("last", .null)]
    let folder = try ScratchFolder()
    func text(_ name: String, _ rows: [[JSONValue.Member]]) throws -> [UInt8] {
      _ = try RowsFile(folder.file(name), columns: Self.columns, rows: rows)
      return try folder.read(name)
    }
    let rows = [values + [.init("text", "8")]]
    let table = try #require(try RowsReader.rows(try text("a.csv", rows), file: "a.csv"))
    #expect(table[0].members(as: values).first { $0.name == "hidden" }?.value == .string("8"))
    #expect(try text("again.jsonl", table.map { $0.members(as: rows[0]) }) == text("a.jsonl", rows))
    // A value that is not the known one stays.
    #expect(table[0].members(as: [.init("hidden", "16")]) == table[0].members)
  }

  @Test("that are truncated lose their last line only", arguments: ["a.jsonl", "a.csv"])
  func cut(name: String) throws {
    let bytes = try Self.written(name).bytes
    let whole = try #require(try RowsReader.rows(bytes, file: name))
    for count in 0..<bytes.count {
      let read = try RowsReader.rows(Array(bytes[..<count]), file: name) ?? []
      #expect(read == Array(whole.prefix(read.count)), "after \(count) bytes")
    }
  }

  @Test("that are damaged are read or refused with their line", arguments: ["a.jsonl", "a.csv"])
  func damaged(name: String) throws {
    let bytes = try Self.written(name).bytes
    var random = RandomSource(seed: 11, purpose: .sampling)
    for _ in 0..<2000 {
      var broken = bytes
      broken[Int(random.below(UInt64(bytes.count)))] = UInt8(random.below(256))
      do throws(FileError) {
        _ = try RowsReader.rows(broken, file: name)
      } catch {
        #expect(error.file.hasPrefix(name + ":"))
      }
    }
  }
}
