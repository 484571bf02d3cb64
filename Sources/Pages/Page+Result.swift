import Charts
import Reports

extension Page {
  /// The charts and tables of a network on a split: what it gets wrong and how sure it is, or how far its values are off.
  mutating func result(_ result: SplitResult) {
    section(result.classes == nil ? "How far off it is" : "What it gets right and wrong")
    figures(result.classes == nil ? RegressionCharts.all(result) : ClassificationCharts.all(result))
    guard let classes = result.classes else { return }
    if let pictures = ClassificationCharts.pictures(result) {
      figures([pictures])
    } else if let table = ClassificationCharts.mistakesTable(result) {
      self.table(table, caption: "The mistakes whose true class had the least output.")
    }
    section("Class by class")
    table(ClassificationCharts.table(classes))
  }

  /// Loss, accuracy and the like in large figures.
  static func headline(_ result: SplitResult) -> [(name: String, value: String)] {
    let evaluation = result.evaluation
    var figures: [(name: String, value: String)] = []
    if let accuracy = evaluation.accuracy { figures.append(("\(result.name) accuracy", NumberText.percent(accuracy))) }
    if let rmse = evaluation.rmse { figures.append(("\(result.name) RMSE", NumberText.significant(rmse, 4))) }
    if let r2 = evaluation.r2 { figures.append(("R²", NumberText.fixed(r2, 4))) }
    figures.append(("\(result.name) loss", NumberText.significant(evaluation.loss, 4)))
    return figures
  }
}
