/// The quartiles of some values, with linear interpolation between values (NumPy's default, type 7
/// of Hyndman and Fan, 1996).
package struct Quartiles: Sendable, Equatable {
  package var lower: Double
  package var median: Double
  package var upper: Double

  package init(lower: Double, median: Double, upper: Double) {
    self.lower = lower
    self.median = median
    self.upper = upper
  }

  /// - Parameter values: in any order; nil without values.
  package init?(_ values: [Double]) {
    guard let median = values.median else { return nil }
    let sorted = values.sorted()
    func value(at part: Double) -> Double {
      let position = part * Double(sorted.count - 1)
      let below = Int(position)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
    self.init(lower: value(at: 0.25), median: median, upper: value(at: 0.75))
  }
}
