import Charts
import Reports
import Training

/// The receiver operating characteristic and the precision–recall curve, with one line per class.
enum RankingCharts {
  /// The largest number of lines in a chart; of more classes, those with the smallest area are shown.
  private static let maximumLines = 8

  static func all(_ result: SplitResult, _ classes: ClassificationReport) -> [any Chart] {
    let rankings = classes.rankings
    guard let area = classes.rocAUC, let precision = classes.averagePrecision, !rankings.isEmpty else { return [] }
    let shown = rankings.sorted { ($0.rocAUC, $0.classIndex) < ($1.rocAUC, $1.classIndex) }.prefix(maximumLines)
      .sorted { $0.classIndex < $1.classIndex }
    let isBinary = rankings.count == 1
    let isMean = isBinary ? "" : ", the mean over classes"
    let what =
      isBinary
      ? "Class \(classes.labels[rankings[0].classIndex]) of the \(result.name) split against the other, threshold by threshold."
      : "One class of the \(result.name) split against all others, threshold by threshold."
        + (shown.count < rankings.count ? " The \(shown.count) classes with the smallest area are shown." : "")
    func series(_ points: (RankingFigures) -> [Point]) -> [Series] {
      shown.map { Series(isBinary ? "model" : classes.labels[$0.classIndex], thinned(points($0))) }
    }
    return [
      LineChart(
        "ROC curve",
        summary: "\(what) The dotted line is that of random scores. Area \(NumberText.fixed(area, 4))\(isMean).",
        x: Axis("false positive rate", .fraction, domain: 0...1),
        y: Axis("true positive rate", .fraction, domain: 0...1),
        series: [Series("chance", [Point(0, 0), Point(1, 1)], style: .reference)]
          + series { $0.curve.map { Point($0.characteristic.x, $0.characteristic.y) } }),
      LineChart(
        "Precision–recall curve",
        summary: "\(what) Average precision \(NumberText.fixed(precision, 4))\(isMean).",
        x: Axis("recall", .fraction, domain: 0...1), y: Axis("precision", .fraction, domain: 0...1),
        series: series { $0.curve.map { Point($0.precisionByRecall.x, $0.precisionByRecall.y) } }),
    ]
  }

  /// The points that show the shape of a line: each that is `RankingFigures.resolution` away from the last one kept on either axis, with the
  /// one before it if the line jumps there, and the first and the last.
  ///
  /// Points evenly spaced by their index would not do: of a rare class all positive samples can lie between two of them.
  static func thinned(_ points: [Point]) -> [Point] {
    func isFar(_ one: Point, _ other: Point) -> Bool {
      RankingFigures.areFar((one.x, one.y), (other.x, other.y))
    }
    guard var kept = points.first else { return [] }
    var thinned = [kept]
    for index in points.indices.dropFirst() where isFar(points[index], kept) {
      let before = points[index - 1]
      if before != kept, isFar(points[index], before) { thinned.append(before) }
      kept = points[index]
      thinned.append(kept)
    }
    if let last = points.last, last != kept { thinned.append(last) }
    return thinned
  }
}
