/// One mask word of a slice: its inputs `from`..<`to`, and which of these are active: nonzero in any row.
struct MaskWord {
  let index: Int
  /// The input of bit 0: negative in a first word whose first bits are padding.
  let firstInput: Int
  let active: UInt64
  /// All inputs of the slice, as bits.
  let range: UInt64
  let from: Int
  let to: Int

  /// - Parameters:
  ///   - bits: those of the slice's inputs in a row's mask.
  ///   - padding: the padding of the mask layout.
  ///   - any: the active inputs of the whole word, as bits.
  @inline(__always)
  init(index: Int, of bits: Range<Int>, padding: Int, any: UInt64) {
    self.index = index
    firstInput = index * 64 - padding
    from = max(bits.lowerBound - index * 64, 0)
    to = min(bits.upperBound - index * 64, 64)
    range = (to < 64 ? (1 << UInt64(to)) - 1 : UInt64.max) & (UInt64.max << UInt64(from))
    active = any & range
  }
}
