import KernelInterface

// p = e^(z − max) / Σ e^(z − max): no power overflows, and the sum is at least 1.

/// Softmax with −Σ t log p = Σ t · (log Σ e^(z − max)) − Σ t (z − max), δ = p Σ t − t.
@inline(__always)
func softmaxCrossEntropy(_ row: OutputRow) {
  let top = greatestOutput(row)
  // Before the powers overwrite it.
  let centredTarget = row.column >= 0 ? row.values[row.column] - top : 0
  let terms = row.targets == nil ? (total: row.column >= 0 ? 1 : 0, product: centredTarget) : targetTerms(row, top)
  let total = storePowers(row, top)
  if let loss = row.loss {
    loss.pointee = terms.total * logarithm(ofPositive: Vector(repeating: total))[0] - terms.product
  }

  let inverse = Vector(repeating: 1 / total)
  let targetTotal = Vector(repeating: terms.total)
  var offset = 0
  while offset < row.stride {
    let p = (load(row.values + offset) * inverse).replacing(with: Vector(), where: .!row.valid(offset))
    store(p, row.values + offset)
    if let delta = row.delta { store(multiplyAdd(p, targetTotal, -row.target(offset)), delta + offset) }
    offset &+= vectorWidth
  }
}

/// Softmax with ½ Σ (p − t)²; through the whole Jacobian, δⱼ = pⱼ ((pⱼ − tⱼ) − Σₖ pₖ (pₖ − tₖ)).
@inline(__always)
func softmaxSquaredError(_ row: OutputRow) {
  let total = storePowers(row, greatestOutput(row))
  let inverse = Vector(repeating: 1 / total)
  var squares = Vector()
  var products = Vector()
  var offset = 0
  while offset < row.stride {
    let p = (load(row.values + offset) * inverse).replacing(with: Vector(), where: .!row.valid(offset))
    store(p, row.values + offset)
    let error = p - row.target(offset)
    squares = multiplyAdd(error, error, squares)
    products = multiplyAdd(p, error, products)
    offset &+= vectorWidth
  }
  if let loss = row.loss { loss.pointee = 0.5 * sum(squares) }

  guard let delta = row.delta else { return }
  let product = Vector(repeating: sum(products))
  offset = 0
  while offset < row.stride {
    let p = load(row.values + offset)
    let result = p * ((p - row.target(offset)) - product)
    store(result.replacing(with: Vector(), where: .!row.valid(offset)), delta + offset)
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
    top = greater(top, lowest.replacing(with: load(row.values + offset), where: row.valid(offset)))
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
    let kept = Vector().replacing(with: power, where: row.valid(offset))
    store(kept, row.values + offset)
    total += kept
    offset &+= vectorWidth
  }
  return sum(total)
}

/// Σ t and Σ t (z − top) for target values, while `values` still holds z. A t of 0 takes nothing, whatever its z.
@inline(__always)
private func targetTerms(_ row: OutputRow, _ top: Float) -> (total: Float, product: Float) {
  let top = Vector(repeating: top)
  var total = Vector()
  var product = Vector()
  var offset = 0
  while offset < row.outputs {
    let t = row.target(offset)
    total += t
    product += (t * (load(row.values + offset) - top)).replacing(with: Vector(), where: t .== Vector())
    offset &+= vectorWidth
  }
  return (sum(total), sum(product))
}
