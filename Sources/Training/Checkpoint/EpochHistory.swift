/// The metrics of a run's epochs, in their order.
///
/// Stored in pieces, so that snapshots are cheap: when an epoch is appended after a snapshot, only the last piece is
/// copied, not a history of perhaps a million epochs.
package struct EpochHistory: Sendable, Equatable, RandomAccessCollection {
  private var pieces: [[EpochMetrics]] = []
  private static let pieceSize = 256

  package init() {}

  package init(_ epochs: some Sequence<EpochMetrics>) {
    for epoch in epochs { append(epoch) }
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int {
    pieces.isEmpty ? 0 : (pieces.count - 1) * Self.pieceSize + pieces[pieces.count - 1].count
  }

  package subscript(position: Int) -> EpochMetrics { pieces[position / Self.pieceSize][position % Self.pieceSize] }

  mutating func append(_ epoch: EpochMetrics) {
    if count % Self.pieceSize == 0 { pieces.append([]) }
    pieces[pieces.count - 1].append(epoch)
  }
}

/// An epoch's metrics as a row of numbers; NaN for a missing one.
enum EpochRow {
  static let width = 16

  static func numbers(_ epoch: EpochMetrics) -> [Double] {
    [
      Double(epoch.epoch), Double(epoch.steps), epoch.seconds, epoch.trainLoss, epoch.trainAccuracy ?? .nan,
      epoch.validationLoss ?? .nan, epoch.validationAccuracy ?? .nan, epoch.testLoss ?? .nan,
      epoch.testAccuracy ?? .nan, epoch.samplesPerSecond, epoch.learningRate, epoch.gradientNorm,
      epoch.regression == nil ? 0 : 1, epoch.regression?.trainRMSE ?? .nan, epoch.regression?.testRMSE ?? .nan,
      epoch.regression?.testR2 ?? .nan,
    ]
  }

  /// Reads a row; nil if it is invalid.
  static func epoch(_ row: ArraySlice<Double>) -> EpochMetrics? {
    let row = Array(row)
    guard row.count == width, let epoch = Int(exactly: row[0]), let steps = Int(exactly: row[1]) else { return nil }
    func figure(_ column: Int) -> Double? { row[column].isNaN ? nil : row[column] }
    return EpochMetrics(
      epoch: epoch, steps: steps, seconds: row[2], trainLoss: row[3], trainAccuracy: figure(4),
      validationLoss: figure(5), validationAccuracy: figure(6), testLoss: figure(7), testAccuracy: figure(8),
      samplesPerSecond: row[9], learningRate: row[10], gradientNorm: row[11],
      regression: row[12] == 1
        ? RegressionMetrics(trainRMSE: figure(13), testRMSE: figure(14), testR2: figure(15)) : nil)
  }
}
