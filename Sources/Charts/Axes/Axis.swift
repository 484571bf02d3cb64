/// One axis of a chart: its label, its unit and its scale.
package struct Axis: Sendable, Equatable {
  /// The mapping from values to positions.
  package enum Scale: Sendable, Equatable {
    case linear
    /// Logarithmic; values that are not positive have no position and are left out.
    case logarithmic
  }

  package var label: String
  package var unit: Unit
  package var scale: Scale
  /// True if the range always includes zero; ignored by the logarithmic scale.
  package var includesZero: Bool
  /// The range of the axis; nil for that of the data.
  package var domain: ClosedRange<Double>?
  /// The only positions for ticks, such as the numbers of workers that were run; nil for round values.
  package var ticks: [Double]?

  package init(
    _ label: String, _ unit: Unit = .number, scale: Scale = .linear, includesZero: Bool = false,
    domain: ClosedRange<Double>? = nil, ticks: [Double]? = nil
  ) {
    self.label = label
    self.unit = unit
    self.scale = scale
    self.includesZero = includesZero
    self.domain = domain
    self.ticks = ticks
  }
}

/// An axis with a fixed range: maps values to positions and back.
struct AxisMapping: Sendable, Equatable {
  var axis: Axis
  /// The values at the two ends.
  var lowest: Double
  var highest: Double
  /// The positions of the two ends, in pixels.
  var start: Double
  var end: Double
  var ticks: [Tick]

  /// - Parameters:
  ///   - values: all values to show; those without a position on the axis are ignored.
  ///   - start, end: positions in pixels; for a vertical axis `start`, the bottom, is the larger.
  ///   - roundsOut: true to extend the ends to ticks, as usual for vertical axes.
  init(_ axis: Axis, values: [Double], start: Double, end: Double, roundsOut: Bool) {
    self.axis = axis
    self.start = start
    self.end = end
    let length = abs(end - start)
    (lowest, highest) = Self.extent(axis, values)
    if axis.scale == .logarithmic {
      if roundsOut, axis.domain == nil {
        let margin = 0.04 * (highest / lowest).logarithm
        (lowest, highest) = (lowest * exponential(-margin), highest * exponential(margin))
      }
    } else if roundsOut, axis.domain == nil {
      (lowest, highest) = Self.roundedOut(lowest, highest, axis.unit, most: Ticks.count(vertical: length))
    }
    ticks = []
    ticks = Ticks.all(for: self, isVertical: roundsOut, length: length)
  }

  /// The width of the widest label of a tick in pixels.
  var widestLabel: Double { ticks.map { TextMetrics.width($0.label, size: Drawing.textSize) }.max() ?? 0 }

  /// The position of a value; nil if it has none.
  func position(_ value: Double) -> Double? {
    guard value.isFinite, axis.scale == .linear || value > 0 else { return nil }
    let part =
      switch axis.scale {
      case .linear: (value - lowest) / (highest - lowest)
      case .logarithmic: (value / lowest).logarithm / (highest / lowest).logarithm
      }
    let position = start + (end - start) * part
    // A value far outside `extent` may have a position that is not finite.
    return position.isFinite ? position : nil
  }

  /// The value at a position.
  func value(at position: Double) -> Double {
    let part = (position - start) / (end - start)
    switch axis.scale {
    case .linear: return lowest + part * (highest - lowest)
    case .logarithmic: return lowest * exponential(part * (highest / lowest).logarithm)
    }
  }

  /// The range extended to multiples of the tick step. A larger range may need a larger step, so this repeats until nothing changes.
  private static func roundedOut(_ lowest: Double, _ highest: Double, _ unit: Unit, most: Int) -> (Double, Double) {
    var step = Ticks.step(lowest: lowest, highest: highest, unit: unit, most: most)
    var ends = (lowest, highest)
    for _ in 0..<4 {
      ends = ((lowest / step + 1e-9).rounded(.down) * step, (highest / step - 1e-9).rounded(.up) * step)
      let next = Ticks.step(lowest: ends.0, highest: ends.1, unit: unit, most: most)
      if next <= step * (1 + 1e-9) { break }
      step = next
    }
    return ends
  }

  /// The range of the data, widened if all values are equal.
  private static func extent(_ axis: Axis, _ values: [Double]) -> (Double, Double) {
    let isLogarithmic = axis.scale == .logarithmic
    // Beyond 1e±150 differences and quotients leave the range of Double.
    var usable = values.filter { $0.isFinite && abs($0) < 1e150 && (!isLogarithmic || $0 > 1e-150) }
    if !isLogarithmic {
      usable = usable.map { abs($0) > 1e-150 ? $0 : 0 }
      if axis.includesZero { usable.append(0) }
    }
    var lowest = usable.min() ?? (isLogarithmic ? 1 : 0)
    var highest = usable.max() ?? (isLogarithmic ? 10 : 1)
    if let domain = axis.domain, !isLogarithmic || domain.lowerBound > 0, domain.lowerBound < domain.upperBound {
      return (domain.lowerBound, domain.upperBound)
    }
    if isLogarithmic {
      if highest / lowest < 1.001 { (lowest, highest) = (lowest / 2, highest * 2) }
    } else if highest - lowest <= 1e-9 * max(abs(lowest), abs(highest)) {
      // Beyond 2⁵³, adding one does not change a Double.
      let margin = axis.unit == .count ? max(1, abs(lowest) * 1e-6) : lowest == 0 ? 1 : abs(lowest) * 0.1
      (lowest, highest) = (lowest - (axis.includesZero && lowest == 0 ? 0 : margin), highest + margin)
    }
    return (lowest, highest)
  }
}
