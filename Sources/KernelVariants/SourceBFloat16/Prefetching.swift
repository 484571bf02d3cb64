import ProcessorBuiltins

/// Prefetches a share of the `floats` numbers at `next`: rows `row`..<`row + count` out of `rows`. All rows together
/// prefetch the whole. Weights beyond the L2 cache come from memory while the block before them is multiplied.
@inline(__always)
func prefetch(_ next: UnsafePointer<Float>, _ row: Int, _ count: Int, of rows: Int, floats: Int) {
  var line = floats / vectorWidth * row / rows
  let end = floats / vectorWidth * (row + count) / rows
  while line < end {
    processor_prefetch(next + line * vectorWidth)
    line += 1
  }
}

/// The number of weights above which a layer does not stay in the L2 cache between steps.
@inline(__always) var largeWeights: Int { 1 << 17 }
