import Platform

/// The smallest rectangle, at any angle, around a region of an image.
struct PageRectangle {
  /// The angle by which the rectangle is tilted, from −45 to 45.
  private(set) var degrees = 0.0
  /// The extent across and along the rectangle, in its own coordinates.
  private(set) var across = Extent()
  private(set) var along = Extent()

  /// The first coordinate, and the number of pixels.
  struct Extent {
    var first = 0.0
    var count = 0.0
  }

  var area: Double { across.count * along.count }

  /// - Parameter region: true for the pixels of the region, of which there is at least one.
  init(around region: [Bool], width: Int) {
    // The first and last pixel of each row include all corners of the convex hull.
    var ends: [(x: Double, y: Double)] = []
    for row in 0..<(region.count / width) {
      let columns = (0..<width).filter { region[row * width + $0] }
      guard let first = columns.first, let last = columns.last else { continue }
      ends += [(Double(first), Double(row)), (Double(last), Double(row))]
    }
    var best = Double.infinity
    for coarse in -45..<45 { take(Double(coarse), ends, &best) }
    let coarse = degrees
    for tenth in -9...9 { take(coarse + Double(tenth) / 10, ends, &best) }
  }

  /// Takes an angle if its rectangle is smaller than the best so far.
  private mutating func take(_ angle: Double, _ ends: [(x: Double, y: Double)], _ best: inout Double) {
    let (cosine, sine) = (cos(angle * .pi / 180), sin(angle * .pi / 180))
    func extent(_ coordinate: ((x: Double, y: Double)) -> Double) -> Extent {
      let coordinates = ends.lazy.map(coordinate)
      let first = coordinates.min() ?? 0
      return Extent(first: first, count: (coordinates.max() ?? 0) - first + 1)
    }
    let (across, along) = (extent { $0.x * cosine + $0.y * sine }, extent { $0.y * cosine - $0.x * sine })
    guard across.count * along.count < best else { return }
    best = across.count * along.count
    (degrees, self.across, self.along) = (angle, across, along)
  }

  /// The point of the image at a column and a row of the rectangle.
  func point(column: Double, row: Double) -> (x: Double, y: Double) {
    let (cosine, sine) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    let (u, v) = (across.first + column, along.first + row)
    return (u * cosine - v * sine, u * sine + v * cosine)
  }
}
