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
