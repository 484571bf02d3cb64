/// A seeded generator of pseudo-random numbers: xoshiro256** (Blackman and Vigna, 2018), its state filled by SplitMix64.
///
/// The sequence never changes: one seed gives the same words, and so the same split, order of samples and uniform initial weights on
/// every machine and in every release. Normal numbers depend on the C library's logarithm, too (`normal()`).
public struct RandomSource: RandomNumberGenerator, Sendable, Equatable {
  /// The use of the numbers. Each purpose has a separate stream, so that the number of draws for one purpose does not affect another: for
  /// one seed, networks of all sizes are trained in the same order of samples.
  public enum Purpose: UInt64, Sendable, CaseIterable {
    /// The division of a source into training and test split.
    case split = 1
    /// The initial weights.
    case weights = 2
    /// The order of the training samples in each epoch.
    case shuffle = 3
    /// The division of the training split into training and validation samples.
    case validation = 4
    /// The synthetic digits.
    case synthetic = 5
    /// Draws of experiments: the entries of a gradient check, the trials of a sweep.
    case sampling = 6
    /// The distortions of images. This purpose and the following ones use the counter-based generator `Philox`.
    case distortion = 7
    /// Noise added to inputs.
    case noise = 8
    /// The units that dropout sets to zero.
    case dropout = 9
  }

  /// The generator's complete state, four words; a checkpoint continues the sequence from it.
  public var state: (UInt64, UInt64, UInt64, UInt64) { (word0, word1, word2, word3) }

  private var word0: UInt64
  private var word1: UInt64
  private var word2: UInt64
  private var word3: UInt64

  /// Creates the stream of one purpose and seed; `index` separates streams of the same purpose (a digit, an epoch, a layer).
  public init(seed: UInt64, purpose: Purpose, index: UInt64 = 0) {
    var mixer = SplitMix64(state: seed)
    mixer.state ^= mixer.next() &+ purpose.rawValue &* 0xD1B5_4A32_D192_ED03
    mixer.state ^= mixer.next() &+ index &* 0x8CB9_2BA7_2F3D_8DD7
    word0 = mixer.next()
    word1 = mixer.next()
    word2 = mixer.next()
    word3 = mixer.next()
  }

  /// Continues from a saved `state`.
  /// - Returns: nil for the all-zero state, from which xoshiro produces only zeros.
  public init?(state: (UInt64, UInt64, UInt64, UInt64)) {
    guard (state.0 | state.1 | state.2 | state.3) != 0 else { return nil }
    (word0, word1, word2, word3) = state
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let scrambled = word1 &* 5
    let result = (scrambled << 7 | scrambled >> 57) &* 9
    let shifted = word1 << 17
    word2 ^= word0
    word3 ^= word1
    word1 ^= word2
    word0 ^= word3
    word2 ^= shifted
    word3 = word3 << 45 | word3 >> 19
    return result
  }

  /// A uniform number in [0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A whole number in 0..<`bound`, without bias (Lemire, 2019, "Fast random integer generation in an interval").
  /// - Precondition: `bound` is positive.
  public mutating func below(_ bound: UInt64) -> UInt64 {
    precondition(bound > 0, "the bound of a random number must be positive")
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }

  /// Shuffles the elements (Fisher–Yates), from the last index to the first.
  public mutating func shuffle(_ elements: inout [Int32]) {
    guard elements.count > 1 else { return }
    elements.withUnsafeMutableBufferPointer { order in
      for last in stride(from: order.count - 1, to: 0, by: -1) {
        order.swapAt(last, Int(below(UInt64(last + 1))))
      }
    }
  }
}

/// SplitMix64 (Steele, Lea and Flood, 2014), which spreads a seed over the words of a larger state.
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
