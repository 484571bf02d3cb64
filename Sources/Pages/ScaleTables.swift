import Charts
import Experiments
import Files
import Reports
import Training

/// The tables of a scaling experiment's report.
package enum ScaleTables {
  /// The number of workers, marked by `*` if it exceeds the number of cores, and by `!` if other programs kept workers waiting.
  private static func marked(_ run: ScaleRun) -> String {
    String(run.workers) + (run.isOversubscribed ? " *" : "") + run.processorUse.mark
  }

  /// `–` also for a run that other programs disturbed: its speed-up depends on them, not only on the serial fraction.
  package static func serialFraction(_ run: ScaleRun) -> String {
    run.isDisturbed ? "–" : run.serialFraction.map { NumberText.fixed($0, 3) } ?? "–"
  }

  /// One row per run.
  static func figures(_ runs: [ScaleRun], families: [ScalePage.Family]) -> DataTable {
    var table = DataTable([
      .init("", isNumeric: false), .init("batch"), .init("workers"), .init("samples/s"), .init("an epoch"),
      .init("quartiles"), .init("speed-up"), .init("quartiles"), .init("efficiency"), .init("serial fraction"),
      .init("kept waiting"), .init("rounds"), .init("gradients", isNumeric: false), .init("input", isNumeric: false),
    ])
    for family in families {
      for run in family.runs.map({ runs[$0] }) {
        table.rows.append([
          family.others, String(run.choices.batchSize), marked(run),
          NumberText.scaled(run.samplesPerSecond), NumberText.duration(run.seconds.median),
          NumberText.duration(run.seconds.lower) + " – " + NumberText.duration(run.seconds.upper),
          run.speedup.map { NumberText.fixed($0.median, 2) } ?? "–",
          run.speedup.map { NumberText.fixed($0.lower, 2) + " – " + NumberText.fixed($0.upper, 2) } ?? "–",
          run.efficiency.map { NumberText.percent($0, digits: 0) } ?? "–",
          serialFraction(run),
          run.processorUse.lostFraction.map { NumberText.percent($0, digits: 0) } ?? "–", String(run.timings.count),
          run.choices.gradients.rawValue, run.choices.input.rawValue,
        ])
      }
    }
    return table
  }

  static func targets(_ runs: [ScaleRun], families: [ScalePage.Family]) -> DataTable {
    var table = DataTable([
      .init("", isNumeric: false), .init("batch"), .init("workers"), .init("steps"), .init("time"),
    ])
    for family in families {
      for run in family.runs.map({ runs[$0] }) {
        table.rows.append([
          family.others, String(run.choices.batchSize), marked(run),
          run.reach.map { $0.steps.grouped } ?? "not reached",
          run.secondsToTarget.map { NumberText.duration($0) } ?? "–",
        ])
      }
    }
    return table
  }

  private static func nanoseconds(_ seconds: Double) -> String {
    let value = seconds * 1e9
    return value < 1000 ? NumberText.significant(value, 3) : Int(min(value, 1e15).rounded()).grouped
  }

  /// The fitted coefficients.
  static func parts(_ model: CostModel) -> DataTable {
    DataTable(
      [.init("part", isNumeric: false), .init("nanoseconds"), .init("per", isNumeric: false)],
      rows: model.parts.map { part in
        ["\(part.symbol): \(part.name)", nanoseconds(model.seconds[part] ?? 0), part.unit]
      })
  }
}
