import Charts
import Files
import Reports
import Training

/// The charts of a split with class targets.
enum ClassificationCharts {
  /// The largest number of classes whose confusion matrix is readable.
  private static let maximumClasses = 40
  /// The number of errors that are shown.
  static let mistakes = 12
  /// Bins with fewer samples are drawn hollow, since their accuracy is uncertain.
  private static let minimumSamples = 10

  static func all(_ result: SplitResult) -> [any Chart] {
    guard let classes = result.classes else { return [] }
    return [confusion(result, classes), calibration(result, classes) ?? perClass(classes)]
      + RankingCharts.all(result, classes)
  }

  // MARK: Confusion

  static func confusion(_ result: SplitResult, _ classes: ClassificationReport) -> any Chart {
    var summary =
      "Each row is a true class of the \(result.name) split, each column a predicted class, in % of the row. "
      + mostFrequent(classes)
    guard classes.labels.count > maximumClasses else {
      return HeatMap("Confusion matrix", summary: summary, confusion: classes.confusion.counts, labels: classes.labels)
    }
    var wrong = [Int](repeating: 0, count: classes.confusion.classes)
    for cell in classes.confusion.cells where cell.truth != cell.predicted { wrong[cell.truth] += cell.count }
    let kept = wrong.indices.sorted { (wrong[$1], $0) < (wrong[$0], $1) }.prefix(maximumClasses).sorted()
    summary += " Only the \(maximumClasses) of \(classes.labels.count) classes with the most errors are shown."
    return HeatMap(
      "Confusion matrix", summary: summary, confusion: classes.confusion.counts(of: kept),
      labels: kept.map { classes.labels[$0] })
  }

  private static func mostFrequent(_ classes: ClassificationReport) -> String {
    var worst = (count: 0, truth: 0, predicted: 0)
    for cell in classes.confusion.cells where cell.truth != cell.predicted && cell.count > worst.count {
      worst = (cell.count, cell.truth, cell.predicted)
    }
    guard worst.count > 0 else { return "There are no errors." }
    return "The most frequent error: \(classes.labels[worst.truth]) predicted as \(classes.labels[worst.predicted]), "
      + (worst.count == 1 ? "once." : "\(worst.count) times.")
  }

  // MARK: Calibration

  /// The reliability diagram; nil if the outputs are not probabilities.
  static func calibration(_ result: SplitResult, _ classes: ClassificationReport) -> (any Chart)? {
    guard let error = classes.expectedCalibrationError else { return nil }
    let bins = classes.calibration.filter { $0.samples > 0 && $0.confidence.isFinite }
    let filled = bins.filter { $0.samples >= minimumSamples }
    let points = filled.map { Point($0.confidence, $0.accuracy) }
    // The standard deviation of a proportion over n independent samples.
    let band = filled.map { bin in
      let deviation = (bin.accuracy * (1 - bin.accuracy) / Double(bin.samples)).squareRoot()
      return Series.Range(bin.confidence, max(0, bin.accuracy - deviation), min(1, bin.accuracy + deviation))
    }
    var sparse = Series(
      "", bins.filter { $0.samples < minimumSamples }.map { Point($0.confidence, $0.accuracy) }, style: .scatter,
      color: 0
    )
    sparse.isHollow = true
    var chart = LineChart(
      "Calibration",
      summary:
        "Accuracy of predictions by confidence, in \(classes.calibration.count) bins of the \(result.name) "
        + "split, with one standard deviation; on the dotted line the two are equal. Hollow: fewer than \(minimumSamples) samples. "
        + "Below: the number of predictions in each bin. "
        + "Expected calibration error \(NumberText.fixed(error, 4)).",
      x: Axis("confidence", .fraction, domain: 0...1), y: Axis("accuracy", .fraction, domain: 0...1),
      series: [
        Series("agreement", [Point(0, 0), Point(1, 1)], style: .reference),
        Series("measured", points, band: band, color: 0),
      ] + (sparse.points.isEmpty ? [] : [sparse]))
    chart.barsLabel = "predictions"
    let count = Double(classes.calibration.count)
    chart.bars = classes.calibration.enumerated().map { index, bin in
      .init(Double(index) / count...Double(index + 1) / count, Double(bin.samples))
    }
    return chart
  }

  // MARK: Classes

  /// F1 by class, for outputs that are not probabilities.
  private static func perClass(_ classes: ClassificationReport) -> any Chart {
    let order = classes.labels.indices.sorted { (classes.classes[$0].f1, $0) < (classes.classes[$1].f1, $1) }
    let shown = order.prefix(maximumClasses).sorted()
    return BarChart(
      "F1 by class", summary: "The harmonic mean of precision and recall of each class.",
      categories: shown.map { classes.labels[$0] }, axis: Axis("F1", .number, domain: 0...1),
      series: [.init("", shown.map { classes.classes[$0].f1 })])
  }

  static func table(_ report: ClassificationReport) -> DataTable {
    var table = DataTable([
      .init("class", isNumeric: false), .init("precision"), .init("recall"), .init("F1"), .init("support"),
    ])
    func add(_ name: String, _ figures: ClassificationReport.Figures, _ support: Int) {
      table.rows.append(
        [name] + [figures.precision, figures.recall, figures.f1].map { NumberText.fixed($0, 4) }
          + [support.grouped])
    }
    let support = report.support
    for index in report.labels.indices { add(report.labels[index], report.classes[index], support[index]) }
    add(report.macroName, report.macro, support.reduce(0, +))
    add("weighted mean", report.weighted, support.reduce(0, +))
    return table
  }

  // MARK: Errors

  /// The most confident errors as images with the outputs of all classes; nil if samples are not images, or there are no errors.
  static func pictures(_ result: SplitResult) -> (any Chart)? {
    guard let classes = result.classes else { return nil }
    let worst = result.worstMistakes(mistakes)
    guard !worst.isEmpty, let pictures = result.samples.pictures(worst.map(\.index)) else { return nil }
    let hasRoom = classes.labels.count <= 12
    let items = zip(worst, pictures).map { mistake, picture in
      let (truth, predicted) = (classes.labels[mistake.truth], classes.labels[mistake.predicted])
      return ImageGrid.Item(
        picture,
        caption: "\(truth) predicted as \(predicted)\n\(predicted): \(share(mistake.outputs[mistake.predicted])), "
          + "\(truth): \(share(mistake.outputs[mistake.truth]))",
        bars: hasRoom ? mistake.outputs.map(Double.init) : [], truth: mistake.truth)
    }
    return ImageGrid(
      "Most confident errors",
      summary: "Errors on the \(result.name) split with the highest probability of the predicted class"
        + (hasRoom ? ", and the probabilities of all classes." : "."),
      items: items, labels: classes.labels, size: 112)
  }

  /// The most confident errors as a table, for samples that are not images.
  static func mistakesTable(_ result: SplitResult) -> DataTable? {
    guard let classes = result.classes else { return nil }
    let worst = result.worstMistakes(mistakes)
    guard !worst.isEmpty else { return nil }
    return DataTable(
      [
        .init("sample"), .init("true class", isNumeric: false), .init("predicted class", isNumeric: false),
        .init("output of the true class"), .init("output of the predicted class"),
      ],
      rows: worst.map { mistake in
        [
          String(mistake.index), classes.labels[mistake.truth], classes.labels[mistake.predicted],
          NumberText.significant(Double(mistake.outputs[mistake.truth]), 4),
          NumberText.significant(Double(mistake.outputs[mistake.predicted]), 4),
        ]
      })
  }

  private static func share(_ value: Float) -> String {
    let value = Double(value)
    guard value.isFinite else { return "–" }
    // More digits would not be meaningful: smaller values are written as an upper bound.
    let text = value > 0 && value < 0.0001 ? "< 0.01 %" : NumberText.percent(value, digits: value < 0.01 ? 2 : 1)
    // A line of a caption does not begin with the sign.
    return text.replacing(" ", with: "\u{A0}")
  }
}
