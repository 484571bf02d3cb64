import Files
import Foundation
import Random
import SystemZlib
import Testing

@testable import Datasets

extension ScratchFolder {
  /// A small set: 6 training and 4 test images of 2 × 3, labels from 0 to 3.
  func writeSet(prefix: String = "", test: String = "t10k-", packed: Bool = false) throws {
    let files: [(String, [UInt8])] = [
      ("train-images-idx3-ubyte", IDXBytes.images(6, 2, 3)),
      ("train-labels-idx1-ubyte", IDXBytes.labels([2, 0, 1, 2, 0, 2])),
      (test + "images-idx3-ubyte", IDXBytes.images(4, 2, 3)),
      (test + "labels-idx1-ubyte", IDXBytes.labels([0, 3, 2, 0])),
    ]
    for (name, bytes) in files { try write(prefix + name + (packed ? ".gz" : ""), packed ? gzip(bytes) : bytes) }
  }
}

/// The stored numbers of all samples, in their order.
func stored(_ samples: Samples) -> [Float] {
  samples.rows.flatMap { row -> [Float] in
    switch samples.storage {
    case .bytes(let bytes): (0..<bytes.width).map { Float(bytes.pointer[Int(row) * bytes.width + $0]) }
    case .floats(let floats): (0..<floats.width).map { floats.pointer[Int(row) * floats.width + $0] }
    }
  }
}

func classes(_ samples: Samples?) -> [Int32]? {
  if case .classes(let classes, _)? = samples?.targets { classes } else { nil }
}

func load(_ source: String, _ change: (inout DataOptions) -> Void = { _ in }) throws -> LoadedData {
  var options = DataOptions()
  change(&options)
  return try DataLoader(source: DataSource(source), options: options).loadForTraining()
}

@Suite("IDX folders")
struct IDXTests {
  @Test(
    "Plain and packed files give the same samples, under either test name", arguments: [false, true],
    ["t10k-", "test-"])
  func loads(packed: Bool, test: String) throws {
    let folder = try ScratchFolder()
    try folder.writeSet(test: test, packed: packed)
    let data = try load(folder.path)
    #expect(data.labels == ["0", "1", "2", "3"])
    #expect(classes(data.training) == [2, 0, 1, 2, 0, 2])
    #expect(classes(data.test) == [0, 3, 2, 0])
    #expect(stored(data.training) == IDXBytes.images(6, 2, 3).dropFirst(16).map { Float($0) })
    #expect(data.training.imageShape == ImageShape(height: 2, width: 3))
    #expect(data.preprocessing == Preprocessing(scale: 255))
    #expect(data.hasOwnTestSplit)
  }

  @Test("A packed file that is unpacked outside memory has the samples and the errors of a small one")
  func large() throws {
    let folder = try ScratchFolder()
    let (name, count) = ("train-images-idx3-ubyte", 2000)
    let bytes = IDXBytes.images(count, 28, 28)
    try folder.write("train-labels-idx1-ubyte", IDXBytes.labels((0..<count).map { UInt8($0 % 10) }))
    try folder.write(name, bytes)
    let plain = try load(folder.path)
    unlink(folder.file(name))
    try folder.write(name + ".gz", gzip(bytes))
    #expect(try stored(load(folder.path).training) == stored(plain.training))
    let cases: [(String, [UInt8], String)] = [
      ("short", gzip(Array(bytes.dropLast())), "1568015 bytes"), ("long", gzip(bytes + [0]), "more bytes"),
      ("cut", gzip(bytes).dropLast(9), "a gzip file that ends early, after"),
    ]
    for (form, packed, found) in cases {
      try folder.write(name + ".gz", packed)
      let error = #expect(throws: FileError.self, "\(form)") { try load(folder.path) }
      #expect(error?.found.hasPrefix(found) == true && error?.file == folder.file(name + ".gz"), "\(form)")
    }
  }

  @Test("A plain file is preferred to its packed form")
  func plainWins() throws {
    let folder = try ScratchFolder()
    try folder.writeSet()
    try folder.write("train-labels-idx1-ubyte.gz", gzip(IDXBytes.labels([9, 9, 9, 9, 9, 9])))
    #expect(classes(try load(folder.path).training) == [2, 0, 1, 2, 0, 2])
  }

  @Test("Prefixes distinguish sets in one folder; without, both candidates are named")
  func prefixes() throws {
    let folder = try ScratchFolder()
    try folder.writeSet(prefix: "emnist-letters-", packed: true)
    try folder.writeSet(prefix: "emnist-digits-")
    try folder.writeSet(prefix: "emnist-letters-more-")
    for prefix in ["emnist-letters", "emnist-letters-", "emnist-digits", "emnist-d", "emnist-letters-m"] {
      #expect(try load(folder.file(prefix)).training.count == 6, "\(prefix)")
    }
    for (source, one, other) in [
      (folder.path, "emnist-digits-train-images-idx3-ubyte", "emnist-letters-more-train-images-idx3-ubyte"),
      (folder.file("emnist"), "emnist-digits-train-images-idx3-ubyte", "emnist-letters-more-train-images-idx3-ubyte"),
      (folder.file("emnist-l"), "emnist-letters-more-train-images", "emnist-letters-train-images-idx3-ubyte.gz"),
    ] {
      let error = #expect(throws: FileError.self) { try load(source) }
      #expect(error?.found.contains(one) == true && error?.found.contains(other) == true, "\(error?.description ?? "")")
    }
    #expect(throws: FileError.self) { try load(folder.file("kmnist")) }
  }

  /// Variants of the files, each a change to the folder of the small set.
  @Test(
    "Files as found",
    arguments: [
      "dots", "folders of their own names", "MNIST/raw", "plain named .gz", "gzip without .gz", "32-bit labels",
      "labels in two columns",
    ])
  func asFound(form: String) throws {
    let folder = try ScratchFolder()
    try folder.writeSet()
    let files = FileManager.default
    let inner = form == "MNIST/raw" ? folder.file("MNIST/raw") : folder.path
    if form == "MNIST/raw" { try files.createDirectory(atPath: inner, withIntermediateDirectories: true) }
    for name in folder.names where name.hasSuffix("ubyte") {
      let (old, bytes) = (folder.file(name), try folder.read(name))
      let labels = Array(bytes.dropFirst(8)).map { UInt32($0) }
      unlink(old)
      switch form {
      case "dots": try folder.write(name.replacing("-idx", with: ".idx"), bytes)
      case "folders of their own names":
        try files.createDirectory(atPath: old, withIntermediateDirectories: true)
        try folder.write(name + "/" + name, bytes)
      case "plain named .gz": try folder.write(name + ".gz", bytes)
      case "gzip without .gz": try folder.write(name, gzip(bytes))
      case "32-bit labels" where name.contains("labels"):
        try folder.write(
          name, IDXBytes.word(0xC01) + IDXBytes.word(labels.count) + labels.flatMap { IDXBytes.word(Int($0)) })
      case "labels in two columns" where name.contains("labels"):
        let columns = labels.flatMap { IDXBytes.word(Int($0)) + IDXBytes.word(77) }
        try folder.write(
          name.replacing("idx1-ubyte", with: "idx2-int"),
          IDXBytes.word(0xC02) + IDXBytes.word(labels.count) + IDXBytes.word(2) + columns)
      default: try folder.write((form == "MNIST/raw" ? "MNIST/raw/" : "") + name, bytes)
      }
    }
    let data = try load(folder.path)
    #expect(data.labels == ["0", "1", "2", "3"] && classes(data.training) == [2, 0, 1, 2, 0, 2])
    #expect(classes(data.test) == [0, 3, 2, 0] && data.preprocessing.scale == 255)
    #expect(stored(data.training) == IDXBytes.images(6, 2, 3).dropFirst(16).map { Float($0) })
  }

  @Test("A training pair alone is divided")
  func trainingAlone() throws {
    let folder = try ScratchFolder()
    try folder.writeSet()
    for name in folder.names where name.hasPrefix("t10k") { unlink(folder.file(name)) }
    let data = try load(folder.path) { $0.testFraction = 0.5 }
    #expect(data.training.count == 3 && data.test?.count == 3 && !data.hasOwnTestSplit)
    #expect(try part(folder.path).samples.count == 6)
  }

  @Test("A test pair alone is evaluated, and is not used for training")
  func testAlone() throws {
    let folder = try ScratchFolder()
    try folder.writeSet()
    for name in folder.names where name.hasPrefix("train") { unlink(folder.file(name)) }
    #expect(try part(folder.path, .evaluation(ModelInput(width: 4))).samples.count == 4)
    let error = #expect(throws: FileError.self) { try load(folder.path) }
    #expect(error?.expected?.contains("train-images-idx3-ubyte") == true)
  }

  @Test(
    "Images of other types are features as they are", arguments: [(0x9, 1), (0xB, 2), (0xC, 4), (0xD, 4), (0xE, 8)])
  func types(code: Int, size: Int) throws {
    let folder = try ScratchFolder()
    try folder.writeSet()
    func images(_ count: Int) -> [UInt8] {
      let values = (0..<(count * 6)).map { $0 - 10 }
      let body = values.flatMap { value -> [UInt8] in
        let word: UInt64 =
          code == 0xD
          ? UInt64(Float(value).bitPattern) : code == 0xE ? Double(value).bitPattern : UInt64(bitPattern: Int64(value))
        return (0..<size).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * (size - 1 - $0))) }
      }
      return IDXBytes.word(code << 8 | 3) + IDXBytes.word(count) + IDXBytes.word(2) + IDXBytes.word(3) + body
    }
    try folder.write("train-images-idx3-ubyte", images(6))
    try folder.write("t10k-images-idx3-ubyte", images(4))
    let data = try load(folder.path)
    #expect(stored(data.training) == (0..<36).map { Float($0 - 10) } && data.preprocessing.scale == 1)
    #expect(
      try load(folder.path) {
        $0.split = .all; $0.testFraction = 0
      }.training.count == 10)
  }

  @Test("IDX files t10k and test side by side are ambiguous")
  func ambiguousTest() throws {
    let folder = try ScratchFolder()
    try folder.writeSet()
    try folder.write("test-images-idx3-ubyte", IDXBytes.images(4, 2, 3))
    let error = #expect(throws: FileError.self) { try load(folder.path) }
    #expect(error?.found == "t10k-images-idx3-ubyte and test-images-idx3-ubyte")
  }

  /// A file of the set replaced by other bytes, and a part of the line that reports it.
  struct Damage: Sendable, CustomTestStringConvertible {
    var name: String
    var file: String
    var bytes: [UInt8]?
    var says: String

    var testDescription: String { name }
  }

  static let damages: [Damage] = {
    let (images, labels) = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    let good = IDXBytes.images(6, 2, 3)
    let goodLabels = IDXBytes.labels([2, 0, 1, 2, 0, 2])
    return [
      Damage(name: "missing", file: images, bytes: nil, says: "no such file"),
      Damage(name: "missing test labels", file: "t10k-labels-idx1-ubyte", bytes: nil, says: "t10k-labels-idx1-ubyte"),
      Damage(
        name: "empty", file: images, bytes: [], says: "found 0 bytes, expected a header that begins with 0x00000803"),
      Damage(name: "cut in its header", file: images, bytes: Array(good.prefix(9)), says: "inside its header"),
      Damage(
        name: "cut", file: images, bytes: good.dropLast(), says: "found 51 bytes, expected 52, as its header says"),
      Damage(name: "too long", file: images, bytes: good + [0], says: "found 53 bytes, expected 52"),
      Damage(name: "labels cut", file: labels, bytes: goodLabels.dropLast(), says: "found 13 bytes, expected 14"),
      Damage(
        name: "swapped", file: images, bytes: goodLabels,
        says: "found magic 0x00000801, unsigned bytes in 1 dimension, expected 0x00000803 (IDX images). "
          + "Images and labels look swapped."),
      Damage(
        name: "images of two dimensions", file: images, bytes: [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 4] + [UInt8](1...8),
        says: "unsigned bytes in 2 dimensions, expected 0x00000803 (IDX images). Images have 3 dimensions"),
      Damage(name: "swapped labels", file: labels, bytes: good, says: "Images and labels look swapped"),
      Damage(name: "wrong magic", file: labels, bytes: [1, 2] + goodLabels, says: "found magic 0x01020000"),
      Damage(
        name: "floats cut", file: images, bytes: IDXBytes.images(6, 2, 3, magic: 0xD03),
        says: "expected 160, as its header says (6 × 2 × 3 32-bit floats after it)"),
      Damage(
        name: "float labels", file: labels, bytes: IDXBytes.labels([1, 2], magic: 0xD01), says: "32-bit floats in 1"),
      Damage(name: "a web page", file: images, bytes: Array("<!DOCTYPE html>".utf8), says: "a web page"),
      Damage(name: "a zip archive", file: images, bytes: [0x50, 0x4B, 3, 4, 0], says: "a zip archive"),
      Damage(
        name: "unknown type", file: images, bytes: IDXBytes.images(6, 2, 3, magic: 0x703),
        says: "magic 0x00000703, an element type that IDX files do not have"),
      Damage(
        name: "bytes reversed", file: images, bytes: [3, 8, 0, 0] + IDXBytes.images(6, 2, 3).dropFirst(4),
        says: "magic 0x03080000, an IDX header with its bytes in the opposite order"),
      Damage(
        name: "a PNG image", file: images, bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D],
        says: "magic 0x89504E47, an image file"),
      Damage(name: "text", file: labels, bytes: Array("1,2,3\n".utf8), says: "magic 0x312C322C, text"),
      Damage(
        name: "five dimensions", file: images, bytes: [0, 0, 8, 5] + goodLabels, says: "unsigned bytes in 5 dimensions"),
      Damage(
        name: "counts disagree", file: labels, bytes: IDXBytes.labels([1, 2]), says: "found 2 labels, expected 6"),
      Damage(name: "no sample", file: images, bytes: IDXBytes.images(0, 2, 3), says: "found 0 samples"),
      Damage(name: "no pixel", file: images, bytes: IDXBytes.images(6, 0, 3), says: "images of 0 × 3"),
      Damage(
        name: "huge", file: images, bytes: IDXBytes.images(1, -1, -1, []), says: "images of 4294967295 × 4294967295"),
      Damage(name: "many", file: images, bytes: IDXBytes.images(-1, 2, 3, []), says: "found 4294967295 samples"),
      Damage(
        name: "other shape", file: images, bytes: IDXBytes.images(6, 3, 2),
        says: "found images of 2 × 3, expected 3 × 2"),
    ]
  }()

  @Test("A bad file is an error that reports what was found and expected", arguments: damages)
  func damage(_ damage: Damage) throws {
    let folder = try ScratchFolder()
    try folder.writeSet()
    unlink(folder.file(damage.file))
    if let bytes = damage.bytes { try folder.write(damage.file, bytes) }
    let error = #expect(throws: FileError.self) { try load(folder.path) }
    #expect(error?.description.contains(damage.says) == true, "\(error?.description ?? "")")
    #expect(error?.file.hasPrefix(folder.path) == true)
  }

  @Test("An invalid packed file is an error before memory is allocated for the size in its header")
  func packedDamage() throws {
    let good = IDXBytes.images(6, 2, 3)
    let cases: [(String, [UInt8], String)] = [
      ("cut content", gzip(good.dropLast()), "found 51 bytes, expected 52"),
      ("long content", gzip(good + [1]), "found more bytes, expected 52"),
      ("cut file", gzip(good).dropLast(5), "ends early"),
      ("a web page", Array("\n<html>404".utf8), "a web page, expected 0x00000803 (IDX images). The download is a web"),
      ("bomb", gzip(good + [UInt8](repeating: 0, count: 1 << 24)), "found more bytes"),
      ("promise", gzip(IDXBytes.images(2_000_000_000, 4000, 4000, [])), "packed bytes can hold"),
    ]
    for (name, bytes, says) in cases {
      let folder = try ScratchFolder()
      try folder.writeSet()
      unlink(folder.file("train-images-idx3-ubyte"))
      try folder.write("train-images-idx3-ubyte.gz", bytes)
      let error = #expect(throws: FileError.self, "\(name)") { try load(folder.path) }
      #expect(error?.description.contains(says) == true, "\(name): \(error?.description ?? "")")
    }
  }

  @Test("Labels that all differ, or nearly, are noted: they may number the images")
  func distinctLabels() throws {
    let folder = try ScratchFolder()
    for (labels, isNoted) in [((0..<40).map { UInt8($0) }, true), ((0..<40).map { UInt8($0 % 4) }, false)] {
      try folder.write("train-images-idx3-ubyte", IDXBytes.images(40, 1, 2))
      try folder.write("train-labels-idx1-ubyte", IDXBytes.labels(labels))
      let notes = try load(folder.path) { $0.testFraction = 0 }.notes.map(\.description)
      let says = notes.contains {
        $0.contains("40 different labels in 40 samples and are probably no classes")
      }
      #expect(says == isNoted, "\(notes)")
    }
  }

  @Test("Any bytes in any of the files are loaded or refused, without a crash")
  func mutations() throws {
    let folder = try ScratchFolder()
    let names = [
      "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
    ]
    for seed in 0..<300 as Range<UInt64> {
      var random = RandomSource(seed: seed, purpose: .sampling)
      try folder.writeSet()
      let name = names[Int(random.below(4))]
      var bytes = try folder.read(name)
      if random.below(3) == 0 { bytes.removeLast(Int(random.below(UInt64(bytes.count)))) }
      for _ in 0..<random.below(4) { bytes[Int(random.below(UInt64(bytes.count)))] = UInt8(random.below(256)) }
      try folder.write(name, bytes)
      do {
        _ = try load(folder.path)
      } catch {
        #expect(error is FileError, "seed \(seed): \(error)")
      }
    }
  }
}

@Suite("Real MNIST", .enabled(if: TestData.mnist != nil, "needs MNIST in Data/mnist or in DESCENT_MNIST"))
struct RealMNISTTests {
  @Test("MNIST has its known sums")
  func knownFigures() throws {
    let data = try load(TestData.mnist!)
    #expect(data.training.count == 60000 && data.test?.count == 10000)
    #expect(classes(data.training)?.prefix(5) == [5, 0, 4, 1, 9])
    #expect(classes(data.test)?.prefix(5) == [7, 2, 1, 0, 4])
    guard case .bytes(let bytes) = data.training.storage else {
      Issue.record("MNIST's pixels are bytes")
      return
    }
    #expect(crc32(0, bytes.pointer, 60000 * 784) == 0xF363_9B56)
    // One digit in fifty is enough for the figures to be recognised, and quick without optimisation.
    var sum = 0
    var squares = 0
    for row in stride(from: 0, to: 60000, by: 50) {
      for pixel in (bytes.pointer + row * 784)..<(bytes.pointer + row * 784 + 784) {
        sum += Int(pixel.pointee)
        squares += Int(pixel.pointee) * Int(pixel.pointee)
      }
    }
    let mean = Double(sum) / (1200 * 784)
    let deviation = (Double(squares) / (1200 * 784) - mean * mean).squareRoot()
    #expect(abs(mean / 255 - 0.1307) < 0.01 && abs(deviation / 255 - 0.3081) < 0.01)
  }
}
