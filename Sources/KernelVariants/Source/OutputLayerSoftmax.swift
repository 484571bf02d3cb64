import KernelInterface

// p = e^(z − max) / Σ e^(z − max): no power overflows, and the sum is at least 1.

/// Softmax with −Σ t log p = Σ t · (log Σ e^(z − max)) − Σ t (z − max), δ = p Σ t − t, for at most a vector's number of rows.
@inline(__always)
func softmaxCrossEntropy(_ batch: OutputBatch, _ first: Int, _ end: Int) {
  // A lane a row.
  var totals = Vector(repeating: 1)
  var targetTotals = Vector()
  var targetProducts = Vector()
  var index = first
  while index < end {
    let row = outputRow(batch, index)
    let top = greatestOutput(row)
    // Before the powers overwrite z.
    let terms = targetTerms(row, top)
    let total = storePowers(row, top)
    storeProbabilities(row, total, terms.total)
    totals[index &- first] = total
    targetTotals[index &- first] = terms.total
    targetProducts[index &- first] = terms.product
    index &+= 1
  }
  guard let losses = batch.losses else { return }
  let results = targetTotals * logarithm(ofPositive: totals) - targetProducts
  index = first
  while index < end {
    losses[index] = results[index &- first]
    index &+= 1
  }
}

/// Divides powers by their sum; δ = p Σ t − t.
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

/// Softmax with ½ Σ (p − t)²; through the whole Jacobian, δⱼ = pⱼ ((pⱼ − tⱼ) − Σₖ pₖ (pₖ − tₖ)).
@inline(__always)
func softmaxSquaredError(_ batch: OutputBatch, _ first: Int, _ end: Int) {
  var index = first
  while index < end {
    let row = outputRow(batch, index)
    let total = storePowers(row, greatestOutput(row))
    let sums = storeProbabilities(row, total)
    if let losses = batch.losses { losses[index] = 0.5 * sums.squares }
    if let delta = row.delta { storeSquaredErrorSignal(row, sums.products, delta) }
    index &+= 1
  }
}

/// Divides powers by their sum; returns Σ (p − t)² and Σ p (p − t).
@inline(__always)
private func storeProbabilities(_ row: OutputRow, _ total: Float) -> (squares: Float, products: Float) {
  let inverse = Vector(repeating: 1 / total)
  var squares = Vector()
  var products = Vector()
  var offset = 0
  while offset < row.stride {
    let p = Vector().replacing(with: load(row.values + offset) * inverse, where: valid(row, offset))
    store(p, row.values + offset)
    let error = p - target(row, offset)
    squares = multiplyAdd(error, error, squares)
    products = multiplyAdd(p, error, products)
    offset &+= vectorWidth
  }
  return (sum(squares), sum(products))
}

@inline(__always)
private func storeSquaredErrorSignal(_ row: OutputRow, _ product: Float, _ delta: MutableFloats) {
  let product = Vector(repeating: product)
  var offset = 0
  while offset < row.stride {
    let p = load(row.values + offset)
    let result = p * ((p - target(row, offset)) - product)
    store(Vector().replacing(with: result, where: valid(row, offset)), delta + offset)
    offset &+= vectorWidth
  }
}

/// The greatest z. Where a z is NaN, anything: its power is NaN, and with it the row's sum.
@inline(__always)
private func greatestOutput(_ row: OutputRow) -> Float {
  let lowest = Vector(repeating: -.infinity)
  var top = lowest
  var offset = 0
  while offset < row.outputs {
    top = greater(top, lowest.replacing(with: load(row.values + offset), where: valid(row, offset)))
    offset &+= vectorWidth
  }
  return greatest(top)
}

/// Replaces z by e^(z − top), 0 in padding, and returns the sum.
@inline(__always)
private func storePowers(_ row: OutputRow, _ top: Float) -> Float {
  let top = Vector(repeating: top)
  var total = Vector()
  var offset = 0
  while offset < row.stride {
    let power = exponential(ofNonPositive: load(row.values + offset) - top)
    let kept = Vector().replacing(with: power, where: valid(row, offset))
    store(kept, row.values + offset)
    total += kept
    offset &+= vectorWidth
  }
  return sum(total)
}

/// Σ t and Σ t (z − top), while `values` still holds z. A t of 0 takes nothing, whatever its z.
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
