import Platform

/// The dependence of the steps to a target on the batch size: first inversely proportional, then decreasing less, at last constant
/// (Shallue, Lee, Antognini, Sohl-Dickstein, Frostig and Dahl, 2018, "Measuring the Effects of Data Parallelism on
/// Neural Network Training", section 4.1).
///
/// The curve between is McCandlish et al. (2018), equation 2.11 solved for the steps: S(B) = Smin · (1 + Bcrit / B). At
/// Bcrit a run takes twice the smallest possible number of steps, and twice that of samples; below Bcrit, doubling the
/// batch nearly halves the steps. The theory behind it expects Bcrit near the gradient noise scale.
package struct BatchScaling: Sendable, Equatable {
  /// Steps to the target at a batch size.
  package struct Measurement: Sendable, Equatable {
    package var batchSize: Int
    package var steps: Double

    package init(batchSize: Int, steps: Double) {
      self.batchSize = batchSize
      self.steps = steps
    }
  }

  /// The measurements in ascending order of batch sizes.
  package var measurements: [Measurement]
  /// The fewest steps, for an infinite batch; nil if the measurements cannot determine it: fewer than three, no saturation in
  /// them, or less than one step.
  package var leastSteps: Double?
  /// Bcrit, in samples; nil as `leastSteps`.
  package var criticalBatchSize: Double?

  /// The efficiency of the largest batch from which on the measurements show no saturation: steps to a target are known within the
  /// distance of evaluations, 12 %, and a fit to steps of perfect scaling finds a critical batch size in their rounding.
  static let perfectEfficiency = 0.8

  /// The least ratio of the largest to the smallest batch whose efficiency shows a critical batch size above the largest.
  ///
  /// An efficiency e is that of Bcrit = (e·B − B1) / (1 − e): at 0.8 and B = 4·B1 it is 2.75·B. In a narrow range even equal steps are
  /// efficient: those at 100, 110 and 120 have 0.83.
  static let minimumRange = 4

  /// True if the steps of at least three batch sizes show no saturation over a range of `minimumRange`: the critical batch size is above the
  /// largest.
  package var isPerfect: Bool {
    measurements.count >= 3 && isEfficient && largest.batchSize / Self.minimumRange >= measurements[0].batchSize
  }

  /// True if the measurements do not determine a fit: the largest batch is nearly as efficient as the smallest.
  private var isEfficient: Bool { efficiency(of: largest) >= Self.perfectEfficiency }

  /// True if the critical batch size is above the largest measured one.
  package var isExtrapolated: Bool { criticalBatchSize.map { $0 > Double(largest.batchSize) } ?? false }

  /// The measurement of the largest batch.
  package var largest: Measurement { measurements[measurements.count - 1] }

  /// - Parameter measurements: the batch sizes that reached the target: at least one, each once, with at least one step.
  package init(_ measurements: [Measurement]) {
    self.measurements = measurements.sorted { $0.batchSize < $1.batchSize }
    fit()
  }

  /// Steps at a batch size under perfect scaling from the smallest batch.
  package func perfectSteps(batchSize: Int) -> Double {
    measurements[0].steps * Double(measurements[0].batchSize) / Double(batchSize)
  }

  /// The efficiency of a measurement relative to perfect scaling: 1 if a batch twice as large takes half the steps.
  package func efficiency(of measurement: Measurement) -> Double {
    perfectSteps(batchSize: measurement.batchSize) / measurement.steps
  }

  /// The exponent e of steps ∝ batch⁻ᵉ between the two smallest batch sizes: 1 for perfect scaling; nil with fewer than two.
  package var firstExponent: Double? {
    guard measurements.count > 1 else { return nil }
    let (small, large) = (measurements[0], measurements[1])
    return log(small.steps / large.steps) / log(Double(large.batchSize) / Double(small.batchSize))
  }

  /// Steps by the fitted curve; nil without a fit.
  package func fittedSteps(batchSize: Double) -> Double? {
    guard let leastSteps, let criticalBatchSize else { return nil }
    return leastSteps * (1 + criticalBatchSize / batchSize)
  }

  /// A least squares fit of relative errors, Σ (1 − (Smin + Emin/B)/S)², as steps range over decades. Linear in Smin and Emin.
  private mutating func fit() {
    guard measurements.count >= 3, !isEfficient else { return }
    var (uu, uv, vv, u, v) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for measurement in measurements {
      let a = 1 / measurement.steps
      let b = a / Double(measurement.batchSize)
      uu += a * a
      uv += a * b
      vv += b * b
      u += a
      v += b
    }
    let determinant = uu * vv - uv * uv
    let least = (u * vv - v * uv) / determinant
    let samples = (v * uu - u * uv) / determinant
    guard least >= 1, samples > 0, least.isFinite, samples.isFinite else { return }
    leastSteps = least
    criticalBatchSize = samples / least
  }
}
