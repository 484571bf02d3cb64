/// Connected components of ink, with 8 neighbors per pixel.
struct InkParts {
  /// The size of the smallest component that is kept, as a fraction of the largest: smaller than a detached bar of a
  /// five, larger than a speck of dust.
  private static let minimumShare: Float = 0.05

  /// For each pixel, true if it belongs to a component that is kept.
  private(set) var isKept: [Bool]
  /// The bounding box of all kept components.
  private(set) var rows = 0..<0
  private(set) var columns = 0..<0
  /// The number of digits beside or above each other.
  private(set) var figures = 1
  /// True if a component is a thin line from one side of the image to the opposite one, or covers most of two adjacent sides, as the corner
  /// of a frame.
  private(set) var hasLines = false

  /// - Parameter level: the threshold of ink.
  init(_ picture: InkPicture, above level: Float) {
    isKept = [Bool](repeating: false, count: picture.values.count)
    let parts = Self.parts(picture, above: level)
    // A component without a pixel of at least half the maximal strength is a shadow or noise.
    let strong = parts.filter { part in part.pixels.contains { picture.values[$0] > 0.5 } }
    let least = (strong.map(\.ink).max() ?? 0) * Self.minimumShare
    let counted = strong.filter { $0.ink >= least }
    let boxes = counted.map { InkBounds($0.pixels, width: picture.width) }
    figures = max(
      InkBounds.groups(boxes.map { ($0.columns, $0.rows) }), InkBounds.groups(boxes.map { ($0.rows, $0.columns) }))
    hasLines =
      min(picture.width, picture.height) >= PaperLines.minimumSide
      && counted.contains { InkBounds.isLine($0.pixels, width: picture.width, height: picture.height) }
    let kept = counted.flatMap(\.pixels)
    for pixel in kept { isKept[pixel] = true }
    guard let top = kept.min(), let bottom = kept.max() else { return }
    let positions = kept.map { $0 % picture.width }
    rows = top / picture.width..<bottom / picture.width + 1
    columns = (positions.min() ?? 0)..<(positions.max() ?? 0) + 1
  }

  private static func parts(
    _ picture: InkPicture, above level: Float
  ) -> [(pixels: [Int], ink: Float)] {
    var isSeen = picture.values.map { $0 <= level }
    var parts: [(pixels: [Int], ink: Float)] = []
    for start in isSeen.indices where !isSeen[start] {
      isSeen[start] = true
      var pixels = [start]
      var next = 0
      while next < pixels.count {
        let (row, column) = (pixels[next] / picture.width, pixels[next] % picture.width)
        next += 1
        for y in max(row - 1, 0)...min(row + 1, picture.height - 1) {
          for x in max(column - 1, 0)...min(column + 1, picture.width - 1) where !isSeen[y * picture.width + x] {
            isSeen[y * picture.width + x] = true
            pixels.append(y * picture.width + x)
          }
        }
      }
      parts.append((pixels, pixels.reduce(0) { $0 + picture.values[$1] }))
    }
    return parts
  }
}
