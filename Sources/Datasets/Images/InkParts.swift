/// Pixels of ink that touch one another, side to side or corner to corner.
struct InkParts {
  /// The smallest part that counts, as a share of the largest: a detached bar of a five is more, a speck of dust less.
  private static let smallestShare: Float = 0.05

  /// Per pixel, whether it belongs to a part that counts.
  private(set) var isKept: [Bool]
  /// The rows and columns of all that count.
  private(set) var rows = 0..<0
  private(set) var columns = 0..<0

  /// - Parameter level: pixels above it are ink.
  init(_ picture: InkPicture, above level: Float) {
    isKept = [Bool](repeating: false, count: picture.values.count)
    let parts = Self.parts(picture, above: level)
    // Ink that is nowhere half as strong as the strongest is a shadow or noise.
    let strong = parts.filter { part in part.pixels.contains { picture.values[$0] > 0.5 } }
    let least = (strong.map(\.ink).max() ?? 0) * Self.smallestShare
    let kept = strong.filter { $0.ink >= least }.flatMap(\.pixels)
    for pixel in kept { isKept[pixel] = true }
    guard let top = kept.min(), let bottom = kept.max() else { return }
    let places = kept.map { $0 % picture.width }
    rows = top / picture.width..<bottom / picture.width + 1
    columns = (places.min() ?? 0)..<(places.max() ?? 0) + 1
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
