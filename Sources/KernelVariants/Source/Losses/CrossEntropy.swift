import KernelInterface

// Cross-entropy and the output's activation are computed together from z: the logarithm cancels the exponential, so
// that no logarithm of a rounded probability is taken.

/// Softmax with −Σ t log p = Σ t · (log Σ e^(z − max)) − Σ t (z − max), δ = p Σ t − t.
private enum SoftmaxCrossEntropy: OutputRule {
  @inline(__always)
  static func evaluate(_ batch: OutputBatch, _ first: Int, _ end: Int) {
    // One lane per row.
    var totals = Vector(repeating: 1)
    var targetTotals = Vector()
    var targetProducts = Vector()
    var index = first
    while index < end {
      let row = outputRow(batch, index)
      let top = greatestOutput(row)
      // Read before the powers overwrite z.
      let terms = targetTerms(row, top)
      let total = storePowers(row, top)
      storeProbabilities(row, total, terms.total)
      totals[index &- first] = total
      targetTotals[index &- first] = terms.total
      targetProducts[index &- first] = terms.product
      index &+= 1
    }
    guard let losses = batch.pointee.losses else { return }
    let results = targetTotals * logarithm(ofPositive: totals) - targetProducts
    index = first
    while index < end {
      losses[index] = results[index &- first]
      index &+= 1
    }
  }
}

/// Divides the powers by their sum and stores δ = p Σ t − t.
@inline(__always)
private func storeProbabilities(_ row: OutputRow, _ total: Float, _ targetTotal: Float) {
  let inverse = Vector(repeating: 1 / total)
  let targetTotal = Vector(repeating: targetTotal)
  var offset = 0
  while offset < row.stride {
    let p = Vector().replacing(with: load(row.values + offset) * inverse, where: valid(row, offset))
    store(p, row.values + offset)
    if let delta = row.delta { store(p * targetTotal - target(row, offset), delta + offset) }
    offset &+= vectorWidth
  }
}

/// Σ t and Σ t (z − top), while `values` still holds z. A t of 0 contributes 0, for infinite z too.
@inline(__always)
private func targetTerms(_ row: OutputRow, _ top: Float) -> (total: Float, product: Float) {
  guard row.targets != nil else { return row.column < 0 ? (0, 0) : (1, row.values[row.column] - top) }
  let top = Vector(repeating: top)
  var total = Vector()
  var product = Vector()
  var offset = 0
  while offset < row.outputs {
    let t = target(row, offset)
    total += t
    product += (t * (load(row.values + offset) - top)).replacing(with: Vector(), where: t .== Vector())
    offset &+= vectorWidth
  }
  return (sum(total), sum(product))
}

/// a = σ(z), −t log a − (1 − t) log(1 − a) = max(z, 0) − t z + log(1 + e^−|z|), δ = a − t.
private struct SigmoidCrossEntropy: SeparateOutput, OutputRule {
  @inline(__always)
  func evaluate(_ z: Vector, _ t: Vector) -> (activation: Vector, loss: Vector, delta: Vector) {
    let one = Vector(repeating: 1)
    let isNegative = z .< Vector()
    let power = exponential(ofNonPositive: negativeMagnitude(z))
    let a = one.replacing(with: power, where: isNegative) / (one + power)
    let linear = z.replacing(with: Vector(), where: isNegative) - t * z
    return (a, linear + logarithm(ofOnePlus: power), a - t)
  }

  @inline(__always)
  static func evaluate(_ batch: OutputBatch, _ first: Int, _ end: Int) { separately(Self(), batch, first, end) }
}

/// An `OutputKernel`.
func softmaxCrossEntropy(_ operands: UnsafeRawPointer) { outputLayer(SoftmaxCrossEntropy.self, operands) }
/// An `OutputKernel`.
func sigmoidCrossEntropy(_ operands: UnsafeRawPointer) { outputLayer(SigmoidCrossEntropy.self, operands) }
