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
protocol SquaredErrorOutput: SeparateOutput {
  associatedtype Rule: ActivationRule
}

extension SquaredErrorOutput {
  @inline(__always)
  static func evaluate(_ z: Vector, _ t: Vector) -> (activation: Vector, loss: Vector, delta: Vector) {
    let a = Rule.value(z)
    let error = a - t
    return (a, error * error * Vector(repeating: 0.5), Rule.chained(a, error))
  }
}

/// Squared error of a sigmoid.
enum SigmoidSquaredError: SquaredErrorOutput { typealias Rule = Sigmoid }
/// Squared error of a hyperbolic tangent.
enum TanhSquaredError: SquaredErrorOutput { typealias Rule = HyperbolicTangent }
/// Squared error of z itself.
enum IdentitySquaredError: SquaredErrorOutput { typealias Rule = Identity }

/// Rows `first` ..< `end` of such outputs.
@inline(__always)
func separately<Output: SeparateOutput>(_ output: Output.Type, _ batch: OutputBatch, _ first: Int, _ end: Int) {
  var index = first
  while index < end {
    let row = outputRow(batch, index)
    var total = Vector()
    var offset = 0
    while offset < row.stride {
      let padding = .!valid(row, offset)
      let result = Output.evaluate(load(row.values + offset), target(row, offset))
      store(result.activation.replacing(with: Vector(), where: padding), row.values + offset)
      if let delta = row.delta { store(result.delta.replacing(with: Vector(), where: padding), delta + offset) }
      total += result.loss.replacing(with: Vector(), where: padding)
      offset &+= vectorWidth
    }
    if let losses = batch.losses { losses[index] = sum(total) }
    index &+= 1
  }
}
