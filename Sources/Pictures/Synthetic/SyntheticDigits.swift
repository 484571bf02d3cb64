import Platform
import Random
import SampleData
import Synchronization

/// Synthetic handwritten digits in the form of MNIST: 28×28 gray bytes, light ink on black, 0...9.
///
/// They make training possible without files and network access. A digit is a few pen strokes, designed for this project, drawn with
/// random pose, slant, width, pressure and blur; MNIST's images were not used. `Data/README.md` has the accuracy on MNIST of a network
/// trained on them.
package enum SyntheticDigits {
  /// The bytes of one image.
  package static let width = Pen.side * Pen.side

  /// Height and width of one image.
  package static let imageShape = ImageShape(height: Pen.side, width: Pen.side)

  /// The number of digits that a worker draws at a time, large enough that the shared counter is not contended.
  private static let block = 100

  /// Draws both splits.
  ///
  /// Sample i of a split depends on the seed, the split and i alone, not on the number of samples or the thread. Each
  /// ten consecutive samples from the start are the ten digits in random order, so that every prefix of a split is
  /// balanced.
  ///
  /// - Parameters:
  ///   - train: number of training samples, 0 or more.
  ///   - test: number of test samples, 0 or more.
  ///   - workers: number of threads; values below 1 mean 1.
  /// - Returns: images `[samples × 784]`, row-major, and labels 0...9, one per sample.
  package static func make(
    train: Int, test: Int, seed: UInt64, workers: Int
  ) -> (trainImages: [UInt8], trainLabels: [UInt8], testImages: [UInt8], testLabels: [UInt8]) {
    func split(_ split: Split, _ count: Int) -> (images: [UInt8], labels: [UInt8]) {
      let digits = Series(split, count: count, seed: seed)
      let images = [UInt8](unsafeUninitializedCapacity: count * width) { images, initialized in
        digits.draw(0..<count, into: UnsafeMutableRawBufferPointer(images), workers: workers)
        initialized = count * width
      }
      return (images, digits.labels)
    }
    let (trainImages, trainLabels) = split(.train, train)
    let (testImages, testLabels) = split(.test, test)
    return (trainImages, trainLabels, testImages, testLabels)
  }

  /// The two splits; the raw value separates their random streams.
  package enum Split: UInt64, Sendable {
    case train = 0
    case test = 1
  }

  /// A split's digits, drawn on request.
  package struct Series: Sendable {
    private let split: Split
    private let seed: UInt64
    /// The labels 0...9, one per sample.
    package let labels: [UInt8]

    /// - Precondition: `count` is 0 or more.
    package init(_ split: Split, count: Int, seed: UInt64) {
      precondition(count >= 0, "the number of samples must not be negative")
      self.split = split
      self.seed = seed
      labels = SyntheticDigits.labels(of: split, count: count, seed: seed)
    }

    /// Draws the images of some samples contiguously.
    /// - Precondition: `pictures` is large enough.
    package func draw(_ samples: Range<Int>, into pictures: UnsafeMutableRawBufferPointer, workers: Int) {
      precondition(pictures.count >= samples.count * width, "the memory must hold every image")
      guard let start = pictures.baseAddress, !samples.isEmpty else { return }
      // Every block is drawn by one worker, and every image is in one block.
      nonisolated(unsafe) let base = start.assumingMemoryBound(to: UInt8.self)
      let next = Atomic<Int>(samples.lowerBound)
      ParallelLoop.onThreads(min(workers, (samples.count - 1) / block + 1)) {
        var writer = Writer()
        while true {
          let begin = next.add(block, ordering: .relaxed).oldValue
          guard begin < samples.upperBound else { return }
          for sample in begin..<min(begin + block, samples.upperBound) {
            var random = stream(seed, split, index: UInt64(sample))
            writer.write(Int(labels[sample]), random: &random, into: base + (sample - samples.lowerBound) * width)
          }
        }
      }
    }
  }

  /// Groups of ten digits, each shuffled.
  private static func labels(of split: Split, count: Int, seed: UInt64) -> [UInt8] {
    var labels: [UInt8] = []
    labels.reserveCapacity(count + 10)
    var random = stream(seed, split, index: .max >> 1)
    while labels.count < count {
      var digits: [Int32] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
      random.shuffle(&digits)
      labels.append(contentsOf: digits.map { UInt8($0) })
    }
    labels.removeLast(labels.count - count)
    return labels
  }

  private static func stream(_ seed: UInt64, _ split: Split, index: UInt64) -> RandomSource {
    RandomSource(seed: seed, purpose: .synthetic, index: 2 * index + split.rawValue)
  }

  /// A worker's pen and canvas.
  private struct Writer {
    var pen = Pen()
    var canvas = Canvas()

    mutating func write(_ digit: Int, random: inout RandomSource, into picture: UnsafeMutablePointer<UInt8>) {
      pen.write(digit: digit, random: &random)
      let softness = Float(0.8 + 1.3 * random.uniform())
      let strength = Float(1 - 0.12 * random.uniform())
      canvas.ink(pen, softness: softness, strength: strength, into: picture)
    }
  }
}
