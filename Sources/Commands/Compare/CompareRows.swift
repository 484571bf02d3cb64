import Experiments
import Files
import JSON

/// The raw rows of a comparison on their way into a file, one an evaluation, each with the system as soon as it is made: CSV for a name
/// in `.csv`, else JSON Lines. `pandas.read_csv(file)`, `pandas.read_json(file, lines=True)`.
final class CompareRows {
  private let file: InPlaceFile
  private let isCSV: Bool
  private let plan: ComparePlan

  /// Begins the file anew.
  ///
  /// - Throws: `FileError` where the path cannot be written.
  init(_ path: String, _ plan: ComparePlan) throws(FileError) {
    file = try InPlaceFile(path)
    isCSV = path.lowercased().hasSuffix(".csv")
    self.plan = plan
    guard isCSV else { return }
    let model = plan.row(setting: 0, seed: 0, learningRate: 0, samples: 0, updates: 0, point: nil)
    try file.write(model.map(\.name).joined(separator: ",") + "\n")
  }

  func write(_ event: Comparison.Event) throws(FileError) {
    switch event {
    case .point(let point, let setting, let seed, let learningRate):
      try write(
        plan.row(
          setting: setting, seed: seed, learningRate: learningRate, samples: point.samples, updates: point.updates,
          point: point))
    case .end(let run) where run.isDiverged:
      let samples = CompareBudget.samples(
        after: run.updates, batchSize: run.batchSize, trainingSamples: plan.data.training.count)
      try write(
        plan.row(
          setting: run.setting, seed: run.seed, learningRate: run.learningRate, samples: samples, updates: run.updates,
          point: nil))
    default: return
    }
  }

  private func write(_ row: [JSONValue.Member]) throws(FileError) {
    guard isCSV else { return try file.write(JSONValue.object(row).text + "\n") }
    try file.write(row.map { Self.cell($0.value) }.joined(separator: ",") + "\n")
  }

  /// As RFC 4180 has it: quoted where it holds a comma, which lists of widths do.
  private static func cell(_ value: JSONValue) -> String {
    switch value {
    case .null: return ""
    case .string(let text) where text.contains { ",\"\r\n".contains($0) }:
      return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    case .string(let text): return text
    default: return value.text
    }
  }
}
