import Experiments
import Files
import JSON
import Training

/// `--resume` of `scale`: the measurements of an earlier process, from its rows.
struct ScaleResumption {
  private(set) var known = ScaleKnown()
  private var rows: [[JSONValue.Member]] = []
  /// The timings and the machine's upper bounds, in the order of the rows.
  private var readings: [Reading] = []
  /// The rows of evaluations whose run to the target is not complete, by cell.
  private var open: [Int: [Int]] = [:]
  /// Rows whose measurement is repeated.
  private var dropped: Set<Int> = []

  /// A row that belongs to a round.
  private struct Reading {
    var row: Int
    /// The cell and its round; nil for the machine's upper bound, which is measured at the beginning of a round.
    var timing: (cell: Int, round: Int)?
    var cores: CoreReading?
  }

  /// - Parameter cells: the value of each cell on every axis.
  /// - Throws: `FileError` for a file that cannot be read or has other content; `UsageError` for options or data that
  ///   differ from those of the rows.
  init(
    _ path: String?, cells: [[JSONValue.Member]], _ configuration: ExperimentConfiguration, _ console: Console
  ) throws {
    guard let path, let rows = try ExperimentRows.read(path, configuration, experiment: "experiment", console) else {
      return
    }
    let keys = cells.map { members in members.map { ($0.name, RowsFile.cell($0.value)) } }
    self.rows = rows.map(\.members)
    for (index, row) in rows.enumerated() {
      if row["event"] == "cores" {
        note(cores: row, index)
      } else if let cell = keys.firstIndex(where: { $0.allSatisfy { (row[$0.0] ?? "") == $0.1 } }) {
        self.rows[index] = row.members(as: cells[cell])
        note(row, index, cell: cell)
      }
    }
    for rows in open.values { dropped.formUnion(rows) }
  }

  /// Discards the measurements of rounds that are timed again.
  ///
  /// - Parameter timings: those that are kept, by cell.
  /// - Returns: the rows at the beginning of the new file of `--metrics`.
  mutating func keep(_ timings: [Int: [ScaleTiming]]) -> [[JSONValue.Member]] {
    known.timings = timings
    known.cores = []
    var kept: [CoreReading] = []
    // The upper bound comes before the timings of its round; at the end of the rows there is none.
    var isRepeated = true
    for reading in readings.reversed() {
      if let timing = reading.timing {
        isRepeated = timing.round > timings[timing.cell]?.count ?? 0
      } else if !isRepeated, let cores = reading.cores {
        kept.append(cores)
      }
      if isRepeated { dropped.insert(reading.row) }
    }
    known.cores = kept.reversed()
    return rows.indices.filter { !dropped.contains($0) }.map { rows[$0] }
  }

  private mutating func note(cores row: RowsReader.Row, _ index: Int) {
    guard let cores = RowsReader.whole(row, "workers", in: 2...WorkerTeam.largest),
      let speedup = RowsReader.number(row, "speedup"), speedup > 0,
      let barrier = RowsReader.number(row, "seconds"), barrier >= 0
    else {
      dropped.insert(index)
      return
    }
    readings.append(Reading(row: index, cores: CoreReading(cores: cores, speedup: speedup, barrier: barrier)))
  }

  private mutating func note(_ row: RowsReader.Row, _ index: Int, cell: Int) {
    let steps = RowsReader.whole(row, "steps", in: 0...BudgetOptions.maximumSteps)
    let seconds = RowsReader.number(row, "seconds").flatMap { $0 >= 0 ? $0 : nil }
    switch row["event"] {
    case "timing"?:
      // Each round once, in order.
      let round = (known.timings[cell]?.count ?? 0) + 1
      guard let steps, let seconds, steps > 0, seconds > 0, RowsReader.whole(row, "round", in: round...round) != nil,
        let samples = RowsReader.whole(row, "samples", in: RowsReader.counts)
      else {
        dropped.insert(index)
        return
      }
      readings.append(Reading(row: index, timing: (cell, round)))
      known.timings[cell, default: []].append(
        ScaleTiming(
          round: round, steps: steps, samples: samples, seconds: seconds,
          processorUse: ProcessorUse(rowText: row["processor_use"] ?? ""),
          spent: RowsReader.number(row, "spent")))
    case "evaluation"?:
      // Zero steps: a run that was incomplete was started again.
      if steps == 0 { dropped.formUnion(open.removeValue(forKey: cell) ?? []) }
      open[cell, default: []].append(index)
    case "phases"?:
      let shares = (row["phases"] ?? "").split(separator: " ").compactMap { Double($0) }.filter { (0...1).contains($0) }
      guard shares.count == StepPhase.allCases.count else {
        dropped.insert(index)
        return
      }
      known.phases[cell] = shares
    case "reach"?:
      let reach = steps.flatMap { steps in seconds.map { ScaleReach(steps: steps, seconds: $0) } }
      known.reaches.updateValue(reach, forKey: cell)
      open[cell] = nil
    default: return
    }
  }
}
