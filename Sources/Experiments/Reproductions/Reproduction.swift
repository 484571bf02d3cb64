/// A published result with the command that reproduces it: a row of `Reproductions` or `SpeedRecipes`.
package struct Reproduction: Sendable {
  /// The quantity that is compared with the band.
  package enum Measure: Sendable, Equatable {
    /// The mean test error of the networks of all seeds, in %.
    case testError
    /// The mean over committees of the test error of their mean probabilities, in %.
    case committeeError(Committees)
    /// The exponent of batch size over steps to the target at the two smallest batch sizes: 1 if twice the batch takes half the steps.
    case scalingExponent
    /// The steps to the target that perfect scaling from the smallest batch size on would take, over those of the largest batch size that
    /// reached it.
    case largestBatchEfficiency
    /// The critical batch size of the second optimizer over that of the first.
    case criticalBatchRatio
    /// The critical batch size, over the gradient noise scale.
    case criticalBatchOverNoiseScale

    /// The committees whose error is measured; nil if it is that of networks alone, or no error.
    package var committees: Committees? { if case .committeeError(let committees) = self { committees } else { nil } }

    /// True if the value is a test error in %.
    package var isError: Bool { self == .testError || committees != nil }
  }

  /// The origin of the band.
  package enum Basis: String, Sendable {
    case source = "from the source"
    case ownRuns = "from our own runs"
    case target = "the target itself"
  }

  /// The comparison of a result with its band.
  package enum Verdict: String, Sendable {
    case inside, outside
    /// A target for which fewer networks were trained than it is defined for.
    case fewSeeds = "not enough seeds"
    /// Not run, or stopped before its last network.
    case skipped, stopped
  }

  package var name: String
  /// Authors, year and publication.
  package var source: String
  /// The network and the method, in one line.
  package var what: String
  /// The command line after `descent`: `train …` or `compare …`, without data and seeds.
  package var command: String
  /// The result as published: `1.6 %`.
  package var expected: String
  /// The published value of `measure`, for a test error in %; nil if the source has no number, or one of other data.
  package var expectedValue: Double?
  package var measure: Measure
  /// The values that count as agreement.
  package var band: ClosedRange<Double>
  package var basis: Basis
  /// The number of seeds without `--seeds`; with committees, of all their networks together.
  package var seeds: Int
  /// The approximate training seconds of one network on two cores of an AMD EPYC (Zen 4), which decide how many results fit
  /// into `--budget`.
  package var seconds: Double
  /// The differences from the source, and their reasons.
  package var deviations: [String]
  /// The errors of our own earlier runs in %, as text; nil if there were none.
  package var measured: String?

  /// True for a target of time to accuracy, which no source has published.
  package var isTarget: Bool { basis == .target }

  /// The number of networks whose training takes the time of the result: one, but for time to accuracy all of a committee, since no
  /// member alone reaches the target.
  package var timedNetworks: Int { isTarget ? measure.committees?.size ?? 1 : 1 }

  /// The least number of networks for a verdict: a target is a mean over all of its seeds; other results have wide bands, which a single
  /// network may be compared with.
  package var minimumNetworks: Int { isTarget ? seeds : 1 }

  /// The standard error of a test error of `percent` on MNIST's 10,000 test images, in %.
  package static func standardError(_ percent: Double) -> Double {
    (percent / 100 * (1 - percent / 100) / 10_000).squareRoot() * 100
  }

  /// The error rate that a result is compared with.
  package enum ExpectedError: Sendable {
    /// An error in % that the source published, with a band of three standard errors of 10,000 test images.
    case published(Double)
    /// A band in % around the mean of our own runs, which differ from the source for a known reason; with the error that the source published
    /// in its own words, and as a number in %, if it has one.
    case ownRuns(ClosedRange<Double>, published: String, value: Double?)
  }

  /// A result that is an error rate.
  package static func error(
    _ name: String, _ expected: ExpectedError, source: String, what: String, command: String, seeds: Int = 5,
    seconds: Double, measure: Measure = .testError, measured: String? = nil, deviations: [String]
  ) -> Reproduction {
    let text: String, value: Double?, band: ClosedRange<Double>, basis: Basis
    switch expected {
    case .published(let percent):
      let margin = 3 * standardError(percent)
      (text, value, basis) = ("\(percent) %", percent, .source)
      band = rounded(percent - margin)...rounded(percent + margin)
    case .ownRuns(let own, let published, let percent):
      (text, value, band, basis) = (published, percent, own, .ownRuns)
    }
    return Reproduction(
      name: name, source: source, what: what, command: command, expected: text, expectedValue: value, measure: measure,
      band: band, basis: basis, seeds: seeds, seconds: seconds, deviations: deviations, measured: measured)
  }

  /// Two decimals, as error rates on 10,000 images have.
  private static func rounded(_ percent: Double) -> Double { (percent * 100).rounded() / 100 }
}
