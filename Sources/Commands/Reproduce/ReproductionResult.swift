import Experiments
import Pages
import Training

/// The outcome of a row of `Reproductions`.
struct ReproductionResult: Sendable {
  let entry: Reproduction
  /// The whole command line.
  let command: String
  /// The reason why the result was skipped, or stopped before its last network; nil if it is complete.
  var skipped: String?
  /// The test errors of the networks in %, by seed; empty for a comparison.
  var errors: [Double] = []
  /// The test errors of the committees in %, in the order of their seeds; empty unless the entry is of committees.
  var committeeErrors: [Double] = []
  /// The compared quantity; nil if it could not be measured, for example because a run diverged.
  var value: Double?
  /// Seconds of training of one network, evaluation excluded: the mean over seeds. Of a committee that is to reach a target, those of all
  /// its networks; of a comparison, its wall time.
  var seconds: Double?
  /// The training seconds of each network.
  var allSeconds: [Double] = []
  /// Test accuracy against training seconds, of each network.
  var curves: [[SeedResult.Moment]] = []
  /// The seeds of the errors.
  var seeds: [UInt64] = []
  /// The processor time of the training of all networks, and that of other programs in the same time.
  var processorUse = ProcessorUse()

  init(_ entry: Reproduction, command: String, skipped: String? = nil) {
    (self.entry, self.command, self.skipped) = (entry, command, skipped)
  }

  /// The seeds of each committee of `committeeErrors`.
  var committees: [[UInt64]] { entry.measure.committees?.members(of: seeds) ?? [] }

  /// The errors in % whose mean is compared: of the committees if there are some, else of the networks.
  var values: [Double] { entry.measure.committees == nil ? errors : committeeErrors }

  /// The verdict; without a value, for example because a run diverged, `outside`.
  var verdict: Reproduction.Verdict {
    if skipped != nil { return errors.isEmpty ? .skipped : .stopped }
    if entry.measure.isError, errors.count < entry.minimumNetworks, value != nil { return .fewSeeds }
    return value.map(entry.band.contains) == true ? .inside : .outside
  }

  /// True if the verdict is that the value is inside the band; nil without a verdict.
  var agrees: Bool? {
    switch verdict {
    case .inside: true
    case .outside: false
    case .fewSeeds, .skipped, .stopped: nil
    }
  }

  /// The row of the report page.
  var row: ReproducePage.Row {
    var outcome = ReproducePage.Outcome(command: command, verdict: verdict)
    outcome.networks = errors.count
    (outcome.errors, outcome.value, outcome.seconds, outcome.skipped) = (values, value, seconds, skipped)
    outcome.processorUse = processorUse
    // The members' mean curve is not that of their committee.
    if entry.measure.committees == nil {
      outcome.curve = MeanCurve(curves).points.map { ($0.seconds, $0.testAccuracy * 100) }
    }
    return ReproducePage.Row(entry, outcome)
  }
}

/// The mean over networks of test accuracy and training seconds, epoch by epoch.
struct MeanCurve {
  private(set) var points: [SeedResult.Moment] = []

  init(_ curves: [[SeedResult.Moment]]) {
    let epochs = curves.map(\.count).min() ?? 0
    let count = Double(max(curves.count, 1))
    points = (0..<epochs).map { epoch in
      SeedResult.Moment(
        seconds: curves.reduce(0) { $0 + $1[epoch].seconds } / count,
        testAccuracy: curves.reduce(0) { $0 + $1[epoch].testAccuracy } / count)
    }
  }
}

extension Reproduction.Measure {
  /// The quantity, for texts and files.
  var text: String {
    switch self {
    case .testError: "test error, mean over seeds, in %"
    case .committeeError: "test error, mean over committees, in %"
    case .scalingExponent: "exponent of batch size over steps at the smallest batches"
    case .largestBatchEfficiency: "efficiency of the largest batch that reached the target"
    case .criticalBatchRatio: "critical batch size over that of the first optimizer"
    case .criticalBatchOverNoiseScale: "critical batch size over gradient noise scale"
    }
  }
}
