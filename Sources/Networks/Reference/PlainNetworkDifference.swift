/// A single parameter of a network.
package enum PlainEntry: Sendable, Equatable {
  /// Entry `[unit, input]` of a layer's weights.
  case weight(layer: Int, unit: Int, input: Int)
  case bias(layer: Int, unit: Int)
}

/// A central difference quotient of the loss.
package struct DifferenceQuotient: Sendable, Equatable {
  /// [L(w+h) − L(w−h)] / 2h.
  package var value: Double
  /// True if the pre-activation of a unit with a kink at 0 (relu, leaky-relu) changes sign between w − h and w + h: the
  /// quotient is then not the derivative.
  package var crossesKink: Bool
}

extension PlainNetwork {
  /// [J(w+h) − J(w−h)] / 2h for one weight or bias w, J the regularized mean loss. All gradients are checked against
  /// it.
  ///
  /// A weight of unit j in layer l changes only z⁽ˡ⁾ⱼ, linearly: changing W⁽ˡ⁾ⱼᵢ by h changes z⁽ˡ⁾ⱼ by h·a⁽ˡ⁻¹⁾ᵢ. So
  /// only this unit and the layers above it are computed again, which makes checking a wide first layer fast.
  /// Backpropagation is not used.
  ///
  /// - Parameters:
  ///   - traces: `forward` of every example with the current parameters.
  ///   - factors: the factor of each example's loss; nil if all are 1.
  ///   - step: h; the error is of order h² from the formula and 10⁻¹⁶ J/h from rounding.
  ///   - regularization, samples: as for `meanLoss`.
  package func centralDifference(
    _ entry: PlainEntry, traces: [ForwardTrace], targets: [[Double]], factors: [Double]? = nil, step: Double = 1e-5,
    regularization: Regularization = [:], samples: Int? = nil
  ) -> DifferenceQuotient {
    let (layer, unit, input): (Int, Int, Int?) =
      switch entry {
      case .weight(let layer, let unit, let input): (layer, unit, input)
      case .bias(let layer, let unit): (layer, unit, nil)
      }
    var sum = 0.0
    var crossesKink = false
    for (index, (trace, target)) in zip(traces, targets).enumerated() {
      let shift = step * (input.map { trace.entering(layer: layer)[$0] } ?? 1)
      guard shift != 0 else { continue }
      let above = moved(trace, layer: layer, unit: unit, by: shift)
      let below = moved(trace, layer: layer, unit: unit, by: -shift)
      let difference =
        loss(z: above[above.count - 1], target: target) - loss(z: below[below.count - 1], target: target)
      sum += (factors?[index] ?? 1) * difference
      crossesKink = crossesKink || kinkLies(between: above, and: below, from: layer)
    }
    var penalty = 0.0
    if let input, !regularization.isEmpty {
      let weight = weights[layer][unit * topology.layers[layer].inputs + input]
      penalty = regularization.centralDifference(weight, step: step)
      crossesKink = crossesKink || regularization.crossesKink(weight, step: step)
    }
    let value = sum / (2 * step * Double(targets.count)) + penalty / Double(samples ?? targets.count)
    return DifferenceQuotient(value: value, crossesKink: crossesKink)
  }

  /// The pre-activations of `layer` and of the layers above it, after `shift` is added to that of one unit.
  private func moved(_ trace: ForwardTrace, layer: Int, unit: Int, by shift: Double) -> [[Double]] {
    var z = [trace.z[layer]]
    z[0][unit] += shift
    for next in topology.layers.indices.dropFirst(layer + 1) {
      let entering = topology.layers[next - 1].activation.plainValues(z[z.count - 1])
      z.append(preactivation(layer: next, entering: trace.dropped(entering, layer: next)))
    }
    return z
  }

  /// True if the pre-activation of a unit with a kink at 0 has different signs in the two.
  private func kinkLies(between above: [[Double]], and below: [[Double]], from first: Int) -> Bool {
    zip(above, below).enumerated().contains { offset, pair in
      topology.layers[first + offset].activation.hasKinkAtZero
        && zip(pair.0, pair.1).contains { ($0 > 0) != ($1 > 0) }
    }
  }
}
