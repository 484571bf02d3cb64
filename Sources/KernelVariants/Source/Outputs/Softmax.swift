import KernelInterface

// p = e^(z − max) / Σ e^(z − max). No power overflows, and the sum is at least 1.

/// Softmax with an elementwise loss l(p, t). By the Jacobian of softmax, δⱼ = pⱼ (dⱼ − Σₖ pₖ dₖ) with d = ∂l/∂p.
enum Softmax<Loss: ElementwiseLoss>: OutputRule {
  @inline(__always)
  static func evaluate(_ batch: OutputBatch, _ first: Int, _ end: Int) {
    let loss = Loss(batch.pointee.lossParameter)
    var index = first
    while index < end {
      let row = outputRow(batch, index)
      let total = storePowers(row, greatestOutput(row))
      let sums = storeProbabilities(loss, row, total)
      if let losses = batch.pointee.losses { losses[index] = Loss.total(sums.losses) }
      if let delta = row.delta { storeSignal(loss, row, sums.products, delta) }
      index &+= 1
    }
  }
}

/// Divides the powers by their sum. Returns the sum of the losses in the form that `Loss.total` expects, and Σ p d.
@inline(__always)
private func storeProbabilities<Loss: ElementwiseLoss>(
  _ loss: Loss, _ row: OutputRow, _ total: Float
) -> (losses: Float, products: Float) {
  let inverse = Vector(repeating: 1 / total)
  var losses = Vector()
  var products = Vector()
  var offset = 0
  while offset < row.stride {
    let p = Vector().replacing(with: load(row.values + offset) * inverse, where: valid(row, offset))
    store(p, row.values + offset)
    let t = target(row, offset)
    losses = loss.add(p, t, to: losses)
    products = multiplyAdd(p, loss.derivative(p, t), products)
    offset &+= vectorWidth
  }
  return (sum(losses), sum(products))
}

@inline(__always)
private func storeSignal<Loss: ElementwiseLoss>(
  _ loss: Loss, _ row: OutputRow, _ product: Float, _ delta: MutableFloats
) {
  let product = Vector(repeating: product)
  var offset = 0
  while offset < row.stride {
    let p = load(row.values + offset)
    let result = p * (loss.derivative(p, target(row, offset)) - product)
    store(Vector().replacing(with: result, where: valid(row, offset)), delta + offset)
    offset &+= vectorWidth
  }
}

/// The greatest z; unspecified if a z is NaN, since the row's sum is then NaN in any case.
@inline(__always)
func greatestOutput(_ row: OutputRow) -> Float {
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
func storePowers(_ row: OutputRow, _ top: Float) -> Float {
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
