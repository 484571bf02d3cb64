import Experiments
import Files
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
    let hasAccuracy = result.trials.contains { $0.last.validationAccuracy != nil }
    let names = plan.options.space.dimensions.map { TextTable.Column($0.name) }
    let figures: [TextTable.Column] = [.init("validation loss")] + (hasAccuracy ? [.init("accuracy")] : [])
    var table = TextTable(ordered(names, figures) + [.init("steps"), .init("dropped in round")])
    for index in ranking.prefix(Self.most) {
      let trial = result.trials[index]
      var figures = [trial.last.validationLoss.map(NumberText.metric) ?? "diverged"]
      if hasAccuracy { figures.append(trial.last.validationAccuracy.map { NumberText.fixed($0, 4) } ?? "–") }
      table.add(
        ordered(plan.options.space.texts(trial.number), figures)
          + [trial.last.steps.grouped, trial.stoppedText])
    }
    var text = table.fullText(width: width, remedy: "--json has them")
    let left = ranking.count - Self.most
    if left > 0 { text += "and \(left.counted("more trial")).\n" }
    for remark in result.remarks(name) { text += "\n" + Layout.paragraph(remark, width: width) }
    if let best = result.best {
      text += "\n" + CommandText.wrapped(plan.options.command(result.trials[best].number), width: width) + "\n"
    }
    return text
  }

  /// The searched options of a trial: rows of the table have no numbers.
  private func name(_ trial: SweepTrial) -> String {
    let space = plan.options.space
    return zip(space.dimensions, space.texts(trial.number)).map { "--\($0.name) \($1)" }.joined(separator: " ")
  }

  /// The figures come first on a terminal, which may have no columns for the last ones; the command has all options of the best trial.
  private func ordered<Item>(_ options: [Item], _ figures: [Item]) -> [Item] {
    width == nil ? options + figures : figures + options
  }
}
