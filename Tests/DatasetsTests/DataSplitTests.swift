import Files
import Random
import Testing

@testable import Datasets

@Suite("The splits of data sources")
struct DataSplitTests {
  @Test("A source without a test split is divided by the seed; limits come after")
  func division() throws {
    let table = try ScratchFolder.rules()
    let source = table.file("t.csv")
    for (fraction, testCount) in [(nil, 4), (0.5, 10), (0.01, 1), (0.99, 19), (0, nil)] as [(Double?, Int?)] {
      let data = try load(source) { $0.testFraction = fraction }
      #expect(data.test?.count == testCount, "\(String(describing: fraction))")
      let all = (data.training.rows + (data.test?.rows ?? [])).sorted()
      #expect(all == (0..<20).map { Int32($0) } && data.training.rows == data.training.rows.sorted())
      #expect(!data.hasOwnTestSplit)
    }
    let one = try load(source)
    #expect(try load(source).test?.rows == one.test?.rows)
    #expect(try load(source) { $0.seed = 2 }.test?.rows != one.test?.rows)
    let limited = try load(source) {
      $0.limit = 3; $0.testLimit = 2
    }
    #expect(
      limited.training.rows == Array(one.training.rows.prefix(3))
        && limited.test?.rows == Array(one.test!.rows.prefix(2)))
    #expect(classes(limited.training) == limited.training.rows.map { $0 % 4 })
  }

  @Test("--test FILE is a test split of its own")
  func testFile() throws {
    let folder = try ScratchFolder.rules()
    let data = try load(folder.file("t.csv")) {
      $0.testFile = folder.file("more.csv"); $0.standardize = false
    }
    #expect(data.training.count == 20 && data.hasOwnTestSplit)
    #expect(data.test.map(stored) == [100, 101] && classes(data.test) == [2, 4])
    try folder.write("wide.csv", Array("1,2,3\n".utf8))
    #expect(throws: FileError.self) { try load(folder.file("t.csv")) { $0.testFile = folder.file("wide.csv") } }
    #expect(throws: DataOptionError.self) { try load(folder.path) { $0.testFile = folder.file("more.csv") } }
    #expect(throws: DataOptionError.self) { try load(folder.file("t.csv")) { $0.testFile = folder.path } }
  }

  @Test("--split all pools a source's two splits, then divides", arguments: [false, true])
  func pooling(packed: Bool) throws {
    let folder = try ScratchFolder()
    try folder.writeSet(packed: packed)
    let data = try load(folder.path) {
      $0.split = .all; $0.testFraction = 0
    }
    #expect(data.test == nil && classes(data.training) == [2, 0, 1, 2, 0, 2, 0, 3, 2, 0])
    let images = IDXBytes.images(6, 2, 3).dropFirst(16) + IDXBytes.images(4, 2, 3).dropFirst(16)
    #expect(stored(data.training) == images.map { Float($0) })
    let divided = try load(folder.path) { $0.split = .all }
    #expect(divided.training.count == 8 && divided.test?.count == 2 && !divided.hasOwnTestSplit)
  }

  @Test("Each command has its usual part; --split says otherwise, and limits follow the part")
  func parts() throws {
    let folder = try ScratchFolder.rules()
    let model = ModelInput(width: 4)
    let (training, test): ([Int32], [Int32]) = ([2, 0, 1, 2, 0, 2], [0, 3, 2, 0])
    let cases: [(SampleUse, DataSplit?, [Int32], DataSplit)] = [
      (.evaluation(model), nil, test, .test), (.inspection, nil, training, .train),
      (.gradient(model), nil, training, .train), (.gradient(nil), nil, training, .train),
      (.export(model), nil, training + test, .all), (.evaluation(model), .train, training, .train),
      (.inspection, .test, test, .test), (.evaluation(model), .all, training + test, .all),
      // Predictions read no labels.
      (.prediction(model), nil, [0, 0, 0, 0], .test),
    ]
    for (use, split, expected, used) in cases {
      let part = try part(folder.path, use) { $0.split = split }
      #expect(classes(part.samples) == expected && part.split == used, "\(use) \(String(describing: split))")
      let limited = try limitedCount(folder.path, use, split)
      #expect(limited == (used == .test ? 3 : 2), "\(use) \(String(describing: split))")
    }
    #expect(try part(folder.file("t.csv")).samples.count == 20)
    #expect(try part(folder.file("t.csv")) { $0.limit = 5 }.samples.count == 5)
    #expect(try part(folder.file("t.csv")).split == .all)
    #expect(throws: DataOptionError.self) { try part(folder.file("t.csv")) { $0.split = .test } }
  }

  private func limitedCount(_ source: String, _ use: SampleUse, _ split: DataSplit?) throws -> Int {
    try part(source, use) {
      $0.split = split; $0.limit = 2; $0.testLimit = 3
    }.samples.count
  }

  @Test("Samples are held out by seed and purpose, and keep their order and targets")
  func samplesSplit() throws {
    let folder = try ScratchFolder.rules()
    let samples = try load(folder.file("t.csv")) { $0.testFraction = 0 }.training
    let (kept, heldOut) = samples.split(fraction: 0.25, seed: 3, purpose: .validation)
    #expect(heldOut.count == 5 && (kept.rows + heldOut.rows).sorted() == samples.rows)
    #expect(kept.rows == kept.rows.sorted() && classes(heldOut) == heldOut.rows.map { $0 % 4 })
    #expect(samples.split(fraction: 0.25, seed: 3, purpose: .validation).heldOut.rows == heldOut.rows)
    #expect(samples.split(fraction: 0.25, seed: 3, purpose: .split).heldOut.rows != heldOut.rows)
    #expect(samples.split(fraction: 0, seed: 3, purpose: .validation).heldOut.count == 0)
  }

  @Test("A validation part may have each class in the same proportion")
  func stratifiedSplit() throws {
    let folder = try ScratchFolder.rules()
    let samples = try load(folder.file("t.csv")) { $0.testFraction = 0 }.training
    for seed in UInt64(1)...5 {
      let (kept, heldOut) = samples.split(fraction: 0.2, seed: seed, purpose: .validation, isStratified: true)
      #expect(classes(heldOut)?.sorted() == [0, 1, 2, 3] && kept.count == 16)
    }
  }

  @Test("Of n samples of a class, ⌊n · fraction⌋ or one more are held out, and never all, beside any other classes")
  func stratifiedBounds() {
    // A hundred classes of one sample before one of a hundred, and classes of two.
    let cases = [(Array(repeating: 1, count: 100) + [100], 0.5), (Array(repeating: 2, count: 50) + [100], 0.9)]
    var random = RandomSource(seed: 77, purpose: .sampling)
    let drawn = (0..<200).map { _ in
      ((0..<12).map { _ in Int(random.below(9)) }, random.uniform())
    }
    for (sizes, fraction) in cases + drawn {
      let classes = sizes.enumerated().flatMap { Array(repeating: Int32($0), count: $1) }
      let division = RandomDivision(
        classes: classes, of: sizes.count, fraction: fraction, seed: 3, purpose: .split)
      #expect((division.kept + division.heldOut).sorted() == (0..<Int32(classes.count)).map { $0 })
      for (number, size) in sizes.enumerated() where size > 0 {
        let heldOut = division.heldOut.count { classes[Int($0)] == number }
        let lowest = Int(Double(size) * fraction)
        #expect(
          (lowest...(lowest + 1)).contains(heldOut) && heldOut < size,
          "\(heldOut) of \(size) in class \(number), fraction \(fraction), seed 77")
      }
    }
  }

  @Test("The stratified division of a seed is the same in every release")
  func stratifiedLiteral() {
    let classes = (0..<23).map { Int32($0 * $0 % 5) }
    let division = RandomDivision(classes: classes, of: 5, fraction: 0.3, seed: 3, purpose: .split)
    #expect(division.heldOut == [6, 8, 9, 10, 12, 13, 20])
  }
}
