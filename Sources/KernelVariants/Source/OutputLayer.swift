import KernelInterface

// The output layer goes row by row, a vector's number of rows at a time: vectors within a row; across rows the processor's own
// reordering overlaps one row's reductions with the next one's exponentials. What needs a finished row (hits) or is dear for one number
// (logarithms) comes after these rows, so that it does not lengthen the chain that the reordering has to look past: 24 ns a row of ten
// outputs became 15 (AVX-512). Every vector is masked, since the ragged one is mostly the only one.

/// An `OutputKernel`. A NaN among a row's z makes its loss NaN and its hit 0.
///
/// Hits are told from the activations as returned, so they agree with whoever compares these himself.
func outputLayer(
  _ kind: Int, _ values: MutableFloats, _ stride: Int, _ rows: Int, _ outputs: Int, _ classes: UnsafePointer<Int32>?,
  _ targets: Floats?, _ targetStride: Int, _ delta: MutableFloats?, _ losses: MutableFloats?, _ hits: MutableFloats?
) {
  let batch: OutputBatch = (
    values: values, stride: stride, outputs: outputs, classes: classes, targets: targets, targetStride: targetStride,
    delta: delta, losses: losses
  )
  var first = 0
  while first < rows {
    let end = min(first &+ vectorWidth, rows)
    switch kind {
    case OutputKind.softmaxCrossEntropy: softmaxCrossEntropy(batch, first, end)
    case OutputKind.softmaxSquaredError: softmaxSquaredError(batch, first, end)
    case OutputKind.sigmoidCrossEntropy: separately(SigmoidCrossEntropy.self, batch, first, end)
    case OutputKind.sigmoidSquaredError: separately(SigmoidSquaredError.self, batch, first, end)
    case OutputKind.tanhSquaredError: separately(TanhSquaredError.self, batch, first, end)
    default: separately(IdentitySquaredError.self, batch, first, end)
    }
    if let hits {
      var index = first
      while index < end {
        hits[index] = isHit(outputRow(batch, index)) ? 1 : 0
        index &+= 1
      }
    }
    first = end
  }
}

/// What the kernel was given; see `OutputKernel`. A tuple, for the reason at `OutputRow`.
typealias OutputBatch = (
  values: MutableFloats, stride: Int, outputs: Int, classes: UnsafePointer<Int32>?, targets: Floats?, targetStride: Int,
  delta: MutableFloats?, losses: MutableFloats?
)

@inline(__always)
func outputRow(_ batch: OutputBatch, _ index: Int) -> OutputRow {
  var column = -1
  var targets: Floats?
  if let classes = batch.classes {
    // The class of a single output is its target: 1 in its only column, or nothing.
    column = Int(classes[index]) &- (batch.outputs == 1 ? 1 : 0)
  } else if let start = batch.targets {
    targets = start + index &* batch.targetStride
  }
  return (
    values: batch.values + index &* batch.stride, stride: batch.stride, outputs: batch.outputs, targets: targets,
    column: column, delta: batch.delta == nil ? nil : batch.delta.unsafelyUnwrapped + index &* batch.stride
  )
}
