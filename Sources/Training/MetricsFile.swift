import Files
import JSON

/// A metrics file: one line per event, written without delay.
///
/// JSON Lines: a `run` event, an `epoch` event for each epoch, an `end` event. If the name ends in `.csv`: a header
/// line, then one line per epoch. Values that are not finite are null in JSON and empty cells in CSV. The file is
/// written in place, so that it can be followed; a resumed run writes it again, the earlier events first.
package final class MetricsFile {
  private let file: InPlaceFile
  private let isCSV: Bool

  /// Creates or truncates the file.
  ///
  /// - Parameters:
  ///   - isRegression: true if epochs have `regression` metrics, which have columns of their own in CSV.
  ///   - continuesWhenClosed: true if metrics are dropped after the reader of standard output (`-`) has closed it.
  /// - Throws: `FileError` if the path cannot be written.
  package init(_ path: String, isRegression: Bool, continuesWhenClosed: Bool = false) throws(FileError) {
    file = try InPlaceFile(path)
    file.continuesWhenClosed = continuesWhenClosed
    isCSV = path.lowercased().hasSuffix(".csv")
    if isCSV {
      let regression = isRegression ? RegressionMetrics(trainRMSE: nil, testRMSE: nil, testR2: nil) : nil
      let template = EpochMetrics(
        epoch: 0, steps: 0, seconds: 0, trainLoss: 0, samplesPerSecond: 0, learningRate: 0, gradientNorm: 0,
        regression: regression)
      try file.write(template.members.map(\.name).joined(separator: ",") + "\n")
    }
  }

  /// Writes the `run` event, in JSON only.
  ///
  /// - Parameter options: the value of every option, in the order of output.
  package func writeRun(options: [JSONValue.Member]) throws(FileError) {
    try writeEvent("run", options)
  }

  /// Writes the metrics of an epoch.
  package func writeEpoch(_ metrics: EpochMetrics) throws(FileError) {
    guard isCSV else { return try writeEvent("epoch", metrics.members) }
    let cells = metrics.members.map { $0.value == .null ? "" : $0.value.text }
    try file.write(cells.joined(separator: ",") + "\n")
  }

  /// Writes the `end` event, in JSON only.
  package func writeEnd(_ end: RunEnd) throws(FileError) {
    try writeEvent("end", end.members)
  }

  private func writeEvent(_ name: String, _ members: [JSONValue.Member]) throws(FileError) {
    guard !isCSV else { return }
    try file.write(JSONValue.object([.init("event", .string(name))] + members).text + "\n")
  }
}
