import Networks

/// The size of a check: as requested, else the largest that takes acceptable time.
struct GradientCheckEffort: Equatable {
  let samples: Int
  /// Entries per tensor.
  let entries: Int

  /// The largest number of multiply-adds of the plain network in a check: about ten seconds on one core.
  private static let budget = 6e9

  /// From the default down to the least that still detects a wrong formula.
  private static let levels: [(samples: Int, entries: Int)] = [
    (GradientCheck.defaultSamples, GradientCheck.defaultEntries), (16, 200), (16, 100), (8, 60),
    (4, 30), (2, 12),
  ]

  init(_ topology: Topology, samples: Int?, entries: Int?) {
    let levels = Self.levels.map { (samples: samples ?? $0.samples, entries: entries ?? $0.entries) }
    let level = levels.first { Self.cost(topology, $0.samples, $0.entries) <= Self.budget } ?? levels[levels.count - 1]
    (self.samples, self.entries) = level
  }

  /// The number of multiply-adds of a check: each entry of a layer needs two passes of every sample through the layers above.
  private static func cost(_ topology: Topology, _ samples: Int, _ entries: Int) -> Double {
    var above = 0.0
    var cost = 0.0
    for layer in topology.layers.reversed() {
      let weights = Double(layer.outputs) * Double(layer.inputs)
      let checked = min(Double(entries), weights) + (topology.hasBiases ? Double(min(entries, layer.outputs)) : 0)
      cost += 2 * checked * above
      above += weights
    }
    return Double(samples) * (cost + above)
  }
}
