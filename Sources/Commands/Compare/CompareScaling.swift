import Experiments

extension ComparePlan {
  /// Steps to the target against the batch size, of settings that differ in nothing else.
  struct FamilyScaling {
    var family: String
    var batches: BatchScaling
    /// tr Σ / |G|² as the runs measured it: of the largest batch that did, whose estimate has the least noise of its own.
    var noise: Double?
  }

  /// One a family that has several batch sizes and reached the target with at least one of them.
  func scalings(_ result: CompareResult) -> [FamilyScaling] {
    var families: [String] = []
    for entry in entries where !families.contains(entry.family) { families.append(entry.family) }
    let summaries = result.summaries
    return families.compactMap { family in
      let own = summaries.filter { entries[$0.setting].family == family }
      let measurements = own.compactMap { summary in
        summary.stepsToTarget.map {
          BatchScaling.Measurement(batchSize: summary.batchSize, steps: max(1, $0.median))
        }
      }
      guard own.count > 1, !measurements.isEmpty else { return nil }
      let measured = own.filter { $0.gradientNoiseScale != nil }.max { $0.batchSize < $1.batchSize }
      return FamilyScaling(
        family: families.count > 1 ? family : "", batches: BatchScaling(measurements),
        noise: measured?.gradientNoiseScale?.median)
    }
  }
}
