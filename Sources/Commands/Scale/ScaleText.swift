import Experiments
import Files
import Pages
import Reports
import Training

/// The text of `scale`: a table for every combination of values except batch size and workers. Sentences fill the
/// terminal's width, or 80 columns without one.
struct ScaleText {
  private let outcome: ScaleOutcome
  private let sections: [[Int]]
  /// The width of the terminal; nil without one.
  private let width: Int?

  /// The end of the note on columns that do not fit into the window: the output that has them.
  private static let remedy = "--json has them"

  private var textWidth: Int { width ?? 80 }

  init(_ outcome: ScaleOutcome, width: Int?) {
    self.outcome = outcome
    self.width = width
    let groups = outcome.grid.groups(
      apartFrom: BudgetOptions.batchSizeOption.name, ExecutionOptions.workersOption.name)
    sections = groups.indices.reduce(into: []) { sections, index in
      while sections.count <= groups[index] { sections.append([]) }
      sections[groups[index]].append(index)
    }
  }

  var text: String {
    let parts = sections.map { section in
      "\n" + title(section) + "\n\n" + figures(section) + phases(section) + exchanges(section) + targets(section)
    }
    return disturbance + heading + parts.joined() + notes + prediction
  }

  private func paragraph(_ text: String) -> String { Layout.paragraph(text, width: textWidth) }

  /// A warning if other programs used the processors, since the figures then do not describe the machine alone; else empty.
  private var disturbance: String {
    guard let text = outcome.runs.disturbance else { return "" }
    return paragraph(text) + "\n"
  }

  private var heading: String {
    let runs = outcome.runs
    let rounds = Quartiles(runs.map { Double($0.timings.count) }).map { Int($0.median) } ?? 0
    let line =
      "\((runs.first?.trainingSamples ?? 0).grouped) training samples, "
      + (outcome.ranks.map { ScaleOutcome.text($0) + ", each with " } ?? "")
      + outcome.cores.counted("core") + ", medians of " + rounds.counted("round")
      + " in alternation"
    guard let together = outcome.coresTogether else { return paragraph(line) }
    let (speedup, barrier) = (together.speedup, together.barrier)
    let machine =
      "\(together.cores) cores together did \(NumberText.fixed(speedup.median, 2)) times the arithmetic of one "
      + "(quartiles \(NumberText.fixed(speedup.lower, 2))–\(NumberText.fixed(speedup.upper, 2))), and a barrier among them "
      + "took \(Self.figure(barrier.median * 1e6)) µs "
      + "(\(Self.figure(barrier.lower * 1e6))–\(Self.figure(barrier.upper * 1e6)))"
      + (runs.contains(where: \.processorUse.isDisturbed) ? ", while other programs used the processors" : "")
    return paragraph(line) + paragraph(machine)
  }

  private func title(_ section: [Int]) -> String {
    let run = outcome.runs[section[0]]
    let axes = outcome.grid.title(
      of: outcome.grid.cells[section[0]], apartFrom: BudgetOptions.batchSizeOption.name,
      ExecutionOptions.workersOption.name, ExecutionOptions.gradientsOption.name)
    let facts =
      "\(outcome.plans[section[0]].topology), \(run.optimizer), \(run.choices.input.rawValue) input, "
      + run.choices.instructionSet.rawValue
    let title = "gradients \(run.choices.gradients.rawValue)" + (axes.isEmpty ? "" : ", " + axes) + " (\(facts))"
    return Layout.wrapped(title, width: textWidth).joined(separator: "\n")
  }

  private func workers(_ run: ScaleRun) -> String {
    String(run.workers) + (run.isOversubscribed ? "*" : "") + (run.processorUse.isDisturbed ? "!" : "")
  }

  private func figures(_ section: [Int]) -> String {
    let runs = section.map { outcome.runs[$0] }
    let isLong = (runs.map(\.seconds.upper).max() ?? 0) >= 10
    let factor = isLong ? 1 : 1000.0
    var table = TextTable([
      .init("batch"), .init("workers"), .init("samples/s"), .init(isLong ? "epoch, s" : "epoch, ms"),
      .init("quartiles"), .init("speed-up"), .init("efficiency"), .init("serial"),
    ])
    for run in runs {
      table.add([
        String(run.choices.batchSize), workers(run), NumberText.scaled(run.samplesPerSecond),
        Self.figure(run.seconds.median * factor),
        Self.figure(run.seconds.lower * factor) + "–" + Self.figure(run.seconds.upper * factor),
        run.speedup.map { NumberText.fixed($0.median, 2) } ?? "–",
        run.efficiency.map { NumberText.percent($0, digits: 0) } ?? "–",
        ScaleTables.serialFraction(run),
      ])
    }
    return table.fullText(width: width, remedy: Self.remedy)
  }

  /// The value with at least three significant digits, so that a short time is not 0.00.
  private static func figure(_ value: Double) -> String {
    value < 1 ? NumberText.significant(value, 3) : NumberText.fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0)
  }

  /// The table of the phases of a step, in % of all workers' time.
  private func phases(_ section: [Int]) -> String {
    // An interrupted experiment may have none, or only those of its first combinations.
    guard section.contains(where: { outcome.runs[$0].measuredPhases != nil }) else { return "" }
    var table = TextTable(
      [.init("batch"), .init("workers")] + StepPhase.allCases.map { .init("\($0)") })
    for run in section.map({ outcome.runs[$0] }) {
      table.add(
        [String(run.choices.batchSize), workers(run)]
          + (run.measuredPhases.map { $0.map { NumberText.percent($0, digits: 0) } }
            ?? StepPhase.allCases.map { _ in "–" }))
    }
    return "\n" + table.fullText(width: width, remedy: Self.remedy)
  }

  /// The time in the exchange between ranks, and its bytes.
  private func exchanges(_ section: [Int]) -> String {
    guard outcome.ranks != nil else { return "" }
    var table = TextTable([
      .init("batch"), .init("workers"), .init("exchange"), .init("µs per step"), .init("bytes per step"),
    ])
    for run in section.map({ outcome.runs[$0] }) {
      let seconds = run.exchangeSeconds ?? 0
      table.add([
        String(run.choices.batchSize), workers(run), NumberText.percent(seconds / run.seconds.median, digits: 0),
        Self.figure(seconds / Double(run.choices.stepsPerEpoch) * 1e6),
        run.bytesPerStep.map(\.grouped) ?? "–",
      ])
    }
    return "\n" + table.fullText(width: width, remedy: Self.remedy)
  }

  private func targets(_ section: [Int]) -> String {
    guard let target = outcome.options.targetAccuracy else { return "" }
    var table = TextTable([
      .init("batch"), .init("workers"), .init("steps to \(NumberText.significant(target, 4))"), .init("seconds"),
    ])
    for run in section.map({ outcome.runs[$0] }) {
      table.add([
        String(run.choices.batchSize), workers(run), run.reach.map { String($0.steps) } ?? "not reached",
        run.secondsToTarget.map { NumberText.duration($0) } ?? "–",
      ])
    }
    return "\n" + table.fullText(width: width, remedy: Self.remedy)
  }

  private var notes: String {
    var notes = ""
    if outcome.runs.contains(where: \.isOversubscribed) {
      // Other programs may have slowed down the runs with fewer workers.
      let isUndisturbed = !outcome.runs.contains(where: \.processorUse.isDisturbed)
      notes += "\n* more workers than cores" + (isUndisturbed ? ": no further speed-up" : "") + "\n"
    }
    if outcome.runs.contains(where: { $0.speedup == nil }) {
      notes += "\nNo speed-up without a run with one worker.\n"
    }
    return notes
  }

  private var prediction: String {
    switch outcome.prediction {
    case .failure(let reason):
      return "\n" + paragraph("No prediction for more cores: \(reason).")
    case .success(let prediction):
      guard !prediction.runs.isEmpty else { return "" }
      let model = prediction.model
      let sentences =
        "PREDICTED, not measured: speed-ups by a cost model fitted to \(model.cells) combinations on "
        + "\(prediction.cores) cores, with a relative error of \(NumberText.percent(model.relativeError, digits: 1)) "
        + "(root mean square; largest \(NumberText.percent(model.largestError, digits: 1))). "
        + "In parentheses: the range without one of them\(prediction.knowsGrowth ? "" : ", or with other costs of barriers"). "
        + "The model does not include the memory bandwidth of a machine with more cores."
      return "\n" + paragraph(sentences) + "\n" + predictions(prediction)
    }
  }

  /// The first, the middle and the last number of workers, to fit the width.
  private func predictions(_ prediction: ScalePrediction) -> String {
    let all = Set(prediction.runs.map(\.workers)).sorted()
    let counts = all.count <= 3 ? all : [all[0], all[all.count / 2], all[all.count - 1]]
    var table = TextTable([.init("", .left), .init("batch")] + counts.map { .init("\($0) workers") })
    for index in sections.joined() where prediction.runs.contains(where: { $0.like == index }) {
      let title = outcome.grid.title(
        of: outcome.grid.cells[index], apartFrom: BudgetOptions.batchSizeOption.name,
        ExecutionOptions.workersOption.name)
      let cells = counts.map { count in
        prediction.runs.first { $0.like == index && $0.workers == count }.map(Self.speedup) ?? "–"
      }
      table.add([title, String(outcome.runs[index].choices.batchSize)] + cells)
    }
    return table.fullText(width: width, remedy: Self.remedy)
  }

  /// `2.6 (2.2–3.1)`.
  private static func speedup(_ run: ScalePrediction.Run) -> String {
    let range = [run.speedupRange.lowerBound, run.speedupRange.upperBound].map { NumberText.fixed($0, 1) }
    return NumberText.fixed(run.speedup, 1) + " (" + range.joined(separator: "–") + ")"
  }
}
