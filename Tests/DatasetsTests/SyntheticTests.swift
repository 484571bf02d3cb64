import Files
import Foundation
import Testing

@testable import Datasets
@testable import Pictures
@testable import Random
@testable import Readers

@Suite("Synthetic digits")
struct SyntheticTests {
  @Test("The same seed gives the same bytes for any number of workers")
  func workers() {
    let one = SyntheticDigits.make(train: 330, test: 120, seed: 11, workers: 1)
    let differing = [2, 3, 128].filter { workers in
      SyntheticDigits.make(train: 330, test: 120, seed: 11, workers: workers) != one
    }
    #expect(differing == [])
  }

  @Test("A smaller split is a prefix of a larger one")
  func prefix() {
    let large = SyntheticDigits.make(train: 60, test: 40, seed: 5, workers: 2)
    let small = SyntheticDigits.make(train: 37, test: 0, seed: 5, workers: 2)
    #expect(small.trainLabels == Array(large.trainLabels[..<37]))
    #expect(small.trainImages == Array(large.trainImages[..<(37 * SyntheticDigits.width)]))
    #expect(small.testImages.isEmpty && small.testLabels.isEmpty)
  }

  @Test("Another seed, and the other split, give other digits")
  func streams() {
    let first = SyntheticDigits.make(train: 50, test: 50, seed: 1, workers: 1)
    let second = SyntheticDigits.make(train: 50, test: 50, seed: 2, workers: 1)
    #expect(first.trainImages != second.trainImages)
    #expect(first.trainLabels != second.trainLabels)
    #expect(first.trainImages != first.testImages)
    #expect(first.trainLabels != first.testLabels)
    #expect(Set(Self.pictures(first.trainImages)).count == 50)
  }

  @Test("Every ten in a row are the ten digits")
  func balance() {
    let labels = SyntheticDigits.make(train: 203, test: 0, seed: 3, workers: 1).trainLabels
    let unbalanced = stride(from: 0, to: 200, by: 10).filter { Set(labels[$0..<$0 + 10]) != Set(0...9) }
    #expect(labels.count == 203)
    #expect(unbalanced == [])
    let orders: [[UInt8]] = stride(from: 0, to: 200, by: 10).map { first in Array(labels[first..<first + 10]) }
    #expect(Set(orders).count > 15)
  }

  @Test("A digit is light ink in the middle of a black page, with gray edges")
  func form() {
    let seed: UInt64 = 17
    let digits = SyntheticDigits.make(train: 200, test: 0, seed: seed, workers: 2)
    let flawed = Self.pictures(digits.trainImages).enumerated().filter { _, picture in
      let nonzero = picture.filter { $0 > 0 }
      let mass = picture.reduce(0.0) { $0 + Double($1) }
      let x = picture.enumerated().reduce(0.0) { $0 + Double($1.element) * Double($1.offset % 28) } / mass
      let y = picture.enumerated().reduce(0.0) { $0 + Double($1.element) * Double($1.offset / 28) } / mass
      let hasGrays = nonzero.contains { (60...190).contains($0) }
      return !(20...400).contains(nonzero.count) || nonzero.max()! < 150 || !hasGrays || abs(x - 13.5) > 3.5
        || abs(y - 13.5) > 3.5
    }
    #expect(flawed.map(\.offset) == [], "seed \(seed)")
  }

  @Test("Every way of writing every digit can be inked")
  func everyGlyph() {
    #expect(Glyph.alphabet.count == 10)
    let misdrawn = Glyph.alphabet.joined().filter { glyph in
      glyph.weight <= 0 || glyph.strokes.contains { $0.count < 2 } || glyph.points.count != glyph.isEnd.count
    }
    #expect(misdrawn.count == 0)
  }

  @Test(
    "A centroid classifier trained on one split classifies most of the other: digits are similar within a class and differ between classes"
  )
  func readable() {
    let digits = SyntheticDigits.make(train: 1000, test: 300, seed: 23, workers: 2)
    var means = [[Float]](repeating: [Float](repeating: 0, count: SyntheticDigits.width), count: 10)
    for (picture, label) in zip(Self.pictures(digits.trainImages), digits.trainLabels) {
      for (index, value) in picture.enumerated() { means[Int(label)][index] += Float(value) / 100 }
    }
    let right = zip(Self.pictures(digits.testImages), digits.testLabels).count { picture, label in
      let distances = means.map { mean in
        zip(mean, picture).reduce(Float(0)) { $0 + ($1.0 - Float($1.1)) * ($1.0 - Float($1.1)) }
      }
      return distances.firstIndex(of: distances.min()!) == Int(label)
    }
    // Chance reads 30; a linear reader must be neither helpless nor perfect.
    #expect((180...290).contains(right))
  }

  @Test("The order of the labels is a promise: it changes only on purpose")
  func golden() {
    var sum = SHA256()
    let digits = SyntheticDigits.make(train: 20, test: 10, seed: 1, workers: 1)
    sum.update(digits.trainLabels)
    sum.update(digits.testLabels)
    #expect(sum.finish() == "b3b0eb0a5c4398d45d10e368e05319353eed4203669a84e63505cb916fd2df9c")
  }

  @Test("The four files are IDX as MNIST's are, and are read back the same")
  func files() throws {
    let folder = try ScratchFolder()
    let paths = try SyntheticDigits.write(to: folder.path + "/new", train: 30, test: 20, seed: 9, workers: 2)
    let digits = SyntheticDigits.make(train: 30, test: 20, seed: 9, workers: 1)
    #expect(paths.map { URL(fileURLWithPath: $0).lastPathComponent } == FetchedFile.mnist.map(\.name))
    #expect(
      try folder.read("new/train-images-idx3-ubyte") == [0, 0, 8, 3, 0, 0, 0, 30, 0, 0, 0, 28, 0, 0, 0, 28]
        + digits.trainImages)
    #expect(try folder.read("new/t10k-labels-idx1-ubyte") == [0, 0, 8, 1, 0, 0, 0, 20] + digits.testLabels)
    let loaded = try DataLoader(
      source: DataSource(folder.path + "/new"), options: DataOptions()
    ).loadForTraining()
    #expect(loaded.training.count == 30 && loaded.test?.count == 20)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/new")
    #expect(names.count == 4)
  }

  @Test("Files are not written beside a packed file of the same name")
  func packedNeighbour() throws {
    let folder = try ScratchFolder()
    try folder.write("t10k-labels-idx1-ubyte.gz", [1, 2, 3])
    #expect(throws: (any Error).self) {
      try SyntheticDigits.write(to: folder.path, train: 1, test: 1, seed: 1, workers: 1)
    }
    #expect(folder.names == ["t10k-labels-idx1-ubyte.gz"])
  }

  private static func pictures(_ bytes: [UInt8]) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: SyntheticDigits.width).map { Array(bytes[$0..<$0 + SyntheticDigits.width]) }
  }
}
