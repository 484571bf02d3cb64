import KernelInterface

// The output layer goes row by row: vectors within a row; across rows the processor's own reordering overlaps one row's
// reductions with the next one's exponentials. Every vector is masked, since the ragged one is mostly the only one.

/// An `OutputKernel`. A NaN among a row's z makes its loss NaN and its hit 0.
///
/// Hits are told from the activations as returned, so they agree with whoever compares these himself.
func outputLayer(
  _ kind: Int, _ values: MutableFloats, _ stride: Int, _ rows: Int, _ outputs: Int, _ classes: UnsafePointer<Int32>?,
  _ targets: Floats?, _ targetStride: Int, _ delta: MutableFloats?, _ losses: MutableFloats?, _ hits: MutableFloats?
) {
  var index = 0
  while index < rows {
    var column = -1
    if let classes {
      // The class of a single output is its target: 1 in its only column, or nothing.
      column = Int(classes[index])
      if outputs == 1 { column &-= 1 }
    }
    let row = OutputRow(
      values: values + index &* stride, stride: stride, outputs: outputs,
      targets: classes == nil && targets != nil ? targets.unsafelyUnwrapped + index &* targetStride : nil, column: column,
      delta: delta == nil ? nil : delta.unsafelyUnwrapped + index &* stride,
      loss: losses == nil ? nil : losses.unsafelyUnwrapped + index,
      hit: hits == nil ? nil : hits.unsafelyUnwrapped + index)
    finish(row, kind)
    index &+= 1
  }
}

@inline(__always)
private func finish(_ row: OutputRow, _ kind: Int) {
  switch kind {
  case OutputKind.softmaxCrossEntropy: softmaxCrossEntropy(row)
  case OutputKind.softmaxSquaredError: softmaxSquaredError(row)
  case OutputKind.sigmoidCrossEntropy: separately(SigmoidCrossEntropy.self, row)
  case OutputKind.sigmoidSquaredError: separately(SquaredError<Sigmoid>.self, row)
  case OutputKind.tanhSquaredError: separately(SquaredError<HyperbolicTangent>.self, row)
  default: separately(SquaredError<Identity>.self, row)
  }
  row.storeHit()
}
