import KernelInterface

// Independent outputs: activation and loss are elementwise.

/// One output's activation and loss.
protocol SeparateOutput {
  /// a, the loss and ∂loss/∂z for pre-activations z and targets t.
  func evaluate(_ z: Vector, _ t: Vector) -> (activation: Vector, loss: Vector, delta: Vector)
}

/// An elementwise activation, a = f(z), with an elementwise loss l(a, t): δ = ∂l/∂a f′(z).
struct SeparateOutputs<Rule: ActivationRule, Loss: ElementwiseLoss>: SeparateOutput, OutputRule {
  let loss: Loss

  @inline(__always)
  func evaluate(_ z: Vector, _ t: Vector) -> (activation: Vector, loss: Vector, delta: Vector) {
    let a = Rule.value(z)
    return (a, loss.value(a, t), Rule.chained(a, loss.derivative(a, t)))
  }

  @inline(__always)
  static func evaluate(_ batch: OutputBatch, _ first: Int, _ end: Int) {
    separately(Self(loss: Loss(batch.pointee.lossParameter)), batch, first, end)
  }
}

/// Evaluates rows `first` ..< `end` of independent outputs.
@inline(__always)
func separately<Output: SeparateOutput>(_ output: Output, _ batch: OutputBatch, _ first: Int, _ end: Int) {
  #if KERNELS_AVX512 || KERNELS_AVX2
    if batch.pointee.outputs <= 4 { return severalRows(output, batch, first, end) }
  #endif
  var index = first
  while index < end {
    let row = outputRow(batch, index)
    var total = Vector()
    var offset = 0
    while offset < row.stride {
      let padding = .!valid(row, offset)
      let result = output.evaluate(load(row.values + offset), target(row, offset))
      store(result.activation.replacing(with: Vector(), where: padding), row.values + offset)
      if let delta = row.delta { store(result.delta.replacing(with: Vector(), where: padding), delta + offset) }
      total += result.loss.replacing(with: Vector(), where: padding)
      offset &+= vectorWidth
    }
    if let losses = batch.pointee.losses { losses[index] = sum(total) }
    index &+= 1
  }
}
