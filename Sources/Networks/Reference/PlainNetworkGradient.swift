/// Examples with their targets, for the plain network.
package struct PlainExamples: Sendable, Equatable {
  /// One row per example.
  package var inputs: [[Double]]
  /// One row per example; `PlainNetwork.target(class:)` converts a class.
  package var targets: [[Double]]

  /// - Precondition: the same number of inputs and targets, at least one.
  package init(inputs: [[Double]], targets: [[Double]]) {
    precondition(inputs.count == targets.count, "every example needs a target")
    precondition(!inputs.isEmpty, "a mean needs at least one example")
    self.inputs = inputs
    self.targets = targets
  }

  /// The number of examples, m.
  package var count: Int { inputs.count }
}

/// A loss and its gradient, in the shapes of `PlainNetwork`.
package struct PlainGradient: Sendable, Equatable {
  /// The loss, or its mean over the examples.
  package var loss: Double
  /// ∂loss/∂W of each layer, `[outputs × inputs]`, row-major.
  package var weights: [[Double]]
  /// ∂loss/∂b of each layer, `[outputs]`; empty without biases.
  package var biases: [[Double]]
}

/// Backpropagation of one example: Bunge's Algorithm 1, with ∂L/∂w₀ of the last layer, which is missing there.
package struct PlainTrace: Sendable, Equatable {
  /// The values of all layers.
  package var forward: PlainNetwork.ForwardTrace
  /// The loss of this example.
  package var loss: Double
  /// The error signals δ⁽ˡ⁾ = ∂loss/∂z⁽ˡ⁾ of each layer, equal to the gradient of the biases.
  package var delta: [[Double]]

  /// ∂loss/∂W⁽ˡ⁾ = δ⁽ˡ⁾ a⁽ˡ⁻¹⁾ᵀ (Bunge (10), Berzal's y_i ∂E/∂z_j, Arriola (13) with the other sign), `[outputs × inputs]`.
  package func weightGradient(layer: Int) -> [Double] {
    let entering = forward.entering(layer: layer)
    return delta[layer].flatMap { signal in entering.map { signal * $0 } }
  }
}

extension PlainNetwork {
  /// Forward and backward for one example.
  ///
  /// - Parameter dropoutFactors: as for `forward`.
  package func trace(_ input: [Double], target: [Double], dropoutFactors: [[Double]?] = []) -> PlainTrace {
    let forward = forward(input, dropoutFactors: dropoutFactors)
    let last = topology.layers.count - 1
    var delta = [outputSignal(z: forward.z[last], a: forward.a[last], target: target)]
    for layer in stride(from: last - 1, through: 0, by: -1) {
      delta.insert(hiddenSignal(layer: layer, forward: forward, next: delta[0]), at: 0)
    }
    return PlainTrace(forward: forward, loss: loss(z: forward.z[last], target: target), delta: delta)
  }

  /// δ⁽ˡ⁾ = f′⁽ˡ⁾(z⁽ˡ⁾) ⊙ W⁽ˡ⁺¹⁾ᵀ δ⁽ˡ⁺¹⁾: Bunge (11), Rivera's δ₁, Arriola (9), Práctica 5's δ2, Berzal's hidden neurons.
  func hiddenSignal(layer: Int, forward: ForwardTrace, next: [Double]) -> [Double] {
    let units = topology.layers[layer].outputs
    let signal = (0..<units).map { unit in
      var sum = 0.0
      for above in next.indices {
        sum += weights[layer + 1][above * units + unit] * next[above]
      }
      return sum * (forward.dropoutFactors(layer: layer + 1)?[unit] ?? 1)
    }
    return topology.layers[layer].activation.plainSignal(z: forward.z[layer], a: forward.a[layer], signal: signal)
  }

  /// The mean loss, (1/m) Σᵢ Lᵢ + λ/(2M) Σ W² (Práctica 5's regularized cost; biases are never regularized).
  ///
  /// Rivera, Bunge and Berzal use the sum over the examples: m times this, with λ = 0.
  ///
  /// - Parameters:
  ///   - regularization: the terms of the objective besides the loss.
  ///   - samples: M, the number of samples of the whole split; `nil` for that of the examples.
  package func meanLoss(
    _ examples: PlainExamples, regularization: Regularization = [:], samples: Int? = nil
  ) -> Double {
    var sum = 0.0
    for (input, target) in zip(examples.inputs, examples.targets) {
      sum += loss(z: forward(input).z[topology.layers.count - 1], target: target)
    }
    return sum / Double(examples.count) + penalty(regularization, samples: samples ?? examples.count)
  }

  /// The terms besides the loss, such as λ/(2M) Σ W².
  func penalty(_ regularization: Regularization, samples: Int) -> Double {
    regularization.divided(by: Double(samples)).value(of: weights)
  }

  /// `gradient` with the l2 term alone, of strength λ.
  package func gradient(_ examples: PlainExamples, l2: Double, samples: Int? = nil) -> PlainGradient {
    gradient(examples, regularization: Regularization(l2: l2), samples: samples)
  }

  /// The mean loss and its gradient: (1/m) Σᵢ δ⁽ˡ⁾ a⁽ˡ⁻¹⁾ᵀ + (λ/M) W (Práctica 5's D, Arriola (19)), summed over the
  /// examples in order.
  ///
  /// - Parameters: as for `meanLoss`, and the dropout factors of each example as for `forward`; nil for none.
  package func gradient(
    _ examples: PlainExamples, dropoutFactors: [[[Double]?]]? = nil, regularization: Regularization = [:],
    samples: Int? = nil
  ) -> PlainGradient {
    let samples = samples ?? examples.count
    let mean = 1 / Double(examples.count)
    let terms = regularization.divided(by: Double(samples))
    var gradient = PlainGradient(
      loss: penalty(regularization, samples: samples),
      weights: weights.map { $0.map { terms.derivative($0) } },
      biases: biases.map { [Double](repeating: 0, count: $0.count) })
    for (index, (input, target)) in zip(examples.inputs, examples.targets).enumerated() {
      let trace = trace(input, target: target, dropoutFactors: dropoutFactors?[index] ?? [])
      gradient.loss += mean * trace.loss
      for layer in topology.layers.indices {
        add(trace.weightGradient(layer: layer), times: mean, to: &gradient.weights[layer])
        if topology.hasBiases { add(trace.delta[layer], times: mean, to: &gradient.biases[layer]) }
      }
    }
    return gradient
  }
}

/// y ← y + factor · x.
private func add(_ x: [Double], times factor: Double, to y: inout [Double]) {
  for index in x.indices { y[index] += factor * x[index] }
}
