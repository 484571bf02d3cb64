import Charts
import Experiments
import Reports
import Training

/// The charts of a run by epoch.
struct TrainingCurves {
  let epochs: [EpochMetrics]
  /// The epoch whose model was saved, unless it is the last.
  let bestEpoch: Int?
  /// Loss and accuracy within the first epoch.
  var trace: [TrainPage.TracePoint] = []
  /// The numbers of the epochs that other programs slowed down.
  var disturbed: Set<Double> = []

  private var numbers: [Double] { epochs.map { Double($0.epoch) } }
  private var epochAxis: Axis { Axis("epoch", .count) }
  private var rules: [Rule] { bestEpoch.map { [Rule(.x, at: Double($0), "best epoch \($0)")] } ?? [] }

  var isRegression: Bool { epochs.contains { $0.regression != nil } }

  /// Loss and accuracy (or R²).
  var main: [any Chart] {
    if !withinEpoch.isEmpty { return withinEpoch + regression }
    var charts: [any Chart] = [loss]
    if let accuracy { charts.append(accuracy) }
    charts += regression
    return charts
  }

  /// Learning rate, gradient norm and throughput; none for a single epoch, whose values are numbers.
  var others: [any Chart] {
    guard epochs.count > 1 else { return [] }
    // The part of an epoch that a signal ended has no gradient norm.
    let hasNorms = epochs.count { $0.gradientNorm.isFinite } > 1
    return (constantRate == nil ? [learningRate] : []) + (hasNorms ? [gradientNorm] : []) + [throughput]
  }

  /// The learning rate if it is the same in all epochs; else nil.
  var constantRate: Double? {
    epochs.first.flatMap { first in
      epochs.allSatisfy { $0.learningRate == first.learningRate } ? first.learningRate : nil
    }
  }

  /// Training loss and accuracy within the epoch, for a run of one epoch; else empty.
  private var withinEpoch: [any Chart] {
    guard epochs.count == 1, trace.count > 2 else { return [] }
    func chart(_ name: String, _ unit: Unit, _ test: Double?, _ value: (TrainPage.TracePoint) -> Double?) -> (
      any Chart
    )? {
      let points = trace.compactMap { point in value(point).map { Point(Double(point.samples), $0) } }
      guard points.count > 2 else { return nil }
      return LineChart(
        "Training \(name) within the epoch",
        summary: "Means over about a hundredth of the epoch each, before the updates.",
        x: Axis("training samples seen", .count), y: Axis(name, unit), series: [Series("", points)],
        rules: test.map { [Rule(.y, at: $0, "test, at the end")] } ?? [])
    }
    return [
      chart("loss", .number, epochs[0].testLoss) { $0.loss },
      chart("accuracy", .fraction, epochs[0].testAccuracy) { $0.accuracy },
    ].compactMap { $0 }
  }

  // MARK: Charts

  /// A line per split on which the quantity was measured.
  private func series(_ quantity: EpochMeasure.Quantity) -> [Series] {
    EpochMeasure.of(quantity).compactMap { measure in
      let values = epochs.map(measure.value)
      // The color is given, so that a split has the same color and marker in all charts.
      let color =
        switch measure.split {
        case .train: 0
        case .test: 1
        case .validation: 2
        }
      return values.contains { $0 != nil } ? Series(measure.split.rawValue, x: numbers, y: values, color: color) : nil
    }
  }

  private var loss: any Chart {
    let series = series(.loss)
    return LineChart(
      "Loss",
      summary: "The training loss is the mean over an epoch's batches, each before its update. "
        + sentence(series, isLower: true) { NumberText.headline($0) },
      x: epochAxis, y: axis("loss", series), series: series, rules: rules)
  }

  private var accuracy: (any Chart)? {
    let series = series(.accuracy)
    guard !series.isEmpty else { return nil }
    return LineChart(
      "Accuracy", summary: sentence(series, isLower: false) { NumberText.percent($0) }, x: epochAxis,
      y: Axis("accuracy", .fraction), series: series, rules: rules)
  }

  private var regression: [any Chart] {
    guard isRegression else { return [] }
    let (rmse, r2) = (series(.rmse), series(.r2))
    var charts: [any Chart] = []
    if !rmse.isEmpty {
      charts.append(
        LineChart(
          "RMSE",
          summary: "Root mean squared error. "
            + sentence(rmse, isLower: true) { NumberText.headline($0) },
          x: epochAxis, y: axis("RMSE", rmse), series: rmse, rules: rules))
    }
    if !r2.isEmpty {
      charts.append(
        LineChart(
          "R²", summary: "The fraction of the targets' variance explained by the outputs.", x: epochAxis, y: Axis("R²"),
          series: r2, rules: rules))
    }
    return charts
  }

  private var learningRate: any Chart {
    let series = [Series("", x: numbers, y: epochs.map(\.learningRate))]
    return LineChart(
      "Learning rate", summary: "At each epoch's last step.", x: epochAxis,
      y: Axis("learning rate", includesZero: true), series: series)
  }

  private var gradientNorm: any Chart {
    let series = [Series("", x: numbers, y: epochs.map(\.gradientNorm))]
    return LineChart(
      "Gradient norm", summary: "The L2 norm over all tensors at each epoch's last step, before clipping.",
      x: epochAxis, y: axis("gradient norm", series), series: series)
  }

  private var throughput: any Chart {
    let rates = epochs.map(\.samplesPerSecond)
    let middle = rates.median ?? .nan
    let remark = epochs.count <= Series.maximumMarkers ? Disturbance.outlined : Disturbance.marked
    var series = Series("", x: numbers, y: rates)
    series.marked = disturbed
    return LineChart(
      "Throughput",
      summary: "Training samples per second, without evaluation; the median is \(NumberText.scaled(middle)) samples/s."
        + (disturbed.isEmpty ? "" : remark),
      x: epochAxis, y: Axis("samples/s", includesZero: true), series: [series])
  }

  // MARK: Parts

  /// An axis from zero, or a logarithmic one if the smallest value would be indistinguishable from zero.
  private func axis(_ label: String, _ series: [Series]) -> Axis {
    let values = series.flatMap { $0.points.map(\.y) }.filter(\.isFinite)
    let (lowest, highest) = (values.min() ?? 0, values.max() ?? 0)
    let isWide = lowest > 0 && highest / lowest > 30
    return Axis(label, scale: isWide ? .logarithmic : .linear, includesZero: !isWide)
  }

  /// Sentences with the final value of each line, and the best on the last split other than training.
  private func sentence(_ series: [Series], isLower: Bool, _ text: (Double) -> String) -> String {
    let last = series.compactMap { one -> String? in
      one.points.last.flatMap { $0.y.isFinite ? "\(one.name) \(text($0.y))" : nil }
    }
    var words = "At the end: " + last.joined(separator: ", ") + "."
    if let test = series.last, test.name != "train", test.points.count > 1 {
      let finite = test.points.filter(\.y.isFinite)
      if let best = finite.min(by: { isLower ? $0.y < $1.y : $0.y > $1.y }) {
        words += " Best on the \(test.name) split: \(text(best.y)) after epoch \(Int(best.x))."
      }
    }
    return words
  }
}
