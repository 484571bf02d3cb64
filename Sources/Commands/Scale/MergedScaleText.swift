import Experiments
import Pages
import Reports

/// The text of `scale --merge`, within 80 columns or those of a narrower terminal.
struct MergedScaleText {
  let merged: MergedScale

  /// The width of the terminal; nil without one.
  let width: Int?
  /// The end of the note on columns that do not fit into the window: the output that has them.
  private static let remedy = "--report FILE.html has all columns"

  init(_ merged: MergedScale, width: Int?) {
    self.merged = merged
    self.width = width
  }

  var text: String { figures + network + predictions }

  private var figures: String {
    let word = merged.hasRanks ? "rank " : ""
    var table = TextTable([
      .init("", .left), .init("ranks"), .init("hosts"), .init("workers"), .init("batch"), .init("samples/s"),
      .init("\(word)speed-up"), .init("\(word)efficiency"), .init("exchange"),
    ])
    for (run, speedup) in zip(merged.runs, merged.tableSpeedups) {
      table.add([
        merged.title(run, apartFrom: MergedScalePage.columns), String(run.ranks), String(run.hosts),
        String(run.workers), String(run.batchSize), NumberText.scaled(run.samplesPerSecond),
        speedup.map { NumberText.fixed($0, 2) } ?? "–",
        speedup.map { NumberText.percent($0 / merged.divisor(run), digits: 0) } ?? "–",
        run.exchangeShare.map { NumberText.percent($0, digits: 0) } ?? "–",
      ])
    }
    return table.fullText(width: width, remedy: Self.remedy)
  }

  private var network: String {
    let text = MergedScalePage.sentence(on: merged)
    return "\n" + Layout.wrapped(text, width: min(80, width ?? 80)).joined(separator: "\n") + "\n"
  }

  private var predictions: String {
    guard !merged.predictions.isEmpty else { return "" }
    var table = TextTable([
      .init("", .left), .init("ranks"), .init("batch"), .init("speed-up"), .init("efficiency"),
    ])
    for run in merged.predictions {
      let like = merged.runs[run.like]
      table.add([
        merged.title(like, apartFrom: MergedScalePage.columns), String(run.ranks), String(like.batchSize),
        NumberText.fixed(run.speedup, 2), NumberText.percent(run.speedup / Double(run.ranks), digits: 0),
      ])
    }
    return "\nPREDICTED, not measured, for ranks that divide the work of one process:\n\n"
      + table.fullText(width: width, remedy: Self.remedy)
  }
}
