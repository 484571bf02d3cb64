import Files
import Foundation
import Random
import SystemZlib
import Testing

@testable import Datasets

/// Writes MAT-files of level 5 for the tests, in either byte order.
struct MATWriter {
  var isBigEndian = false
  var isCompressed = false
  private(set) var bytes: [UInt8] = []

  init(isBigEndian: Bool = false, isCompressed: Bool = false) {
    self.isBigEndian = isBigEndian
    self.isCompressed = isCompressed
    bytes = Array("MATLAB 5.0 MAT-file".utf8) + [UInt8](repeating: 0x20, count: 105)
    bytes += raw(UInt16(0x0100)) + (isBigEndian ? [0x4D, 0x49] : [0x49, 0x4D])
  }

  func raw<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: isBigEndian ? number.bigEndian : number.littleEndian) { Array($0) }
  }

  func element(_ type: UInt32, _ content: [UInt8]) -> [UInt8] {
    if (1...4).contains(content.count) {
      return raw(UInt32(content.count) << 16 | type) + content + [UInt8](repeating: 0, count: 4 - content.count)
    }
    return raw(type) + raw(UInt32(content.count)) + content + [UInt8](repeating: 0, count: (8 - content.count % 8) % 8)
  }

  mutating func add(
    _ name: String, _ dimensions: [Int32], kind: UInt32 = 6, flags: UInt32 = 0, type: UInt32, _ numbers: [UInt8]
  ) {
    let content =
      element(6, raw(kind | flags) + raw(UInt32(0))) + element(5, dimensions.flatMap { raw($0) })
      + element(1, Array(name.utf8)) + element(type, numbers)
    let matrix = raw(UInt32(14)) + raw(UInt32(content.count)) + content
    guard isCompressed else {
      bytes += matrix
      return
    }
    var packed = [UInt8](repeating: 0, count: Int(compressBound(UInt(matrix.count))))
    var size = UInt(packed.count)
    compress(&packed, &size, matrix, UInt(matrix.count))
    bytes += raw(UInt32(15)) + raw(UInt32(size)) + packed[..<Int(size)]
  }

  mutating func add(_ name: String, _ dimensions: [Int32], doubles: [Double]) {
    add(name, dimensions, type: 9, doubles.flatMap { raw($0.bitPattern) })
  }
}

@Suite("MAT-files")
struct MATTests {
  @Test("Every numeric type, in both byte orders, plain and compressed", arguments: [false, true], [false, true])
  func types(isBigEndian: Bool, isCompressed: Bool) throws {
    let folder = try ScratchFolder()
    var writer = MATWriter(isBigEndian: isBigEndian, isCompressed: isCompressed)
    let cases: [(String, UInt32, UInt32, [UInt8], [Double])] = [
      ("d", 6, 9, [1.5, -2, 1e300].flatMap { writer.raw(($0 as Double).bitPattern) }, [1.5, -2, 1e300]),
      ("s", 7, 7, [1.5, -2, 3].flatMap { writer.raw(($0 as Float).bitPattern) }, [1.5, -2, 3]),
      ("i8", 8, 1, [1, 0xFE, 0x80], [1, -2, -128]), ("u8", 9, 2, [1, 0xFE, 0x80], [1, 254, 128]),
      ("i16", 10, 3, [1, -2, 300].flatMap { writer.raw($0 as Int16) }, [1, -2, 300]),
      ("u16", 11, 4, [1, 65534, 300].flatMap { writer.raw($0 as UInt16) }, [1, 65534, 300]),
      ("i32", 12, 5, [1, -2, 70000].flatMap { writer.raw($0 as Int32) }, [1, -2, 70000]),
      ("u32", 13, 6, [1, 4_000_000_000, 3].flatMap { writer.raw($0 as UInt32) }, [1, 4e9, 3]),
      ("i64", 14, 12, [1, -2, 1 << 40].flatMap { writer.raw($0 as Int64) }, [1, -2, 0x1p40]),
      ("u64", 15, 13, [1, 2, 1 << 40].flatMap { writer.raw($0 as UInt64) }, [1, 2, 0x1p40]),
      // MATLAB stores doubles that are whole numbers in the smallest type that holds them.
      ("a_double_in_small_whole_numbers_with_a_name_of_some_length", 6, 2, [7, 8, 9], [7, 8, 9]),
    ]
    for (name, kind, type, numbers, _) in cases { writer.add(name, [1, 3], kind: kind, type: type, numbers) }
    let file = try MATFile(folder.write("x.mat", writer.bytes))
    #expect(file.names == cases.map(\.0))
    for (name, _, _, _, expected) in cases {
      #expect(try file.matrix(name) == MATMatrix(rows: 1, columns: 3, values: expected), "\(name)")
    }
  }

  @Test("A file that SciPy wrote, cells and structures beside the matrices")
  func sciPy() throws {
    let folder = try ScratchFolder()
    let body = Data(
      base64Encoded:
        "DwAAADgAAAB4nONjYGBIAGI2IOaA0iDACuUzATEzEDMCYQSQ5gRiAwYY+GAPoQUcoAJQWgRKc0BpqQMApC0EXQ8AAAAoAAAAeJzj"
        + "Y2BgMABiNiDmAGJOBghghfKZgJgRjBkZKsF8JgYuoCAAGMgA8Q8AAAA9AAAAeJzjY2BgWADEbEDMAcSMDBDAisRnAtOMDMlAmg+I"
        + "DZDUs2BRz4hkjgCQlQjVZ4Gkj4+APh409wAAFRsCjA8AAAA4AAAAeJzjY2BgqABiNiDmAGImBghghfIZ4ZiRoRgszgJWwwgkC4E0"
        + "HxBbIOnnw6kfAniQxEEAALEKAiE=")!
    let file = try MATFile(folder.write("x.mat", MATWriter().bytes + body))
    #expect(file.names == ["X", "y", "c", "s"])
    let x = try file.matrix("X")
    #expect(x == MATMatrix(rows: 2, columns: 3, values: [1, 4, 2, 5, 3, -6.5]) && x[1, 2] == -6.5)
    #expect(try file.matrix("y") == MATMatrix(rows: 2, columns: 1, values: [10, 2]))
    for name in ["c", "s", "z"] { #expect(throws: FileError.self, "\(name)") { try file.matrix(name) } }
  }

  @Test("X and y make samples; other names and target columns by option")
  func source() throws {
    let folder = try ScratchFolder()
    var writer = MATWriter(isCompressed: true)
    writer.add("X", [3, 2], doubles: [1, 2, 3, 4, 5, 6])
    writer.add("y", [1, 3], doubles: [10, 2, 10])
    writer.add("t", [3, 2], doubles: [0.5, 0, 1, 7, 8, 9])
    let path = try folder.write("x.mat", writer.bytes)
    let data = try load(path) { $0.testFraction = 0 }
    #expect(data.labels == ["2", "10"] && classes(data.training) == [1, 0, 1])
    #expect(stored(data.training) == [1, 4, 2, 5, 3, 6] && data.preprocessing.scale == 1)
    for (targets, expected) in [(1, [7, 8, 9]), (2, [0.5, 7, 0, 8, 1, 9])] as [(Int, [Float])] {
      let data = try load(path) {
        $0.testFraction = 0; $0.targets = targets; $0.variables = ["X", "t"]
      }
      #expect(data.training.targets == .values(expected, width: targets))
    }
    #expect(throws: DataOptionError.self) {
      try load(path) {
        $0.targets = 3; $0.variables = ["X", "t"]
      }
    }
    #expect(throws: DataOptionError.self) { try load(path) { $0.variables = ["X"] } }
    #expect(throws: FileError.self) { try load(path) { $0.variables = ["X", "t"] } }
    #expect(throws: FileError.self) { try load(path) { $0.variables = ["X", "z"] } }
  }

  @Test("Timestamps keep their differences when they are standardized, and as targets")
  func timestamps() throws {
    let folder = try ScratchFolder()
    var writer = MATWriter()
    writer.add("X", [50, 1], doubles: (0..<50).map { 1_700_000_000 + Double($0) })
    writer.add("y", [50, 1], doubles: (0..<50).map { 1_700_000_000 + Double($0) / 4 })
    let path = try folder.write("x.mat", writer.bytes)
    var options = DataOptions()
    (options.targets, options.testFraction, options.standardize) = (1, 0, true)
    let training = try DataLoader(source: DataSource(path), options: options)
      .loadForTraining(keepsTargetOrigins: true).training
    let deviation = ((50.0 * 50 - 1) / 12).squareRoot()
    for row in 0..<50 {
      let value = Double(training.storage.numbers(ofRow: row)[0])
      #expect(abs(value - (Double(row) - 24.5) / deviation) < 1e-6, "row \(row): \(value)")
    }
    let origin = try #require(training.targetOrigins?[0])
    #expect(training.targets == .values((0..<50).map { Float(1_700_000_000 + Double($0) / 4 - origin) }, width: 1))
  }

  @Test("An invalid MAT-file is an error with the reason")
  func flaws() throws {
    var good = MATWriter()
    good.add("X", [2, 2], doubles: [1, 2, 3, 4])
    var packed = MATWriter(isCompressed: true)
    packed.add("X", [2, 2], doubles: [1, 2, 3, 4])
    var broken = packed.bytes
    broken[broken.count - 2] ^= 1
    var future = good.bytes
    future[125] = 2
    var short = MATWriter()
    short.add("X", [2, 3], doubles: [1, 2, 3, 4])
    short.add("y", [2, 1], doubles: [0, 1])
    var huge = MATWriter()
    huge.add("X", [.max, .max], doubles: [1, 2, 3, 4])
    huge.add("y", [2, 1], doubles: [0, 1])
    var negative = MATWriter()
    negative.add("X", [-2, -2], doubles: [1, 2, 3, 4])
    var complex = MATWriter()
    complex.add("X", [2, 2], flags: 0x800, type: 9, [])
    complex.add("y", [2, 1], doubles: [0, 1])
    var infinite = MATWriter()
    infinite.add("X", [2, 2], doubles: [1, 2, 3, .infinity])
    infinite.add("y", [2, 1], doubles: [1, 2])
    var uneven = MATWriter()
    uneven.add("X", [2, 2], doubles: [1, 2, 3, 4])
    uneven.add("y", [3, 1], doubles: [1, 2, 3])
    let cases: [(String, [UInt8], String)] = [
      ("empty", [], "0 bytes"), ("no text", [1, 0, 3, 0, 5, 6], "6 bytes"), ("cut", good.bytes.dropLast(20), "where"),
      ("no order", [UInt8](repeating: 1, count: 200), "no byte order mark"), ("7.3", future, "HDF5"),
      ("HDF5", [0x89, 0x48, 0x44, 0x46] + [UInt8](repeating: 0, count: 200), "HDF5"),
      ("checksum", broken, "compressed part"), ("short", short.bytes, "without its 2 × 3 numbers"),
      ("huge", huge.bytes, "without its"), ("negative", negative.bytes, "without dimensions"),
      ("complex", complex.bytes, "a complex matrix"), ("infinite", infinite.bytes, "inf"),
      ("uneven", uneven.bytes, "3 rows in y"), ("no y", good.bytes, "variables X"),
    ]
    for (name, bytes, says) in cases {
      let folder = try ScratchFolder()
      let path = try folder.write("x.mat", bytes)
      let error = #expect(throws: FileError.self, "\(name)") { try load(path) }
      #expect(error?.description.contains(says) == true, "\(name): \(error?.description ?? "")")
    }
    let folder = try ScratchFolder()
    let path = try folder.write("x.mat", infinite.bytes)
    let error = #expect(throws: FileError.self) { try load(path) }
    #expect(error?.file.hasSuffix("x.mat:X(2,2)") == true)
  }

  @Test("Flipped and cut bytes never do more than throw", arguments: [false, true])
  func mutations(isCompressed: Bool) throws {
    var writer = MATWriter(isCompressed: isCompressed)
    writer.add("X", [3, 2], doubles: [1, 2, 3, 4, 5, 6])
    writer.add("y", [3, 1], kind: 9, type: 2, [1, 2, 1])
    let folder = try ScratchFolder()
    for seed in 0..<1000 as Range<UInt64> {
      var random = RandomSource(seed: seed, purpose: .sampling)
      var bytes = writer.bytes
      if random.below(4) == 0 { bytes.removeLast(Int(random.below(UInt64(bytes.count)))) }
      for _ in 0..<(1 + random.below(4)) where bytes.count > 128 {
        bytes[128 + Int(random.below(UInt64(bytes.count - 128)))] = UInt8(random.below(256))
      }
      do {
        _ = try load(try folder.write("x.mat", bytes))
      } catch {
        #expect(error is FileError, "seed \(seed): \(error)")
      }
    }
  }

  @Test(
    "The course's weights are read as SciPy reads them",
    .enabled(if: TestData.courseWeights != nil, "needs the course's ex3weights.mat in DESCENT_COURSE_WEIGHTS"))
  func courseWeights() throws {
    let file = try MATFile(TestData.courseWeights!)
    #expect(file.names == ["Theta1", "Theta2"])
    let theta = try file.matrix("Theta1")
    #expect(theta.rows == 25 && theta.columns == 401)
    #expect(theta[0, 0] == -0.022562389859934213 && theta[0, 3] == -6.922233590754248e-06)
    #expect(abs(theta.values.reduce(0, +) - 9.242643928120073) < 1e-11)
    #expect(abs(try file.matrix("Theta2").values.reduce(0) { $0 + $1 * $1 } - 573.3417060797434) < 1e-9)
  }
}
