/// A point of a line search.
struct LinePoint {
  /// The step length t: the point is start + t · direction.
  var length: Double
  var evaluation: LBFGSEvaluation
  /// The derivative of the objective with respect to the step length.
  var slope: Double
  /// The index of the gradient at this point (`LBFGSVector.gradient`).
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
  /// The point with the lower objective.
  private(set) var low: LinePoint
  /// The point with the higher objective.
  private(set) var high: LinePoint
  /// True if the last interpolation came close to an end.
  private var wasClose = false

  init(_ one: LinePoint, _ other: LinePoint) {
    // If one objective is NaN, the comparison is false, and `one` becomes the lower point.
    (low, high) = other.objective < one.objective ? (other, one) : (one, other)
  }

  var width: Double { abs(high.length - low.length) }

  /// The next step length to try: the minimum of the interpolation. If this is at an end of the bracket, or close to one
  /// for the second time in a row, the step length is a tenth of the bracket away from that end.
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

  /// Replaces the lower end. The former lower end replaces the other end if the objective does not fall from `point`
  /// towards that one: the minimum is then between `point` and the former lower end.
  mutating func replaceLow(_ point: LinePoint) {
    if point.slope * (high.length - low.length) >= 0 { high = low }
    low = point
  }
}
