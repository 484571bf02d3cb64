/// The figures of a run's epochs, in order.
///
/// Stored in pieces, so that copies are cheap: after a snapshot of a run of a million epochs, the next epoch copies one
/// piece only.
public struct EpochHistory: Sendable, Equatable, RandomAccessCollection {
  private var pieces: [[EpochMetrics]] = []
  private static let pieceSize = 256

  public init() {}

  public init(_ epochs: some Sequence<EpochMetrics>) {
    for epoch in epochs { append(epoch) }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { pieces.isEmpty ? 0 : (pieces.count - 1) * Self.pieceSize + pieces[pieces.count - 1].count }

  public subscript(position: Int) -> EpochMetrics { pieces[position / Self.pieceSize][position % Self.pieceSize] }

  mutating func append(_ epoch: EpochMetrics) {
    if count % Self.pieceSize == 0 { pieces.append([]) }
    pieces[pieces.count - 1].append(epoch)
  }
}
