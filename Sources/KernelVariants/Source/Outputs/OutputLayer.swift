import KernelInterface

// The output layer is evaluated in groups of as many rows as a vector has lanes. A row is computed with vectors;
// out-of-order execution overlaps one row's reductions with the next row's exponentials. Work that needs a finished row
// (counting correct answers) or that is expensive for a single number (logarithms) follows after the group, so that the
// dependency chains of the rows stay short (10 outputs, AVX-512: 15 ns per row instead of 24). Every vector is masked,
// since most output layers have one incomplete vector.

/// The operands of a call of an `OutputKernel`.
typealias OutputBatch = UnsafePointer<OutputOperands>

/// A pair of an output activation and a loss.
protocol OutputRule {
  /// Computes activations, error signals and losses of rows `first` ..< `end`, at most as many as a vector has lanes.
  static func evaluate(_ batch: OutputBatch, _ first: Int, _ end: Int)
}

/// An `OutputKernel`. If a row's z contains NaN, its loss is NaN and it does not count as correct.
///
/// Correct answers are counted from the returned activations, so that a caller who compares these gets the same count.
@inline(__always)
func outputLayer<Rule: OutputRule>(_ rule: Rule.Type, _ operands: UnsafeRawPointer) {
  let batch = operands.assumingMemoryBound(to: OutputOperands.self)
  let rows = batch.pointee.rows
  var first = 0
  while first < rows {
    let end = min(first &+ vectorWidth, rows)
    Rule.evaluate(batch, first, end)
    if let correct = batch.pointee.correct { storeCorrect(batch, correct, first, end) }
    first = end
  }
}

private func storeCorrect(_ batch: OutputBatch, _ correct: MutableFloats, _ first: Int, _ end: Int) {
  var index = first
  while index < end {
    correct[index] = isCorrect(outputRow(batch, index)) ? 1 : 0
    index &+= 1
  }
}

@inline(__always)
func outputRow(_ batch: OutputBatch, _ index: Int) -> OutputRow {
  var column = -1
  var targets: Floats?
  if let classes = batch.pointee.classes {
    // A single output encodes two classes: a one-hot column of 0 is target 1, no column is target 0.
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
