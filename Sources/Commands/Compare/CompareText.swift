import Experiments
import Files
import Pages
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
    var parts = summaries.disturbance.map { [wrapped($0)] } ?? []
    // A comparison that was interrupted may have none.
    if !summaries.isEmpty { parts.append(table + choices) }
    if !result.unfinished.isEmpty { parts.append(unfinished) }
    if let target = plan.comparison.targetAccuracy {
      if let note = summaries.startNote(target: NumberText.percent(target, digits: 1)) { parts.append(wrapped(note)) }
      parts += plan.comparison.scalings(result).map(sentence)
    }
    if !result.searches.isEmpty { parts.append(searches) }
    // The table may have left the window.
    if let answer { parts.append(wrapped(answer)) }
    return parts.joined(separator: "\n")
  }

  /// The best settings in a sentence each; nil for a single setting.
  private var answer: String? {
    guard summaries.count > 1 else { return nil }
    var sentences: [String] = []
    if let accuracy = least({ $0.end?.testAccuracy.map { -$0.median } }, { NumberText.fixed(-$0, 4) }) {
      sentences.append("Highest final test accuracy: \(accuracy).")
    } else if let loss = least({ $0.end?.testLoss?.median }, NumberText.metric) {
      sentences.append("Lowest final test loss: \(loss).")
    } else if let loss = least({ $0.end?.trainLoss.median }, NumberText.metric) {
      sentences.append("Lowest final train loss: \(loss).")
    }
    if let target = plan.comparison.targetAccuracy, !summaries.contains(where: \.startsAtTarget),
      let steps = least({ $0.stepsToTarget?.median }, { Int($0.rounded()).grouped })
    {
      sentences.append("Fewest steps to \(NumberText.percent(target, digits: 1)): \(steps).")
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// The smallest value and its settings: `0.9781, batch 64`. Settings are equal if the texts of their values are.
  private func least(_ value: (CompareSummary) -> Double?, _ text: (Double) -> String) -> String? {
    let settings = plan.comparison.settings
    let figures = summaries.compactMap { summary in
      value(summary).map { (name: settings[summary.setting].name, value: $0) }
    }
    return BestSettings(figures, text: text).map { "\(text($0.value)), \($0.names)" }
  }

  private var hasFamilies: Bool { Set(plan.comparison.settings.map(\.family)).count > 1 }
  private var hasAccuracy: Bool { summaries.contains { $0.curve.contains { $0.testAccuracy != nil } } }
  private var hasTest: Bool { plan.comparison.test != nil }

  /// A column of the table, and its cell for a setting.
  private struct Field {
    let column: TextTable.Column
    /// The priority on a terminal, where the last columns may not fit: columns of a smaller rank come first. Columns of
    /// one rank keep their order.
    let rank: Int
    let text: (CompareSummary) -> String

    init(
      _ title: String, _ alignment: TextTable.Alignment = .right, rank: Int = 2,
      _ text: @escaping (CompareSummary) -> String
    ) {
      column = TextTable.Column(title, alignment)
      self.rank = rank
      self.text = text
    }
  }

  private static let secondsTitle = "seconds"
  /// The end of the note on columns that do not fit into the window: the output that has them.
  private static let remedy = "--report FILE.html has all columns"

  private var table: String {
    var fields = fields
    if width != nil { fields = (0...2).flatMap { rank in fields.filter { $0.rank == rank } } }
    var table = TextTable(fields.map(\.column))
    for summary in summaries { table.add(fields.map { $0.text(summary) }) }
    if let seconds = fields.firstIndex(where: { $0.column.title == Self.secondsTitle }) {
      table.append(summaries.map { $0.end == nil ? "" : $0.timeMark }, to: seconds, width: width)
    }
    return table.fullText(width: width, remedy: Self.remedy)
  }

  private var fields: [Field] {
    let settings = plan.comparison.settings
    var fields = hasFamilies ? [Field("options", .left, rank: 0) { settings[$0.setting].family }] : []
    fields += [
      Field("batch", rank: 0) { size(settings[$0.setting]) },
      Field("learning rate", rank: 0) { NumberText.significant($0.learningRate, 3) },
    ]
    fields += effort
    if hasTest { fields.append(end("test loss") { $0.testLoss.map { NumberText.metric($0.median) } }) }
    if hasAccuracy { fields.append(Field("test accuracy", rank: 0) { Self.accuracy($0) }) }
    if let target = plan.comparison.targetAccuracy {
      fields.append(
        Field("steps to \(NumberText.percent(target, digits: 1))", rank: 0) {
          Self.steps($0)
        })
    }
    return fields + [
      Field("noise scale") { $0.gradientNoiseScale.map { NumberText.scaled($0.median) } ?? "–" },
      Field("workers, gradients", .left) { choices($0.setting) },
    ]
  }

  /// Steps, samples, time and training loss.
  private var effort: [Field] {
    [Field("steps") { $0.updates.grouped }, end("samples") { $0.samples.grouped }]
      + (plan.comparison.searchesStepLength ? [end("evaluations") { $0.evaluations.grouped }] : [])
      + [
        Field(Self.secondsTitle, rank: 1) { $0.end.map { NumberText.significant($0.seconds, 3) } ?? "–" },
        Field("train loss") { row in
          row.end.map { NumberText.metric($0.trainLoss.median) } ?? row.divergence ?? "–"
        },
      ]
  }

  /// A figure at the end of the runs; `–` if half of them or more diverged.
  private func end(
    _ title: String, rank: Int = 2, _ text: @escaping (CompareSummary.Point) -> String?
  ) -> Field {
    Field(title, rank: rank) { $0.end.flatMap(text) ?? "–" }
  }

  /// The median; with several seeds also the range, and the number of diverged runs.
  private static func accuracy(_ summary: CompareSummary) -> String {
    guard let end = summary.end else { return summary.divergence ?? "–" }
    guard let accuracy = end.testAccuracy else { return "–" }
    var text = NumberText.fixed(accuracy.median, 4)
    if summary.runs - summary.diverged > 1 {
      text += " (\(NumberText.fixed(accuracy.low, 4)) to \(NumberText.fixed(accuracy.high, 4)))"
    }
    return text + (summary.divergence.map { ", " + $0 } ?? "")
  }

  /// The median of the steps to the target, with the number of runs that did not reach it; `–` if half of them or more did not.
  private static func steps(_ summary: CompareSummary) -> String {
    guard let steps = summary.stepsToTarget else { return "–" }
    return Int(steps.median.rounded()).grouped
      + (steps.infinite > 0 ? " (\(steps.infinite) of \(summary.runs) never)" : "")
  }

  /// The input forms and instruction sets of all runs.
  private var choices: String {
    let inputs = Set(result.runs.map(\.choices.input.rawValue)).sorted()
    let sets = Set(result.runs.map(\.choices.instructionSet.rawValue)).sorted()
    return "Input \(inputs.joined(separator: ", ")), instruction set \(sets.joined(separator: ", ")).\n"
  }

  /// The batch size alone: at most the number of training samples.
  private func size(_ setting: CompareSetting) -> String {
    let size = setting.configuration.batchSize
    return size == .full ? "full" : String(size.resolved(plan.data.training.count))
  }

  private func choices(_ setting: Int) -> String {
    guard let choices = result.runs.first(where: { $0.setting == setting })?.choices else { return "" }
    return "\(choices.workers) \(choices.gradients.rawValue)"
  }

  /// The scaling efficiency, the critical batch size and the gradient noise scale of a family.
  private func sentence(_ scaling: CompareScaling) -> String {
    let batches = scaling.batches
    var text = scaling.family.isEmpty ? "" : scaling.family + ": "
    guard batches.measurements.count > 1 else {
      return wrapped(
        text + "the target was reached with \(batches.measurements.count) batch size; a comparison of steps needs two.")
    }
    text += "scaling efficiency (1 for steps ∝ 1/batch): "
    text += batches.measurements.map {
      "\(NumberText.percent(batches.efficiency(of: $0), digits: 0)) at batch \($0.batchSize)"
    }.joined(separator: ", ")
    if let least = batches.leastSteps, let critical = batches.criticalBatchSize {
      text += "; steps ≈ \(NumberText.scaled(least)) (1 + \(NumberText.scaled(critical))/batch)"
    }
    if let critical = batches.criticalText("≈ ") { text += (batches.isPerfect ? "; the " : ", ") + critical }
    if let noise = scaling.noise { text += "; mean gradient noise scale up to the target \(NumberText.scaled(noise))" }
    return wrapped(text)
  }

  /// One row per run that was under way when the comparison was interrupted.
  private var unfinished: String {
    let seeds = plan.comparison.seeds.count > 1
    var table = TextTable(
      [.init("under way", .left)] + (seeds ? [.init("seed")] : [])
        + [.init("budget spent"), .init("steps"), .init("train loss"), .init("test loss"), .init("test accuracy")])
    for one in result.unfinished {
      let point = one.run.curve.last
      table.add(
        [plan.comparison.settings[one.run.setting].name] + (seeds ? [String(one.run.seed)] : [])
          + [NumberText.percent(one.fraction, digits: 0), (point?.updates ?? 0).grouped]
          + [point?.trainLoss, point?.testLoss, point?.testAccuracy].map { $0.map(NumberText.metric) ?? "–" })
    }
    return table.fullText(width: width, remedy: Self.remedy)
  }

  private func wrapped(_ text: String) -> String { Layout.paragraph(text, width: width) }

  /// One row per search: its trials in ascending order, the chosen one in brackets.
  private var searches: String {
    var table = TextTable([
      .init("batch"), .init("steps per trial"),
      .init("validation loss by learning rate, the chosen one in brackets", .left),
    ])
    for search in result.searches {
      let setting = plan.comparison.settings[search.setting]
      let trials = search.ordered.map { trial in
        let rate = NumberText.significant(trial.learningRate, 3)
        let text = rate + ": " + trial.lossText(NumberText.metric)
        return trial.learningRate == search.learningRate ? "[\(text)]" : text
      }
      table.add([
        (hasFamilies ? setting.family + ", " : "") + size(setting),
        (search.trials.map(\.updates).max() ?? 0).grouped, trials.joined(separator: "  "),
      ])
    }
    return table.fullText(width: width, remedy: Self.remedy)
  }
}
