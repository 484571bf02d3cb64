import Experiments
import Reports

/// The result of a sweep as text: the best trials in order, and the command that trains the best one.
struct SweepText {
  let plan: SweepPlan
  let result: SweepResult
  /// The width of the terminal; nil for tables of any width.
  let width: Int?

  /// The largest number of rows; `--metrics`, `--json` and the report have all trials.
  private static let most = 10

  var text: String {
    let ranking = result.ranking
    var columns = plan.options.space.dimensions.map { TextTable.Column($0.name) }
    let hasAccuracy = result.trials.contains { $0.last.validationAccuracy != nil }
    columns += [.init("validation loss")] + (hasAccuracy ? [.init("accuracy")] : [])
    columns += [.init("steps"), .init("dropped in round")]
    var table = TextTable(columns)
    for index in ranking.prefix(Self.most) {
      let trial = result.trials[index]
      var cells = plan.options.space.texts(trial.number)
      cells.append(trial.last.validationLoss.map(NumberText.metric) ?? "diverged")
      if hasAccuracy { cells.append(trial.last.validationAccuracy.map { NumberText.fixed($0, 4) } ?? "–") }
      cells += [NumberText.grouped(trial.last.steps), trial.stopped.map(String.init) ?? "–"]
      table.add(cells)
    }
    var text = width.map(table.text(width:)) ?? table.text
    let left = ranking.count - Self.most
    if left > 0 { text += "and \(NumberText.count(left, "more trial")).\n" }
    if let best = result.best { text += "\n" + plan.options.command(result.trials[best].number) + "\n" }
    return text
  }
}
