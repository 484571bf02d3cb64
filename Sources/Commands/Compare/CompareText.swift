import Experiments
import Reports
import Training

/// A comparison as text: one row per setting, the steps to the target by batch size, and the searches for learning
/// rates.
struct CompareText {
  let plan: ComparePlan
  let result: CompareResult
  private let summaries: [CompareSummary]
  /// The width of the terminal; nil for tables of any width.
  private let width: Int?

  init(_ plan: ComparePlan, _ result: CompareResult, width: Int? = nil) {
    self.width = width
    self.plan = plan
    self.result = result
    summaries = result.summaries
  }

  var text: String {
    var parts = [table + choices]
    if plan.comparison.targetAccuracy != nil { parts += plan.comparison.scalings(result).map(Self.sentence) }
    if !result.sweeps.isEmpty { parts.append(sweeps) }
    return parts.joined(separator: "\n")
  }

  private var hasFamilies: Bool { Set(plan.comparison.settings.map(\.family)).count > 1 }
  private var hasAccuracy: Bool { summaries.contains { $0.curve.contains { $0.testAccuracy != nil } } }
  private var hasTest: Bool { plan.comparison.test != nil }

  private var table: String {
    var columns: [TextTable.Column] = [.init("batch"), .init("learning rate"), .init("updates"), .init("samples")]
    if plan.comparison.searchesStepLength { columns.append(.init("evaluations")) }
    columns += [.init("seconds"), .init("train loss")]
    if hasFamilies { columns.insert(.init("options", .left), at: 0) }
    if hasTest { columns.append(.init("test loss")) }
    if hasAccuracy { columns.append(.init("test accuracy")) }
    if let target = plan.comparison.targetAccuracy {
      columns.append(.init("steps to \(NumberText.percent(target, digits: 1))"))
    }
    columns += [.init("noise scale"), .init("workers, gradients", .left)]
    var table = TextTable(columns)
    for summary in summaries { table.add(row(summary)) }
    return width.map(table.text(width:)) ?? table.text
  }

  private func row(_ summary: CompareSummary) -> [String] {
    let setting = plan.comparison.settings[summary.setting]
    let end = summary.end
    var cells = [Self.size(setting), NumberText.significant(summary.learningRate, 3)]
    if let end {
      cells += [
        NumberText.grouped(end.updates), NumberText.grouped(end.samples), NumberText.significant(end.seconds, 3),
        NumberText.metric(end.trainLoss.median),
      ]
      if plan.comparison.searchesStepLength { cells.insert(NumberText.grouped(end.evaluations), at: 4) }
    } else {
      let updates = result.runs.filter { $0.setting == summary.setting }.map(\.updates).max() ?? 0
      cells += ["diverged", "after", NumberText.grouped(updates), "updates"]
      if plan.comparison.searchesStepLength { cells.append("") }
    }
    if hasFamilies { cells.insert(setting.family, at: 0) }
    if hasTest { cells.append(end?.testLoss.map { NumberText.metric($0.median) } ?? "–") }
    if hasAccuracy { cells.append(Self.accuracy(summary)) }
    if plan.comparison.targetAccuracy != nil {
      cells.append(summary.stepsToTarget.map { NumberText.grouped(Int($0.median.rounded())) } ?? "–")
    }
    cells.append(summary.gradientNoiseScale.map { NumberText.scaled($0.median) } ?? "–")
    cells.append(choices(summary.setting))
    return cells
  }

  /// The median; with several seeds also the range, and the number of diverged runs.
  private static func accuracy(_ summary: CompareSummary) -> String {
    guard let accuracy = summary.end?.testAccuracy else { return "–" }
    var text = NumberText.fixed(accuracy.median, 4)
    if summary.runs - summary.diverged > 1 {
      text += " (\(NumberText.fixed(accuracy.low, 4)) to \(NumberText.fixed(accuracy.high, 4)))"
    }
    if summary.diverged > 0 { text += ", \(summary.diverged) of \(summary.runs) diverged" }
    return text
  }

  /// The input forms and instruction sets of all runs.
  private var choices: String {
    let inputs = Set(result.runs.map(\.choices.input.rawValue)).sorted()
    let sets = Set(result.runs.map(\.choices.instructionSet.rawValue)).sorted()
    return "Input \(inputs.joined(separator: ", ")), instruction set \(sets.joined(separator: ", ")).\n"
  }

  /// The batch size alone.
  private static func size(_ setting: CompareSetting) -> String {
    if case .samples(let size) = setting.configuration.batchSize { return String(size) }
    return "full"
  }

  private func choices(_ setting: Int) -> String {
    guard let choices = result.runs.first(where: { $0.setting == setting })?.choices else { return "" }
    return "\(choices.workers) \(choices.gradients.rawValue)"
  }

  /// The scaling efficiency, the critical batch size and the gradient noise scale of a family.
  private static func sentence(_ scaling: CompareScaling) -> String {
    let batches = scaling.batches
    var text = scaling.family.isEmpty ? "" : scaling.family + ": "
    guard batches.measurements.count > 1 else {
      return text
        + "the target was reached with \(batches.measurements.count) batch size; a comparison of steps needs two.\n"
    }
    text += "scaling efficiency (1 for steps ∝ 1/batch): "
    text += batches.measurements.map {
      "\(NumberText.percent(batches.efficiency(of: $0), digits: 0)) at batch \($0.batchSize)"
    }.joined(separator: ", ")
    if let least = batches.leastSteps, let critical = batches.criticalBatchSize {
      text +=
        "; steps ≈ \(NumberText.scaled(least)) (1 + \(NumberText.scaled(critical))/batch), "
        + "critical batch size ≈ \(NumberText.scaled(critical))"
    }
    if let noise = scaling.noise { text += "; gradient noise scale \(NumberText.scaled(noise))" }
    return text + "\n"
  }

  /// One row per search: its trials in ascending order, the chosen one in brackets.
  private var sweeps: String {
    var table = TextTable([
      .init("batch"), .init("steps per trial"),
      .init("validation loss by learning rate, the chosen one in brackets", .left),
    ])
    for sweep in result.sweeps {
      let setting = plan.comparison.settings[sweep.setting]
      let trials = sweep.ordered.map { trial in
        let rate = NumberText.significant(trial.learningRate, 3)
        let text = rate + " " + (trial.validationLoss.map(NumberText.metric) ?? "diverged")
        return trial.learningRate == sweep.learningRate ? "[\(text)]" : text
      }
      table.add([
        (hasFamilies ? setting.family + ", " : "") + Self.size(setting),
        NumberText.grouped(sweep.trials.map(\.updates).max() ?? 0), trials.joined(separator: "  "),
      ])
    }
    return width.map(table.text(width:)) ?? table.text
  }
}
