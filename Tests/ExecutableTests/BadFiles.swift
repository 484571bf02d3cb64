import Foundation

/// Files that are wrong in ways of their own, written into a scratch folder for the rows of `BadFileTests`.
struct BadFiles {
  let scratch: Scratch

  func writeAll() throws {
    try SmallData.idxFolder(scratch, "good")
    try writeIDX()
    try writeTables()
    try writeMAT()
    try writeNumPy()
    try writeModels()
    try writePictures()
  }

  // MARK: IDX

  private func damage(_ name: String, _ file: String, _ bytes: [UInt8]) throws {
    try SmallData.idxFolder(scratch, name, training: 3, test: 6)
    let plain = file.hasSuffix(".gz") ? String(file.dropLast(3)) : file
    try FileManager.default.removeItem(atPath: scratch.file("\(name)/\(plain)"))
    try scratch.write("\(name)/\(file)", bytes)
  }

  private func writeIDX() throws {
    let (images, labels) = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    let good = IDXBytes.file([3, 2, 3], [UInt8](repeating: 1, count: 18))
    let huge = IDXBytes.file([0x7FFF_FFFF, 4096, 4096], [])
    try damage("huge", images, huge)
    try damage("huge-packed", images + ".gz", Packed.gzip(huge))
    try damage("most", images, IDXBytes.file([.max, .max, .max], []))
    try damage("wide-packed", images + ".gz", Packed.gzip(IDXBytes.file([1, 65536, 65536], [])))
    try damage("none", images, IDXBytes.file([0, 2, 3], []))
    try damage("two-dimensions", images, IDXBytes.file([3, 6], [UInt8](repeating: 1, count: 18)))
    try damage("reversed", images, [3, 8, 0, 0] + good.dropFirst(4))
    try damage("packed-cut", images + ".gz", Packed.gzip(good).dropLast(9))
    try damage("packed-long", images + ".gz", Packed.gzip(good + [0]))
    try damage("packed-tail", images + ".gz", Packed.gzip(good) + [1, 2, 3])
    try damage("packed-sum", images + ".gz", Packed.gzip(good).dropLast(5) + [0, 0, 0, 0, 0])
    try damage("packed-empty", images + ".gz", [])
    try damage("more-labels", labels, IDXBytes.file([0xFFFF_FFFF], [0, 1, 2]))
    try damage("folder", images, [])
    try FileManager.default.removeItem(atPath: scratch.file("folder/\(images)"))
    try FileManager.default.createDirectory(atPath: scratch.file("folder/\(images)"), withIntermediateDirectories: true)
    for (name, target) in [("dangling", "nowhere"), ("device", "/dev/zero"), ("loop", images)] {
      try damage(name, images, [])
      try FileManager.default.removeItem(atPath: scratch.file("\(name)/\(images)"))
      try FileManager.default.createSymbolicLink(
        atPath: scratch.file("\(name)/\(images)"), withDestinationPath: target)
    }
    try damage("pipe", images, [])
    try FileManager.default.removeItem(atPath: scratch.file("pipe/\(images)"))
    mkfifo(scratch.file("pipe/\(images)"), 0o600)
  }

  // MARK: Tables

  private func writeTables() throws {
    let rows = "0,1,2\n1,2,3\n0,2,1\n1,1,1\n"
    for (name, text) in Self.tables { try scratch.write(name, text) }
    try scratch.write("utf16.csv", [0xFF, 0xFE] + rows.utf8.flatMap { [$0, 0] })
    try scratch.write("noise.csv", (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 2_654_435_761 >> 8) })
    // A header and labels far too long for a message.
    let names = (0..<20).map { String(repeating: "n\($0)", count: 2000) }
    let samples = names.map { $0 + String(repeating: ",1", count: 19) }
    try scratch.write("names.csv", ([names.joined(separator: ",")] + samples).joined(separator: "\n") + "\n")
    try scratch.write("nul.csv", "0,1,2\n1,\0,3\n")
    try scratch.write("cut.csv.gz", Packed.gzip(Array(rows.utf8)).dropLast(10))
    try scratch.write("tail.csv.gz", Packed.gzip(Array(rows.utf8)) + [65])
    try scratch.write("empty.csv.gz", Packed.gzip([]))
    try scratch.write("line.txt", [UInt8](repeating: 0x30, count: 3_000_000) + [0x0A])
    try scratch.write("cells.csv", [UInt8](repeating: 0x2C, count: 1_100_000) + [0x0A])
    // Comparing one with itself takes the square of its length.
    let marks = String(repeating: "\u{301}\u{323}", count: 300_000)
    try scratch.write("marks.csv", "b,1\na\(marks),2\nb,3\nc,4\n")
    try scratch.write("header-marks.csv", "label,a\(marks)\n0,1\n1,2\n")
    try scratch.write("bomb.csv.gz", Packed.zeros(40_000_000))
    try scratch.write("endless.csv", [UInt8](repeating: 0x31, count: 1 << 25))
    try FileManager.default.createDirectory(atPath: scratch.file("folder.csv"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: scratch.file("device.csv"), withDestinationPath: "/dev/zero")
  }

  private static let tables = [
    ("hexadecimal.csv", "0,1,2\n1,0x10,3\n"), ("decimal-comma.csv", "0;1;2\n1;2,5;3\n"),
    ("dashes.csv", "0,1,2\n1,--,3\n"),
    ("date.csv", "0,1,2\n1,2024-01-01,3\n"), ("float.csv", "0,1,2\n1,3.5e38,3\n"),
    ("mixed.csv", "0,1,2\n1;2;3\n"), ("inside.csv", "0,1,2\n1,\"2\"x,3\n"), ("sign.csv", "0,1,2\n1,+-2,3\n"),
    ("exponent.csv", "0,1,2\n1,2e,3\n"), ("point.csv", "0,1,2\n1,.,3\n"), ("null.csv", "0,1,2\n1,NULL,3\n"),
    ("minus.csv", "0,1,2\n1,-inf,3\n"), ("blank-cell.csv", "0,1,2\n1, ,3\n"), ("words.data", "one line of words\n"),
    ("one.csv", "0,1,2\n"), ("quotes.csv", "\"\"\"\n"),
  ]

  // MARK: MAT-files

  private func writeMAT() throws {
    let (x, y) = (MATBytes.matrix("X", [2, 2], [1, 2, 3, 4]), MATBytes.matrix("y", [2, 1], [1, 2]))
    func put(_ name: String, _ body: [UInt8]) throws { try scratch.write(name + ".mat", MATBytes.header + body) }
    try scratch.write("empty.mat", [UInt8]())
    try scratch.write("short.mat", [UInt8](repeating: 32, count: 127))
    try scratch.write("text.mat", String(repeating: "not a MAT-file ", count: 20))
    try scratch.write("hdf.mat", [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 0, count: 200))
    try scratch.write("newer.mat", Array(MATBytes.header.dropLast(4)) + [0, 2, 0x49, 0x4D] + x)
    try scratch.write("mark.mat", Array(MATBytes.header.dropLast(2)) + [0x20, 0x20] + x)
    try put("cut", Array((x + y).dropLast(3)))
    try put("no-y", x)
    try put("nothing", [])
    try put("rows", x + MATBytes.matrix("y", [3, 1], [1, 2, 3]))
    try put("columns", x + MATBytes.matrix("y", [2, 2], [1, 2, 3, 4]))
    try put("not-finite", MATBytes.matrix("X", [2, 2], [1, .nan, 3, 4]) + y)
    try put("label", x + MATBytes.matrix("y", [2, 1], [1, .infinity]))
    try put("negative", MATBytes.matrix("X", [-2, 2], [1, 2, 3, 4]) + y)
    try put("huge", MATBytes.matrix("X", [.max, .max], [1, 2]) + y)
    try put("fewer", MATBytes.matrix("X", [2, 3], [1, 2, 3, 4]) + y)
    try put("complex", MATBytes.matrix("X", [2, 2], [1, 2, 3, 4], flags: 0x800) + y)
    try put("cell", MATBytes.matrix("X", [2, 2], [1, 2, 3, 4], kind: 1) + y)
    try put("length", little(UInt32(14)) + little(UInt32.max) + x)
    try put("packed-noise", little(UInt32(15)) + little(UInt32(8)) + [1, 2, 3, 4, 5, 6, 7, 8])
    // Ten thousand layers, the last of which does not fit.
    let layers = (1...10_000).flatMap { MATBytes.matrix("Theta\($0)", [1, 2], [1, 2]) }
    try put("layers", layers + MATBytes.matrix("Theta10001", [1, 3], [1, 2, 3]))
    // 40 MB of zeros, of which the header says that they are four numbers.
    let bomb = Packed.zeros(40_000_000, before: MATBytes.prefix("X", [2, 2], size: 40_000_000), isZlib: true)
    try put("bomb", little(UInt32(15)) + little(UInt32(bomb.count)) + bomb + y)
  }

  // MARK: NumPy arrays

  /// Arrays without rows, of which a header may state any other length.
  private func writeNumPy() throws {
    for (name, shape) in [
      ("rows", "(0, 4611686018427387904)"), ("cubes", "(0, 1099511627776, 1099511627776)"),
      ("columns", "(1099511627776, 0)"),
    ] {
      let header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }\n"
      try scratch.write(
        "no-\(name).npy", [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8))
    }
  }

  // MARK: Models

  private func writeModels() throws {
    func put(_ name: String, _ header: String, _ data: [UInt8] = []) throws {
      try scratch.write(name + ".st", safetensorsBytes(header: header, data: data))
    }
    func tensor(_ name: String, _ shape: String, _ from: Int, _ to: Int, _ type: String = "F32") -> String {
      "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(from),\(to)]}"
    }
    let weight = tensor("layers.0.weight", "[2,2]", 0, 16)
    let zeros = [UInt8](repeating: 0, count: 16)
    func texts(_ members: String, _ version: String = "1") -> String {
      "{\"__metadata__\":{\"format\":\"descent\",\"version\":\"\(version)\"\(members)},\(weight)}"
    }
    try scratch.write("length.st", [255, 255, 255, 255, 255, 255, 255, 127] + zeros)
    try scratch.write("zip.st", Array("PK\u{3}\u{4}".utf8) + zeros)
    try FileManager.default.createSymbolicLink(atPath: scratch.file("zero.st"), withDestinationPath: "/dev/zero")
    try put("array", "[1]")
    try put("nested", String(repeating: "[", count: 100_000))
    try put("members", "{" + (0..<40_000).map { "\"\($0)\":0" }.joined(separator: ",") + "}")
    try put("half", "{" + tensor("layers.0.weight", "[2,2]", 0, 8, "I16") + "}", Array(zeros.prefix(8)))
    try put("gap", "{" + tensor("layers.0.weight", "[2,2]", 4, 20) + "}", zeros + [0, 0, 0, 0])
    try put("overlap", "{\(weight)," + tensor("layers.0.bias", "[2]", 8, 16) + "}", zeros)
    try put("backward", "{" + tensor("layers.0.weight", "[2,2]", 16, 0) + "}", zeros)
    try put("negative", "{" + tensor("layers.0.weight", "[-2,2]", 0, 16) + "}", zeros)
    try put("overflow", "{" + tensor("layers.0.weight", "[4294967296,4294967296]", 0, 16) + "}", zeros)
    try put("twice", "{\(weight),\(weight)}", zeros)
    try put("rest", "{\(weight)}", zeros + [0])
    try put("second", "{" + tensor("layers.1.weight", "[2,1,2]", 0, 16) + "}", zeros)
    try put("flat", "{" + tensor("layers.0.weight", "[4]", 0, 16) + "}", zeros)
    try put("infinite", "{\(weight)}", [0, 0, 128, 127] + zeros.dropFirst(4))
    try put("newer", texts("", "2"), zeros)
    try put("version", texts("", "one"), zeros)
    try put("activation", texts(",\"activations\":\"swish\""), zeros)
    try put("activations", texts(",\"activations\":\"relu,softmax\""), zeros)
    try put("labels", texts(",\"labels\":\"[\\\"a\\\"]\""), zeros)
    try put("same-labels", texts(",\"labels\":\"[\\\"a\\\",\\\"a\\\"]\""), zeros)
    try put("scale", texts(",\"scale\":\"0\""), zeros)
    try put("resize", texts(",\"resize\":\"28\""), zeros)
    try put("targets", texts(",\"targets\":\"3\""), zeros)
    try put("number", "{\"__metadata__\":{\"format\":1},\(weight)}", zeros)
    let marks = String(repeating: "\u{301}\u{323}", count: 300_000)
    try put("marks", "{" + tensor("a\(marks)", "[4]", 0, 16) + "}", zeros)
    let ones = Array(repeating: "1", count: 100_000).joined(separator: ",")
    try put("dimensions", "{" + tensor("layers.0.weight", "[\(ones)]", 0, 16) + "}", zeros)
    let long = tensor(String(repeating: "n", count: 100_000), "[4]", 0, 16)
    try put("long-name", "{\(long),\(long)}", zeros)
    // Four terabytes that the disk does not have.
    try put("sparse", "{" + tensor("layers.0.weight", "[1048576,1048576]", 0, 1 << 42) + "}")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file("sparse.st")))
    try file.truncate(atOffset: file.seekToEnd() + 1 << 42)
    try file.close()
    try put("good", texts(",\"activations\":\"softmax\""), zeros)
    // 784 inputs, for pictures.
    let wide = [UInt8](repeating: 0, count: 784 * 2 * 4)
    try put("digits", "{" + tensor("layers.0.weight", "[2,784]", 0, wide.count) + "}", wide)
  }

  // MARK: Pictures

  private func writePictures() throws {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    func header(_ width: UInt32, _ height: UInt32, _ kind: [UInt8] = [8, 0, 0, 0, 0]) -> [UInt8] {
      let words = [width, height].flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
      return signature + Packed.chunk("IHDR", words + kind)
    }
    let end = Packed.chunk("IEND", [])
    try scratch.write("empty.png", [UInt8]())
    try scratch.write("text.png", "no picture\n")
    try scratch.write("jpeg.png", [0xFF, 0xD8, 0xFF, 0xE0, 0, 16])
    try scratch.write("cut.png", header(2, 2).dropLast(3))
    try scratch.write("large.png", header(.max, .max) + end)
    try scratch.write("promise.png", header(8000, 8000) + Packed.chunk("IDAT", Packed.zeros(10, isZlib: true)) + end)
    try scratch.write("none.png", header(0, 2) + end)
    try scratch.write("kind.png", header(2, 2, [3, 7, 0, 0, 0]) + end)
    try scratch.write("sum.png", header(2, 2).dropLast(1) + [0] + end)
    try scratch.write("pixels.png", header(2, 2) + Packed.chunk("IDAT", [1, 2, 3, 4]) + end)
    try scratch.write("gray.pgm", "P2 3 3 9\n5 5 5 5 5 5 5 5 5\n")
    try scratch.write("short.pgm", "P5 30 30 255\nfew")
    try scratch.write("large.pgm", "P5 99999 99999 255\n")
    try scratch.write("white.pgm", "P2 1 1 0\n0\n")
    try FileManager.default.createSymbolicLink(atPath: scratch.file("device.png"), withDestinationPath: "/dev/zero")
  }
}
