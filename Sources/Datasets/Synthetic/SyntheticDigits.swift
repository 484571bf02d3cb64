import Dispatch
import Random
import Synchronization

/// Handwritten-looking digits drawn by the program itself, in the form of MNIST: 28×28 grey bytes, light ink on dark, 0...9.
///
/// For training where no file and no network is at hand. A digit is a few pen strokes, designed for this project, written
/// with random pose, slant, width, pressure and blur; nothing in them was taken from MNIST's pictures. A network trained on
/// them learns something of real digits too, which is their point; `Data/README.md` says how much.
public enum SyntheticDigits {
  /// Bytes of one picture.
  public static let width = Pen.side * Pen.side

  /// Height and width of one picture.
  public static let imageShape = ImageShape(height: Pen.side, width: Pen.side)

  /// Digits written at a time by a worker; also enough between two visits to the shared counter that it costs nothing.
  private static let block = 100

  /// Draws both splits.
  ///
  /// Sample i of a split depends on the seed, the split and i alone: not on how many there are, nor on who draws it. Of
  /// every ten samples in a row, counted from the first, each is another digit, in random order; so any first part of a split is balanced.
  ///
  /// - Parameters:
  ///   - train: samples of the training split, 0 or more.
  ///   - test: samples of the test split, 0 or more.
  ///   - workers: how many threads draw; less than one counts as one.
  /// - Returns: images `[samples × 784]`, row-major, and labels 0...9, one a sample.
  public static func make(
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

  /// The two splits; the raw value keeps their random streams apart.
  enum Split: UInt64 {
    case train = 0
    case test = 1
  }

  /// A split's digits, drawn where and when they are wanted.
  struct Series {
    private let split: Split
    private let seed: UInt64
    /// 0...9, one a sample.
    let labels: [UInt8]

    /// - Precondition: `count` is 0 or more.
    init(_ split: Split, count: Int, seed: UInt64) {
      precondition(count >= 0, "a split has 0 samples or more")
      self.split = split
      self.seed = seed
      labels = SyntheticDigits.labels(of: split, count: count, seed: seed)
    }

    /// Draws the pictures of some samples, one behind the other.
    /// - Precondition: `pictures` has room for them.
    func draw(_ samples: Range<Int>, into pictures: UnsafeMutableRawBufferPointer, workers: Int) {
      precondition(pictures.count >= samples.count * width, "there is room for every picture")
      guard let start = pictures.baseAddress, !samples.isEmpty else { return }
      // Every block has one worker that takes it, and every picture lies in one block.
      nonisolated(unsafe) let base = start.assumingMemoryBound(to: UInt8.self)
      let next = Atomic<Int>(samples.lowerBound)
      DispatchQueue.concurrentPerform(iterations: min(max(workers, 1), (samples.count - 1) / block + 1)) { _ in
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

  /// Ten digits, shuffled, and again.
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

  /// A worker's pen and paper.
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
