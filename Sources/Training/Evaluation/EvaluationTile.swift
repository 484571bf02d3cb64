/// The unit of evaluation: workers take tiles of samples one after another, and sums are added tile by tile.
enum EvaluationTile {
  static let rows = 128
}
