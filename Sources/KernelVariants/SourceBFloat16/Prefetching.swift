import ProcessorBuiltins

/// Prefetches a share of the `weights` numbers at `next`: rows `row`..<`row + count` out of `rows`. All rows together
/// prefetch the whole. Weights beyond the L2 cache come from memory while the block before them is multiplied.
@inline(__always)
func prefetch(_ next: UnsafePointer<UInt16>, _ row: Int, _ count: Int, of rows: Int, weights: Int) {
  var line = weights / panelWidth * row / rows
  let end = weights / panelWidth * (row + count) / rows
  while line < end {
    processor_prefetch(next + line * panelWidth)
    line += 1
  }
}

/// The number of weights above which a layer does not stay in the L2 cache between steps.
@inline(__always) var largeWeights: Int { 1 << 17 }
