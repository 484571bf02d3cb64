import Platform

/// NumPy's `RandomState`, the generator that the notes use: reproduces their split and initial weights.
///
/// MT19937 (Matsumoto and Nishimura, 1998, seeded as their `init_genrand` of 2002), with the legacy distributions that
/// `numpy.random.RandomState` promises not to change. Everything else in descent uses `RandomSource`.
struct MersenneTwister: Sendable {
  private var state: [UInt32]
  private var index: Int
  /// The buffered second number of the polar method.
  private var spareNormal: Double?

  private static let size = 624
  private static let shift = 397

  init(seed: UInt32) {
    var state = [UInt32](repeating: seed, count: Self.size)
    for position in 1..<Self.size {
      let last = state[position - 1]
      state[position] = 1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(position)
    }
    self.state = state
    index = Self.size
  }

  mutating func next() -> UInt32 {
    if index == Self.size { twist() }
    var word = state[index]
    index += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    return word ^ (word >> 18)
  }

  private mutating func twist() {
    for position in 0..<Self.size {
      let joined = (state[position] & 0x8000_0000) | (state[(position + 1) % Self.size] & 0x7FFF_FFFF)
      state[position] = state[(position + Self.shift) % Self.size] ^ (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_B0DF)
    }
    index = 0
  }

  /// `random_sample()`: uniform in [0, 1), 53 bits from two words.
  mutating func uniform() -> Double {
    let high = Double(next() >> 5)
    return (high * 67_108_864 + Double(next() >> 6)) / 9_007_199_254_740_992
  }

  /// `randn()`: Marsaglia's polar method, which produces two numbers at a time and returns the second first.
  mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let square = x * x + y * y
      if square < 1, square != 0 {
        let factor = (-2 * log(square) / square).squareRoot()
        spareNormal = factor * x
        return factor * y
      }
    }
  }

  /// `permutation(count)`: the Fisher–Yates shuffle, each index drawn by masked rejection.
  mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(upTo(UInt32(last))))
    }
    return order
  }

  /// A whole number in 0...`greatest`.
  private mutating func upTo(_ greatest: UInt32) -> UInt32 {
    let mask = UInt32.max >> UInt32(greatest.leadingZeroBitCount)
    while true {
      let value = next() & mask
      if value <= greatest { return value }
    }
  }
}
