import Datasets
import Networks

extension PlainNetwork {
  /// The units of each layer whose pre-activation is so near to a kink of relu or leaky-relu that the fast network's rounding may
  /// move it across: within 2·10⁻⁶ of |b| + Σ |w a|, tens of units in the last place of a Float.
  ///
  /// A sum of zeros is exactly zero in both networks: it is included only on request.
  func unitsNearKinks(_ trace: ForwardTrace, countsZeros: Bool) -> [Set<Int>] {
    topology.layers.indices.map { index in
      let layer = topology.layers[index]
      guard layer.activation.hasKinkAtZero else { return [] }
      let entering = trace.entering(layer: index)
      return Set(
        (0..<layer.outputs).filter { unit in
          let z = abs(trace.z[index][unit])
          var scale = topology.hasBiases ? abs(biases[index][unit]) : 0
          for input in 0..<layer.inputs { scale += abs(weights[index][unit * layer.inputs + input] * entering[input]) }
          return z <= 2e-6 * scale && (countsZeros || scale > 0)
        })
    }
  }
}

/// The samples used by a check.
enum GradientCheckSamples {
  /// Samples evenly spaced over the split; without units near a kink if there are such samples.
  static func positions(_ network: PlainNetwork, _ samples: Samples, count: Int) -> [Int] {
    let wanted = min(count, samples.count)
    var clear: [Int] = []
    // Evenly spaced samples first, then those between them.
    var candidates: [Int] = []
    var known: Set<Int> = []
    for phase in 0..<4 {
      for index in 0..<wanted {
        let position = (4 * index + phase) * samples.count / (4 * wanted)
        if known.insert(position).inserted { candidates.append(position) }
      }
    }
    for position in candidates where clear.count < wanted {
      let trace = network.forward(network.examples(samples, at: [position]).inputs[0])
      if network.unitsNearKinks(trace, countsZeros: true).allSatisfy(\.isEmpty) { clear.append(position) }
    }
    return (clear.isEmpty ? Array(candidates.prefix(wanted)) : clear).sorted()
  }
}
