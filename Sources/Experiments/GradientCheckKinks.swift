import Datasets
import Networks

extension PlainNetwork {
  /// The units, layer by layer, whose pre-activation is so near to a kink of relu or leaky-relu that the fast network's rounding may
  /// put it on the other side: within 2·10⁻⁶ of |b| + Σ |w a|, tens of units in the last place of a Float.
  ///
  /// A sum whose every term is zero is zero in both networks: it counts only where asked for.
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

/// Which samples a check uses.
enum GradientCheckSamples {
  /// Samples evenly spaced over the split, those without a unit near a kink where there are any.
  static func positions(_ network: PlainNetwork, _ samples: Samples, count: Int) -> [Int] {
    let wanted = min(count, samples.count)
    var clear: [Int] = []
    // Evenly spaced first; then those between them.
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
