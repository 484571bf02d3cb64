import Charts
import Networks
import Reports

extension Page {
  /// The charts and tables of a network on a split: what it gets wrong and how sure it is, or how far its values are off; and what
  /// its first layer looks at.
  mutating func result(_ result: SplitResult, parameters: Parameters) {
    section(result.classes == nil ? "How far off it is" : "What it gets right and wrong")
    figures(result.classes == nil ? RegressionCharts.all(result) : ClassificationCharts.all(result))
    let shape = result.samples.imageShape
    figures(
      [ClassificationCharts.pictures(result), WeightPictures.chart(parameters, result.topology, shape: shape)]
        .compactMap { $0 })
    guard let classes = result.classes else { return }
    if shape == nil, let table = ClassificationCharts.mistakesTable(result) {
      section("The worst mistakes")
      paragraph("Samples of the \(result.name) split, by number from 0, whose true class had the least output.")
      self.table(table)
    }
    section("Class by class")
    table(ClassificationCharts.table(classes))
  }

  /// Loss, accuracy and the like in large figures.
  static func headline(_ result: SplitResult) -> [(name: String, value: String)] {
    let evaluation = result.evaluation
    var figures: [(name: String, value: String)] = []
    // Where there is one split alone, its figures need no name.
    let of = result.name == SplitResult.whole ? "" : result.name + " "
    if let accuracy = evaluation.accuracy { figures.append((of + "accuracy", NumberText.percent(accuracy))) }
    if let rmse = evaluation.rmse { figures.append((of + "RMSE", NumberText.significant(rmse, 4))) }
    if let r2 = evaluation.r2 { figures.append(("R²", NumberText.fixed(r2, 4))) }
    figures.append((of + "loss", NumberText.significant(evaluation.loss, 4)))
    return figures
  }
}
