import KernelInterface

// Outputs that don't know of each other: an activation and a loss for every one by itself.

/// One output's activation and loss.
protocol SeparateOutput {
  /// a, the loss and ∂loss/∂z for pre-activations z and targets t.
  static func evaluate(_ z: Vector, _ t: Vector) -> (activation: Vector, loss: Vector, delta: Vector)
}

/// a = σ(z), −t log a − (1 − t) log(1 − a) = max(z, 0) − t z + log(1 + e^−|z|), δ = a − t.
enum SigmoidCrossEntropy: SeparateOutput {
  @inline(__always)
  static func evaluate(_ z: Vector, _ t: Vector) -> (activation: Vector, loss: Vector, delta: Vector) {
    let one = Vector(repeating: 1)
    let isNegative = z .< Vector()
    let power = exponential(ofNonPositive: negativeMagnitude(z))
    let a = one.replacing(with: power, where: isNegative) / (one + power)
    let linear = z.replacing(with: Vector(), where: isNegative) - t * z
    return (a, linear + logarithm(ofOnePlus: power), a - t)
  }
}

/// a = f(z), ½ (a − t)², δ = (a − t) f′(z).
enum SquaredError<Rule: ActivationRule>: SeparateOutput {
  @inline(__always)
  static func evaluate(_ z: Vector, _ t: Vector) -> (activation: Vector, loss: Vector, delta: Vector) {
    let a = Rule.value(z)
    let error = a - t
    return (a, error * error * Vector(repeating: 0.5), Rule.chained(a, error))
  }
}

/// A row of such outputs.
@inline(__always)
func separately<Output: SeparateOutput>(_ output: Output.Type, _ row: OutputRow) {
  var total = Vector()
  var offset = 0
  while offset < row.stride {
    let padding = .!row.valid(offset)
    let result = Output.evaluate(load(row.values + offset), row.target(offset))
    store(result.activation.replacing(with: Vector(), where: padding), row.values + offset)
    if let delta = row.delta { store(result.delta.replacing(with: Vector(), where: padding), delta + offset) }
    total += result.loss.replacing(with: Vector(), where: padding)
    offset &+= vectorWidth
  }
  if let loss = row.loss { loss.pointee = sum(total) }
}
