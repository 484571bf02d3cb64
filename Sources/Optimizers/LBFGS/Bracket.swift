/// A point of a line search.
struct LinePoint {
  /// The step length: the distance from the start in directions.
  var length: Double
  var evaluation: LBFGSEvaluation
  /// The derivative of the objective by the step length.
  var slope: Double
  /// The vector that has the gradient at this point.
  var gradient: Int

  var objective: Double { evaluation.objective }

  /// The step length of the minimum of the cubic through two points with their slopes, limited to `bounds`; the middle
  /// of the bounds if the cubic has no minimum, or a value is not finite.
  static func interpolate(
    _ one: LinePoint, _ other: LinePoint, within bounds: (low: Double, high: Double)
  ) -> Double {
    let (first, second) = one.length <= other.length ? (one, other) : (other, one)
    let width = second.length - first.length
    let d1 = first.slope + second.slope - 3 * (first.objective - second.objective) / (first.length - second.length)
    let square = d1 * d1 - first.slope * second.slope
    guard square >= 0, square.isFinite else { return (bounds.low + bounds.high) / 2 }
    let d2 = square.squareRoot()
    let minimum = second.length - width * ((second.slope + d2 - d1) / (second.slope - first.slope + 2 * d2))
    guard minimum.isFinite else { return (bounds.low + bounds.high) / 2 }
    return min(max(minimum, bounds.low), bounds.high)
  }
}

/// Two points of a line search with a point between them that satisfies the strong Wolfe conditions.
struct Bracket {
  /// The lower and the higher point.
  private(set) var low: LinePoint
  private(set) var high: LinePoint
  /// True if the last interpolation came close to an end.
  private var wasClose = false

  init(_ one: LinePoint, _ other: LinePoint) {
    // An objective that is not a number is not lower.
    (low, high) = other.objective < one.objective ? (other, one) : (one, other)
  }

  var width: Double { abs(high.length - low.length) }

  /// The next step length to try. The second time in a row that the interpolation comes close to an end, or if it is at
  /// an end, it is moved away from the end by a tenth of the bracket.
  mutating func nextLength() -> Double {
    let (least, most) = (min(low.length, high.length), max(low.length, high.length))
    let length = LinePoint.interpolate(low, high, within: (least, most))
    let margin = 0.1 * (most - least)
    guard min(most - length, length - least) < margin else {
      wasClose = false
      return length
    }
    guard wasClose || length >= most || length <= least else {
      wasClose = true
      return length
    }
    wasClose = false
    return abs(length - most) < abs(length - least) ? most - margin : least + margin
  }

  /// Replaces the higher end.
  mutating func replaceHigh(_ point: LinePoint) {
    high = point
    if high.objective < low.objective { swap(&low, &high) }
  }

  /// Replaces the lower end; the former one becomes the other end if the objective falls towards it.
  mutating func replaceLow(_ point: LinePoint) {
    if point.slope * (high.length - low.length) >= 0 { high = low }
    low = point
  }
}
