import Files
import Foundation
import JSON
import Random
import Testing

@testable import Models

@Suite("Safetensors")
struct SafetensorsTests {
  @Test("Tensors and metadata come back bit for bit, NaN and scalars and empty ones included")
  func roundTrip() throws {
    let contents = Safetensors(
      tensors: [
        .init(name: "scalar", shape: [], values: [.pi]), .init(name: "empty", shape: [3, 0], values: []),
        .init(name: "数 \"x\"", shape: [2, 1, 2], values: [1, -0.0, .infinity, .leastNonzeroMagnitude]),
      ], metadata: [.init("b", "2"), .init("a", "\u{1}")])
    let bytes = contents.bytes()
    let read = try Safetensors.parse(bytes, file: "x")
    #expect(read.metadata == contents.metadata)
    #expect(read.tensors.map(\.name).sorted() == contents.tensors.map(\.name).sorted())
    for tensor in contents.tensors { #expect(read.tensors.contains(tensor), "\(tensor.name)") }
    let odd = Safetensors(tensors: [.init(name: "n", shape: [1], values: [Float(bitPattern: 0x7FC0_1234)])])
    #expect(try Safetensors.parse(odd.bytes(), file: "x").tensors[0].values[0].bitPattern == 0x7FC0_1234)
  }

  @Test("The numbers begin at a multiple of 8 bytes, and the same contents make the same bytes")
  func alignment() {
    for length in 0..<20 {
      let contents = Safetensors(
        tensors: [.init(name: String(repeating: "n", count: length), shape: [1], values: [1])])
      let bytes = contents.bytes()
      #expect((bytes.count - 4) % 8 == 0)
      #expect(bytes == contents.bytes())
    }
  }

  @Test(
    "The header's numbers are accepted only if they agree with the file",
    arguments: [
      ("{}", 1, "1 bytes of data"),
      (layerHeader(), 7, "7 bytes of data"),
      (layerHeader(), 9, "9 bytes of data"),
      (layerHeader(dtype: "I64"), 8, "dtype \"I64\""),
      (layerHeader(shape: "[2,2]"), 8, "shape [2, 2]"),
      (layerHeader(shape: "[-1,-2]"), 8, "-1 in its shape"),
      (layerHeader(shape: "[1.0,2]"), 8, "1.0 in its shape"),
      (layerHeader(shape: "{}"), 8, "without shape"),
      (layerHeader(shape: "[4611686018427387904,4611686018427387904]"), 8, "whose size is a number"),
      (layerHeader(shape: "[2305843009213693952]", offsets: "[0,0]"), 8, "whose size is a number"),
      (layerHeader(shape: "[9223372036854775808]"), 8, "9223372036854775808 in its shape"),
      (layerHeader(offsets: "[8,0]"), 8, "data_offsets [8, 0]"),
      (layerHeader(offsets: "[4,12]"), 12, "at byte 4 of the data"),
      (layerHeader(offsets: "[0,8,8]"), 8, "data_offsets [0, 8, 8]"),
      (layerHeader(offsets: "[0]"), 8, "data_offsets [0]"),
      (layerHeader(offsets: "[9223372036854775800,9223372036854775807]"), 8, "data_offsets"),
      (layerHeader("\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"), 8, "at byte 4"),
      (layerHeader("\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]},"), 16, "at byte 12"),
      (layerHeader("\"layers.0.weight\":{},"), 8, "the name \"layers.0.weight\" twice"),
      (layerHeader("\"a\":1,"), 8, "without a dtype"),
      (layerHeader("\"a\":{\"dtype\":\"F32\",\"shape\":[]},"), 8, "without data_offsets"),
      (layerHeader("\"__metadata__\":{\"a\":1},"), 8, "metadata \"a\" that is not a string"),
      (layerHeader("\"__metadata__\":[],"), 8, "__metadata__ that is not a JSON object"),
      ("[]", 0, "not a JSON object"),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},\"a\":{}}", 0, "the name \"a\" twice"),
      ("{", 0, "at byte 9"),
    ])
  func disagreement(header: String, data: Int, found: String) {
    let bytes = safetensorsBytes(header: header, data: [UInt8](repeating: 0, count: data))
    let error = #expect(throws: FileError.self) { try Safetensors.parse(bytes, file: "x.safetensors") }
    #expect(error?.description.contains(found) == true, "\(error?.description ?? "")")
    #expect(error?.file == "x.safetensors")
    #expect(error?.hint != nil)
  }

  @Test(
    "An error about a limit of tensors has no remedy",
    arguments: [
      (layerHeader(shape: "[70368744177665]"), "281474976710660 bytes, expected at most 281474976710656"),
      (layerHeader(shape: "[\(Array(repeating: "1", count: 33).joined(separator: ","))]"), "33 numbers in its shape"),
    ])
  func limits(header: String, found: String) {
    let error = #expect(throws: FileError.self) { try Safetensors.parse(safetensorsBytes(header: header), file: "x") }
    #expect(error?.description.contains(found) == true, "\(error?.description ?? "")")
    #expect(error?.hint == nil)
  }

  @Test("A header length beyond the file, or beyond all limits, allocates no memory")
  func headerLength() {
    for length in [UInt64(3), 1 << 40, .max, .max - 7] {
      let bytes = little(length) + [0x7B, 0x7D]
      #expect(throws: FileError.self) { try Safetensors.parse(bytes, file: "x") }
    }
    for count in 0..<8 {
      #expect(throws: FileError.self) { try Safetensors.parse([UInt8](repeating: 0, count: count), file: "x") }
    }
  }

  @Test("A file that grew since it was opened is refused like any other of the wrong length")
  func grown() {
    let parser = SafetensorsParser(file: "x", bytes: safetensorsBytes(header: "{}"), size: 3)
    let error = #expect(throws: FileError.self) { try parser.sections() }
    #expect(error?.found == "a header of 2 bytes in a file of 3")
  }

  @Test("A file larger than the memory is rejected before memory is allocated")
  func beyondMemory() throws {
    let folder = try ScratchFolder()
    // Four terabytes, of which the disk has the header alone.
    let size = 1 << 42
    let header = #"{"layers.0.weight":{"dtype":"F32","shape":[1048576,1048576],"data_offsets":[0,\#(size)]}}"#
    let bytes = safetensorsBytes(header: header)
    let path = try folder.write("x", bytes)
    #expect(truncate(path, off_t(bytes.count + size)) == 0)
    let error = #expect(throws: FileError.self) { try Safetensors.read(path) }
    #expect(error?.found == "tensors of 4.4 TB", "\(error?.description ?? "")")
    // Zeros are no header, wherever they end.
    try Data().write(to: URL(fileURLWithPath: path))
    #expect(truncate(path, off_t(size)) == 0)
    #expect(throws: FileError.self) { try Safetensors.read(path) }
  }

  @Test("Texts and shapes from a file are shortened in messages")
  func shortMessages() {
    let marks = "a" + String(repeating: "\u{301}", count: 30)
    let long = String(repeating: marks, count: 10_000)
    let ones = Array(repeating: "1", count: 100_000).joined(separator: ",")
    let headers = [
      "{\"\(long)\":1}", "{\"\(long)\":0,\"\(long)\":0}", "{\"a\":{\"dtype\":\"\(long)\"}}",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[\(ones)],\"data_offsets\":[0,8]}}",
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[\(ones)]}}",
    ]
    for header in headers {
      let error = #expect(throws: FileError.self) { try Safetensors.parse(safetensorsBytes(header: header), file: "x") }
      #expect((error?.description.utf8.count ?? .max) < 600, "\(header.prefix(40))")
    }
  }

  @Test(
    "Headers of any length are read, those whose length begins as a pickle, an archive or another format does as well",
    arguments: [640, 896, 1152, 1408, 0x4B50, 0x12_0008])
  func lengths(length: Int) throws {
    func contents(_ note: Int) -> Safetensors {
      Safetensors(
        tensors: [.init(name: "n", shape: [1], values: [1])],
        metadata: [.init("note", String(repeating: "x", count: note))])
    }
    let without = contents(0).bytes().count - 4 - 8
    let bytes = contents(length - without).bytes()
    #expect(bytes.count == 8 + length + 4)
    #expect(try Safetensors.parse(bytes, file: "x") == contents(length - without))
  }

  @Test("A file of torch.save is reported as such")
  func torchSave() {
    let error = #expect(throws: FileError.self) {
      try Safetensors.parse(Array("PK\u{3}\u{4}and so on".utf8), file: "x.pt")
    }
    #expect(error?.hint?.description.contains("safetensors.torch.save_file") == true)
  }

  @Test("Control characters in a file's names stay out of messages, which stay short")
  func hostileNames() {
    let name = "\u{1B}[2J" + String(repeating: "n", count: 1000)
    let header = "{\(JSONValue.string(name).text):1}"
    let error = #expect(throws: FileError.self) { try Safetensors.parse(safetensorsBytes(header: header), file: "x") }
    #expect(error?.description.unicodeScalars.allSatisfy { $0.value >= 0x20 } == true)
    #expect((error?.description.count ?? 0) < 300)
  }
}
