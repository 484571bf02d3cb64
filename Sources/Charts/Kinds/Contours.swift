/// A function of two variables sampled on a grid, `values[row][column]` at `ys[row]`, `xs[column]`.
package struct GridFunction: Sendable, Equatable {
  /// The ascending positions of the columns.
  package var xs: [Double]
  /// The ascending positions of the rows.
  package var ys: [Double]
  /// `[row][column]`; non-finite values have no contour.
  package var values: [[Double]]

  /// - Precondition: `xs` and `ys` ascend; there is a value for every grid point.
  package init(xs: [Double], ys: [Double], values: [[Double]]) {
    precondition(xs.count > 1 && ys.count > 1, "a grid needs at least two lines in each direction")
    precondition(
      zip(xs, xs.dropFirst()).allSatisfy { $0 < $1 } && zip(ys, ys.dropFirst()).allSatisfy { $0 < $1 }, "ascending")
    precondition(
      values.count == ys.count && values.allSatisfy { $0.count == xs.count }, "a grid needs a value for every point")
    self.xs = xs
    self.ys = ys
    self.values = values
  }

  /// Samples a function at `count` evenly spaced positions in each direction.
  package init(
    x: ClosedRange<Double>, y: ClosedRange<Double>, count: Int = 81, _ function: (_ x: Double, _ y: Double) -> Double
  ) {
    precondition(count > 1 && x.lowerBound < x.upperBound && y.lowerBound < y.upperBound, "the area is empty")
    func positions(_ range: ClosedRange<Double>) -> [Double] {
      (0..<count).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(count - 1) }
    }
    let (xs, ys) = (positions(x), positions(y))
    self.init(xs: xs, ys: ys, values: ys.map { y in xs.map { function($0, y) } })
  }

  /// The segments of the contour at `level`, by marching squares; the center of a cell decides between the
  /// two possibilities at a saddle. Cells with a non-finite corner have none.
  func contour(_ level: Double) -> [(Point, Point)] {
    var segments: [(Point, Point)] = []
    for row in 0..<(ys.count - 1) {
      let (low, high) = (values[row], values[row + 1])
      var left = (low[0] >= level, high[0] >= level)
      for column in 0..<(xs.count - 1) {
        let right = (low[column + 1] >= level, high[column + 1] >= level)
        // Few cells have corners on both sides of the level.
        if left != right || right.0 != right.1 { segments += cell(row, column, level) }
        left = right
      }
    }
    return segments
  }

  private func cell(_ row: Int, _ column: Int, _ level: Double) -> [(Point, Point)] {
    // Counterclockwise from the lowest row and column.
    let corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
    let heights = corners.map { values[$0.0][$0.1] }
    guard heights.allSatisfy(\.isFinite) else { return [] }
    let isAbove = heights.map { $0 >= level }
    var points: [Point] = []
    for edge in 0..<4 where isAbove[edge] != isAbove[(edge + 1) % 4] {
      // Both cells of an edge must compute exactly the same point, so that their lines join: from the lower corner to the higher.
      let isForward = edge < 2
      points.append(crossing(corners[isForward ? edge : (edge + 1) % 4], corners[isForward ? edge + 1 : edge], level))
    }
    switch points.count {
    case 2: return [(points[0], points[1])]
    case 4:
      let isMiddleAbove = heights.reduce(0, +) / 4 >= level
      // Either corners 0 and 2 are cut off, or 1 and 3. Edge e connects corner e with the next.
      let cutsOddCorners = isMiddleAbove == isAbove[0]
      return cutsOddCorners
        ? [(points[0], points[1]), (points[2], points[3])] : [(points[3], points[0]), (points[1], points[2])]
    default: return []
    }
  }

  /// The position of the level between two grid points, by linear interpolation.
  private func crossing(_ start: (row: Int, column: Int), _ end: (row: Int, column: Int), _ level: Double) -> Point {
    let (low, high) = (values[start.row][start.column], values[end.row][end.column])
    let part = (level - low) / (high - low)
    return Point(
      xs[start.column] + part * (xs[end.column] - xs[start.column]),
      ys[start.row] + part * (ys[end.row] - ys[start.row]))
  }

  /// The segments joined into lines: shorter files and smoother curves.
  func contourLines(_ level: Double) -> [[Point]] {
    struct Key: Hashable {
      var x: Double
      var y: Double
      init(_ point: Point) { (x, y) = (point.x, point.y) }
    }
    let segments = contour(level).filter { $0.0 != $0.1 }
    var ends: [Key: [Int]] = [:]
    for (index, segment) in segments.enumerated() {
      ends[Key(segment.0), default: []].append(index)
      ends[Key(segment.1), default: []].append(index)
    }
    var isUsed = [Bool](repeating: false, count: segments.count)
    /// Follows the segments from a point to the end.
    func follow(_ start: Point) -> [Point] {
      var line: [Point] = []
      var end = start
      while let next = ends[Key(end)]?.first(where: { !isUsed[$0] }) {
        isUsed[next] = true
        end = segments[next].0 == end ? segments[next].1 : segments[next].0
        line.append(end)
      }
      return line
    }
    var lines: [[Point]] = []
    for index in segments.indices where !isUsed[index] {
      isUsed[index] = true
      let forward = follow(segments[index].1)
      let backward = follow(segments[index].0)
      lines.append(backward.reversed() + [segments[index].0, segments[index].1] + forward)
    }
    return lines
  }
}
