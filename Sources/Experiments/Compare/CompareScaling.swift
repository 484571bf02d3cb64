/// Steps to the target against the batch size, for settings that are otherwise equal.
package struct CompareScaling: Sendable, Equatable {
  /// The name of the settings, `CompareSetting.family`.
  package var family: String
  package var batches: BatchScaling
  /// Ranges over seeds, by batch size; only for several seeds.
  package var ranges: [Int: Spread]
  /// The mean gradient noise scale up to the target, the median over batch sizes; nil if it was not measured. In theory it
  /// is close to the critical batch size (McCandlish et al., 2018).
  package var noise: Double?
}

extension Comparison {
  /// One element per family with several batch sizes, at least one of which reached the target after the first step. Settings
  /// whose initial weights reach it are left out.
  package func scalings(_ result: CompareResult) -> [CompareScaling] {
    var families: [String] = []
    for setting in settings where !families.contains(setting.family) { families.append(setting.family) }
    let summaries = result.summaries
    return families.compactMap { family in
      let own = summaries.filter { settings[$0.setting].family == family }
      let reached = own.filter { $0.stepsToTarget != nil && !$0.startsAtTarget }
      guard own.count > 1, !reached.isEmpty else { return nil }
      let measurements = reached.compactMap { summary in
        summary.stepsToTarget.map { BatchScaling.Measurement(batchSize: summary.batchSize, steps: max(1, $0.median)) }
      }
      let spreads = reached.filter { $0.runs > 1 }.compactMap { summary in
        summary.stepsToTarget.map { (summary.batchSize, $0) }
      }
      return CompareScaling(
        family: family, batches: BatchScaling(measurements), ranges: Dictionary(spreads) { first, _ in first },
        noise: Spread(reached.compactMap(\.noiseToTarget))?.median)
    }
  }
}

extension CompareSummary {
  /// The mean noise scale over the steps to the target; nil if it was not measured or the target was not reached.
  var noiseToTarget: Double? {
    guard let target = stepsToTarget?.median else { return nil }
    var (sum, steps, last) = (0.0, 0, 0)
    for point in curve where Double(point.updates) <= target {
      if let scale = point.gradientNoiseScale?.median {
        sum += scale * Double(point.updates - last)
        steps += point.updates - last
      }
      last = point.updates
    }
    return steps > 0 ? sum / Double(steps) : nil
  }
}
