import Training

/// The result of the network of one seed.
struct SeedResult: Sendable {
  let seed: UInt64
  /// The status of the run alone.
  var status = ExitStatus.done
  /// The end of the run; nil for a run that diverged in its first epoch.
  var end: RunEnd?
  /// The figures of the kept network: of its best epoch with `--save-best`, else of the last one; nil without an epoch.
  var kept: EpochMetrics?
  /// Test accuracy after each epoch against seconds of training; empty without test classes.
  var curve: [Moment] = []
  /// The outputs of the kept network on the test split, `[samples × outputs]`, if they were asked for.
  var outputs: [Float]?
  /// The error of a run that diverged.
  var failure: DivergedRun?
  /// The processor time of the run's training, and that of other programs in the same time.
  var processorUse = ProcessorUse()

  /// The end of an epoch.
  struct Moment: Sendable {
    /// Seconds of training, evaluation excluded.
    var seconds: Double
    var testAccuracy: Double
  }

  init(seed: UInt64) { self.seed = seed }
}

/// The error of networks that diverged, in one line.
struct DivergedSeeds: Error, CustomStringConvertible {
  private let failures: [(seed: UInt64, error: DivergedRun)]

  /// - Parameter results: the networks that were begun; nil if none of them diverged.
  init?(_ results: [SeedResult]) {
    failures = results.compactMap { result in result.failure.map { (result.seed, $0) } }
    if failures.isEmpty { return nil }
  }

  var description: String {
    let others = failures.dropFirst().map { "\($0.seed)" }
    let first = "seed \(failures[0].seed): \(failures[0].error)"
    guard !others.isEmpty else { return first }
    return first + " Seed\(others.count == 1 ? "" : "s") \(others.formatted(conjunction: "and")) diverged, too."
  }
}

/// The mean and the standard deviation of a figure over several networks.
struct MeanAndDeviation: Sendable, Equatable {
  var mean: Double
  /// The standard deviation of the sample, with n − 1; nil for a single value.
  var standardDeviation: Double?

  /// - Returns: nil without values.
  init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    self.mean = mean
    guard values.count > 1 else { return }
    standardDeviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
  }
}
