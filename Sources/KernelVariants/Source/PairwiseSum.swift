/// A sum of vectors in a fixed tree of pairs: ((a + b) + (c + d)) + e. Every 2ˡ adjacent terms whose first index is a
/// multiple of 2ˡ form a subtree: another rank may compute their sum with the same bits.
///
/// Up to three terms are added in their order.
struct PairwiseSum {
  /// For each set bit l of `count` the sum of a complete subtree of 2ˡ terms; other elements are undefined.
  private var sums: InlineArray<24, Vector>
  private var count = 0

  init() {
    let z = Vector()
    // A literal: `InlineArray(repeating:)` would be a link-once function with this module's instructions, which every processor may call.
    sums = [z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z]
  }

  /// Starts another sum.
  @inline(__always)
  mutating func clear() { count = 0 }

  @inline(__always)
  mutating func add(_ term: Vector) {
    var sum = term
    var level = 0
    while (count &>> level) & 1 != 0 {
      sum = sums[unchecked: level] + sum
      level &+= 1
    }
    sums[unchecked: level] = sum
    count &+= 1
  }

  /// The sum of the terms, at least one.
  @inline(__always)
  var total: Vector {
    var sum = sums[unchecked: count.trailingZeroBitCount]
    var rest = count & (count &- 1)
    while rest != 0 {
      sum = sums[unchecked: rest.trailingZeroBitCount] + sum
      rest &= rest &- 1
    }
    return sum
  }
}
