import Experiments
import Files
import JSON
import Training

/// `--resume` of `scale`: the measurements of an earlier process, from its rows.
struct ScaleResumption {
  private(set) var known = ScaleKnown()

  /// - Parameter cells: the value of each cell on every axis.
  /// - Throws: `FileError` for a file that cannot be read or has other content; `UsageError` for options or data that
  ///   differ from those of the rows.
  init(
    _ path: String?, cells: [[JSONValue.Member]], _ configuration: ExperimentConfiguration, _ console: Console
  ) throws {
    guard let path else { return }
    guard let rows = try RowsReader.read(path), let first = rows.first else {
      console.note("descent: no rows in \(path): the experiment starts from the beginning.")
      return
    }
    try configuration.check(first[ExperimentConfiguration.column], file: path)
    let keys = cells.map { members in members.map { ($0.name, RowsFile.cell($0.value)) } }
    for row in rows {
      if row["event"] == "cores" {
        note(cores: row)
      } else if let cell = keys.firstIndex(where: { $0.allSatisfy { (row[$0.0] ?? "") == $0.1 } }) {
        note(row, cell: cell)
      }
    }
  }

  private mutating func note(cores row: RowsReader.Row) {
    guard let cores = row["workers"].flatMap({ Int($0) }), let speedup = RowsReader.number(row, "speedup"),
      let barrier = RowsReader.number(row, "seconds")
    else { return }
    known.cores.append(CoreReading(cores: cores, speedup: speedup, barrier: barrier))
  }

  private mutating func note(_ row: RowsReader.Row, cell: Int) {
    let steps = row["steps"].flatMap { Int($0) }
    let seconds = RowsReader.number(row, "seconds")
    switch row["event"] {
    case "timing"?:
      guard let round = row["round"].flatMap({ Int($0) }), let steps, let seconds, round > 0,
        let samples = row["samples"].flatMap({ Int($0) })
      else { return }
      // Each round once, in order.
      guard round == (known.timings[cell]?.count ?? 0) + 1 else { return }
      known.timings[cell, default: []].append(
        ScaleTiming(
          round: round, steps: steps, samples: samples, seconds: seconds,
          processorUse: ProcessorUse(rowText: row["processor_use"] ?? ""),
          spent: RowsReader.number(row, "spent")))
    case "phases"?:
      let shares = (row["phases"] ?? "").split(separator: " ").compactMap { Double($0) }
      if shares.count == StepPhase.allCases.count { known.phases[cell] = shares }
    case "reach"?:
      let reach = steps.flatMap { steps in seconds.map { ScaleReach(steps: steps, seconds: $0) } }
      known.reaches.updateValue(reach, forKey: cell)
    default: return
    }
  }
}
