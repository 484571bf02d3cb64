/// The plain network with the operands of dense products rounded to bfloat16, as training with `--precision bfloat16` rounds
/// them. Everything else, all sums included, is Double.
package struct RoundedPlainNetwork: Sendable {
  /// The network with rounded weights in the layers from `first` on.
  private let network: PlainNetwork
  /// The first layer whose products have rounded operands.
  private let first: Int

  /// - Parameter first: 0, 1 for a masked first layer, or the number of layers for products of exact operands.
  package init(_ network: PlainNetwork, from first: Int) {
    self.first = first
    var rounded = network
    for layer in rounded.weights.indices.dropFirst(first) {
      rounded.weights[layer] = Self.rounded(rounded.weights[layer])
    }
    self.network = rounded
  }

  /// The numbers as Float, rounded to the nearest bfloat16 number, ties to even.
  static func rounded(_ numbers: [Double]) -> [Double] {
    numbers.map { number in
      let bits = Float(number).bitPattern
      guard Float(number).isFinite else { return number }
      return Double(Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000))
    }
  }

  private func operand(_ numbers: [Double], layer: Int) -> [Double] { layer < first ? numbers : Self.rounded(numbers) }

  /// Forward and backward for one example.
  ///
  /// - Parameters:
  ///   - dropoutFactors: as for `PlainNetwork.forward`.
  ///   - factor: that of the example's loss.
  package func trace(_ input: [Double], target: [Double], dropoutFactors: [[Double]?] = [], factor: Double = 1)
    -> PlainTrace
  {
    let topology = network.topology
    var forward = PlainNetwork.ForwardTrace(input: input, z: [], a: [], dropoutFactors: dropoutFactors)
    for layer in topology.layers.indices {
      let z = network.preactivation(layer: layer, entering: operand(forward.entering(layer: layer), layer: layer))
      forward.z.append(z)
      forward.a.append(topology.layers[layer].activation.plainValues(z))
    }
    let last = topology.layers.count - 1
    let signal = network.outputSignal(z: forward.z[last], a: forward.a[last], target: target)
    var delta = [signal.map { factor * $0 }]
    for layer in stride(from: last - 1, through: 0, by: -1) {
      let next = operand(delta[0], layer: layer + 1)
      delta.insert(network.hiddenSignal(layer: layer, forward: forward, next: next), at: 0)
    }
    return PlainTrace(forward: forward, loss: factor * network.loss(z: forward.z[last], target: target), delta: delta)
  }

  /// The mean over examples of the gradient of a layer's weights, `[outputs × inputs]`, row-major.
  package func weightGradient(_ traces: [PlainTrace], layer: Int) -> [Double] {
    let inputs = network.topology.layers[layer].inputs
    var sum = [Double](repeating: 0, count: network.weights[layer].count)
    for trace in traces {
      let (x, signals) = (
        operand(trace.forward.entering(layer: layer), layer: layer), operand(trace.delta[layer], layer: layer)
      )
      for (unit, signal) in signals.enumerated() where signal != 0 {
        for input in 0..<inputs { sum[unit * inputs + input] += signal * x[input] }
      }
    }
    return sum.map { $0 / Double(traces.count) }
  }

  /// The mean over examples of the gradient of a layer's biases; empty without biases.
  package func biasGradient(_ traces: [PlainTrace], layer: Int) -> [Double] {
    network.biases[layer].indices.map { unit in
      traces.reduce(0) { $0 + $1.delta[layer][unit] } / Double(traces.count)
    }
  }

  /// True if the fast network may have another unit's pre-activation beyond a kink than this one: it rounds its sums to Float,
  /// and then an operand may become the other neighbor in bfloat16, 2⁻⁷ of itself apart.
  package func isNearKink(_ forward: PlainNetwork.ForwardTrace, layer: Int, unit: Int) -> Bool {
    guard network.topology.layers[layer].activation.hasKinkAtZero else { return false }
    let entering = operand(forward.entering(layer: layer), layer: layer)
    let inputs = network.topology.layers[layer].inputs
    var (sum, largest) = (network.topology.hasBiases ? abs(network.biases[layer][unit]) : 0, 0.0)
    for input in 0..<inputs {
      let term = abs(network.weights[layer][unit * inputs + input] * entering[input])
      (sum, largest) = (sum + term, max(largest, term))
    }
    // The inputs of the network itself are the same numbers in both.
    let reach = 2e-6 * sum + (layer > 0 && layer >= first ? 0x1p-7 * largest : 0)
    return sum > 0 && abs(forward.z[layer][unit]) <= reach
  }
}
