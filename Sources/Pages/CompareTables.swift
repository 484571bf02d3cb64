import Charts
import Experiments
import Files
import Reports

/// The tables of a comparison.
enum CompareTables {
  /// One row per setting.
  static func figures(_ page: ComparePage) -> DataTable {
    let settings = page.comparison.settings
    let summaries = page.summaries
    let choices = { (summary: CompareSummary) in
      page.result.runs.first { $0.setting == summary.setting }?.choices
    }
    let columns: [(title: String, isNumeric: Bool, text: (CompareSummary) -> String?)] = [
      ("options", false, { settings[$0.setting].family.isEmpty ? nil : settings[$0.setting].family }),
      ("batch size", true, { $0.batchSize.grouped }),
      ("learning rate", true, { NumberText.significant($0.learningRate, 4) }),
      ("steps", true, { $0.updates.grouped }),
      (
        "gradient evaluations", true,
        { summary in
          page.comparison.searchesStepLength ? summary.end.map { $0.evaluations.grouped } : nil
        }
      ),
      ("samples", true, { $0.end.map { $0.samples.grouped } }),
      ("time", true, { row in row.end.map { NumberText.duration($0.seconds) + row.timeMark } }),
      ("train loss", true, { $0.end?.trainLoss.text(NumberText.metric) }),
      ("test loss", true, { $0.end?.testLoss?.text(NumberText.metric) }),
      ("test accuracy", true, { $0.end?.testAccuracy?.text { NumberText.percent($0) } }),
      ("steps to target", true, { $0.stepsToTarget?.text(isOfTarget: true) { Int($0.rounded()).grouped } }),
      ("noise scale", true, { $0.gradientNoiseScale?.text { NumberText.scaled($0) } }),
      ("seeds", true, { page.seedsText($0) }),
      ("diverged", true, { $0.diverged == 0 ? nil : "\($0.diverged) of \($0.runs)" }),
      ("workers", true, { choices($0).map { String($0.workers) } }),
      ("gradients", false, { choices($0)?.gradients.rawValue }),
      ("input", false, { choices($0)?.input.rawValue }),
    ]
    let kept = columns.filter { column in summaries.contains { column.text($0) != nil } }
    return DataTable(
      kept.map { .init($0.title, isNumeric: $0.isNumeric) },
      rows: summaries.map { summary in kept.map { $0.text(summary) ?? "–" } })
  }

  /// One row per run that was interrupted.
  static func unfinished(_ page: ComparePage) -> DataTable {
    DataTable(
      [
        .init("setting", isNumeric: false), .init("seed"), .init("budget spent"), .init("learning rate"),
        .init("steps"),
        .init("samples"), .init("time"), .init("train loss"), .init("test loss"), .init("test accuracy"),
      ],
      rows: page.result.unfinished.map { one in
        let (run, point) = (one.run, one.run.curve.last)
        return [
          page.comparison.settings[run.setting].name, "\(run.seed)", NumberText.percent(one.fraction, digits: 0),
          NumberText.significant(run.learningRate, 3), (point?.updates ?? 0).grouped, (point?.samples ?? 0).grouped,
          point.map { NumberText.duration($0.seconds) } ?? "–",
          point.map { NumberText.metric($0.trainLoss) } ?? "–", point?.testLoss.map(NumberText.metric) ?? "–",
          point?.testAccuracy.map { NumberText.percent($0) } ?? "–",
        ]
      })
  }

  /// One row per trial of a learning rate.
  static func trials(_ page: ComparePage) -> DataTable {
    let rows = page.result.searches.flatMap { search in
      search.ordered.map { trial in
        [
          page.comparison.settings[search.setting].name, NumberText.significant(trial.learningRate, 3),
          trial.updates.grouped,
          trial.lossText(NumberText.metric),
          trial.learningRate == search.learningRate ? "chosen" : "",
        ]
      }
    }
    return DataTable(
      [
        .init("setting", isNumeric: false), .init("learning rate"), .init("steps"), .init("validation loss"),
        .init("", isNumeric: false),
      ], rows: rows)
  }
}
