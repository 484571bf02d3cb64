import KernelInterface

// The output layer goes row by row, a vector's number of rows at a time: vectors within a row; across rows the processor's own
// reordering overlaps one row's reductions with the next one's exponentials. What needs a finished row (hits) or is dear for one number
// (logarithms) comes after these rows, so that it does not lengthen the chain that the reordering has to look past: 24 ns a row of ten
// outputs became 15 (AVX-512). Every vector is masked, since the ragged one is mostly the only one.

/// The operands of a call.
typealias OutputBatch = UnsafePointer<OutputOperands>

/// An activation of the output layer together with a loss.
protocol OutputRule {
  /// Activations, error signals and losses of rows `first` ..< `end`, at most a vector's number.
  static func evaluate(_ batch: OutputBatch, _ first: Int, _ end: Int)
}

/// An `OutputKernel`. A NaN among a row's z makes its loss NaN and its hit 0.
///
/// Hits are told from the activations as returned, so they agree with whoever compares these himself.
@inline(__always)
func outputLayer<Rule: OutputRule>(_ rule: Rule.Type, _ operands: UnsafeRawPointer) {
  let batch = operands.assumingMemoryBound(to: OutputOperands.self)
  let rows = batch.pointee.rows
  var first = 0
  while first < rows {
    let end = min(first &+ vectorWidth, rows)
    Rule.evaluate(batch, first, end)
    if let hits = batch.pointee.hits { storeHits(batch, hits, first, end) }
    first = end
  }
}

private func storeHits(_ batch: OutputBatch, _ hits: MutableFloats, _ first: Int, _ end: Int) {
  var index = first
  while index < end {
    hits[index] = isHit(outputRow(batch, index)) ? 1 : 0
    index &+= 1
  }
}

@inline(__always)
func outputRow(_ batch: OutputBatch, _ index: Int) -> OutputRow {
  var column = -1
  var targets: Floats?
  if let classes = batch.pointee.classes {
    // The class of a single output is its target: 1 in its only column, or nothing.
    column = Int(classes[index]) &- (batch.pointee.outputs == 1 ? 1 : 0)
  } else if let start = batch.pointee.targets {
    targets = start + index &* batch.pointee.targetStride
  }
  let stride = batch.pointee.stride
  return (
    values: batch.pointee.values + index &* stride, stride: stride, outputs: batch.pointee.outputs, targets: targets,
    column: column, delta: batch.pointee.delta == nil ? nil : batch.pointee.delta.unsafelyUnwrapped + index &* stride
  )
}
