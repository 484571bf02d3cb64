import Optimizers

/// One optimizer step as the kernels take it: Float, and nothing but the sixteen coefficients. Written out here a second time, from
/// the coefficients' layout, so that rule and coefficients check each other without a kernel.
func kernelStep(
  _ rule: UpdateRule, weight w: inout Float, gradient: Float, state0: inout Float, state1: inout Float, _ c: [Float]
) {
  let rate = c[2]
  let decay = c[3]
  var g = gradient * c[0] + c[1] * w
  switch rule {
  case .sgd:
    w -= rate * (g + decay * w)
  case .momentum:
    state0 = c[4] * state0 + g + decay * w
    w -= rate * state0
  case .nesterov:
    g += decay * w
    state0 = c[4] * state0 + g
    w -= rate * (g + c[4] * state0)
  case .adam, .adamW:
    if rule == .adamW { w -= rate * decay * w } else { g += decay * w }
    state0 = c[4] * state0 + c[5] * g
    state1 = c[6] * state1 + c[7] * g * g
    w -= rate * (state0 * c[8]) / (state1.squareRoot() * c[9] + c[10])
  case .rmsprop:
    g += decay * w
    state0 = c[4] * state0 + c[5] * g * g
    w -= rate * g / (state0.squareRoot() + c[6])
  }
}

/// `kernelStep` over whole arrays, with coefficients that the optimizer writes.
struct KernelRun {
  var optimizer: any Optimizer
  var weights: [Float]
  var state0: [Float]
  var state1: [Float]

  init(_ optimizer: any Optimizer, weights: [Double]) {
    self.optimizer = optimizer
    self.weights = weights.map { Float($0) }
    state0 = weights.map { _ in 0 }
    state1 = state0
  }

  mutating func step(
    _ step: Int, gradient: [Double], learningRate: Double, gradientScale: Double = 1, l2: Double = 0
  ) {
    let coefficients = [Float](unsafeUninitializedCapacity: maximumCoefficients) { buffer, count in
      buffer.initialize(repeating: .nan)
      optimizer.writeCoefficients(
        step: step, learningRate: learningRate, gradientScale: gradientScale, l2: l2, into: buffer.baseAddress!)
      count = maximumCoefficients
    }
    for index in weights.indices {
      kernelStep(
        type(of: optimizer).updateRule, weight: &weights[index], gradient: Float(gradient[index]),
        state0: &state0[index], state1: &state1[index], coefficients)
    }
  }
}
