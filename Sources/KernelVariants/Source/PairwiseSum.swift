/// A sum of vectors in a fixed tree of pairs: ((a + b) + (c + d)) + e. A group of a power of two of adjacent terms, at a
/// multiple of its size, is a subtree: its sum may be computed elsewhere, by another rank, with the same bits.
///
/// Up to three terms are added in their order.
struct PairwiseSum {
  /// The sums of whole subtrees of 2ˡ terms, for the bits l of `count`; others are undefined.
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
