/// The unit of evaluation: each worker has a range of tiles, and sums are added tile by tile in the order of the
/// samples.
enum EvaluationTile {
  /// The number of samples of a tile.
  static let rows = 128
}
