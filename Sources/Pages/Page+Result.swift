import Charts
import Networks
import Reports

extension Page {
  /// The charts and tables of a network on a split: its errors and confidence, or its residuals; and its first layer's weights.
  mutating func result(_ result: SplitResult, parameters: Parameters) {
    section(result.classes == nil ? "Regression results" : "Classification results")
    figures(result.classes == nil ? RegressionCharts.all(result) : ClassificationCharts.all(result))
    let shape = result.samples.imageShape
    figures(
      [ClassificationCharts.pictures(result), WeightPictures.chart(parameters, result.topology, shape: shape)]
        .compactMap { $0 })
    guard let classes = result.classes else { return }
    if shape == nil, let table = ClassificationCharts.mistakesTable(result) {
      section("Most confident errors")
      paragraph(
        "Errors on the \(result.name) split (samples numbered from 0) with the highest output of the predicted class.")
      self.table(table)
    }
    section("Results per class")
    table(ClassificationCharts.table(classes))
  }

  /// Loss, accuracy and similar values as key figures.
  static func headline(_ result: SplitResult) -> [(name: String, value: String)] {
    let evaluation = result.evaluation
    var figures: [(name: String, value: String)] = []
    // The name of an undivided source is left out.
    let of = result.name == SplitResult.whole ? "" : result.name + " "
    if let accuracy = evaluation.accuracy { figures.append((of + "accuracy", NumberText.percent(accuracy))) }
    if let rmse = evaluation.rmse { figures.append((of + "RMSE", NumberText.headline(rmse))) }
    if let r2 = evaluation.r2 { figures.append(("R²", NumberText.fixed(r2, 4))) }
    // The loss of a regression is in the targets' units.
    let loss = result.classes == nil ? NumberText.headline(evaluation.loss) : NumberText.metric(evaluation.loss)
    figures.append((of + "loss", loss))
    return figures
  }
}
