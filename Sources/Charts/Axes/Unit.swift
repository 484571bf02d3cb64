import Files
import Reports

/// The unit of an axis or a column, which decides how its numbers are formatted.
package enum Unit: Sendable, Equatable {
  /// Any number: `0.05`, `20k`, `3M`.
  case number
  /// An integer, such as an epoch: ticks are whole numbers.
  case count
  /// A fraction, shown as a percentage: `97.5 %`.
  case fraction
  /// A time in seconds: `10 ms`, `1.5 s`, `20 min`.
  case seconds
  /// A ratio: `1.9×`.
  case factor

  /// A single value as text, for tables and tooltips.
  package func text(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
    switch self {
    case .number:
      return (99_999.5..<Self.maximumWithPrefix).contains(abs(value))
        ? NumberText.scaled(value) : NumberText.significant(value, 5)
    case .count:
      return abs(value) < Self.maximumWithPrefix && value == value.rounded()
        ? Int(value).grouped : NumberText.significant(value, 5)
    case .fraction: return NumberText.percent(value)
    case .seconds: return value < 0 ? NumberText.significant(value, 4) + " s" : NumberText.duration(value)
    case .factor: return NumberText.significant(value, 3) + "×"
    }
  }

  /// Larger numbers have an exponent: prefixes beyond tera are hardly known.
  private static let maximumWithPrefix = 1e15

  /// The unit for ticks up to `largest`: its size in base units, and its suffix.
  func tickUnit(largest: Double) -> (size: Double, suffix: String) {
    switch self {
    case .number, .count:
      if largest >= Self.maximumWithPrefix {
        let exponent = Int(largest.decadic.rounded(.down))
        return (decimal(1, exponent), "e\(exponent)")
      }
      for (size, suffix) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")] where largest >= size {
        return (suffix == "k" ? 1e3 : size, suffix)
      }
      // Four digits are readable without a prefix: 2500, 5000, 7500.
      return (1, "")
    case .fraction: return (0.01, " %")
    case .factor: return (1, "×")
    case .seconds:
      for (size, suffix) in [(86400.0, " d"), (3600.0, " h"), (60.0, " min")] where largest >= 2 * size {
        return (size, suffix)
      }
      for (size, suffix) in [(1, " s"), (1e-3, " ms"), (1e-6, " µs")] where largest >= size { return (size, suffix) }
      return (1e-9, " ns")
    }
  }

  /// A tick of a logarithmic axis, with its own prefix: `100`, `1k`, `10 ms`.
  func tickText(alone value: Double) -> String {
    if self == .number || self == .count {
      if value >= Self.maximumWithPrefix { return NumberText.significant(value, 3) }
      for (size, suffix) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")] where value >= size {
        return NumberText.significant(value / size, 3) + suffix
      }
    }
    let unit = self == .seconds && value < 60 ? Unit.seconds.tickUnit(largest: value) : tickUnit(largest: value)
    return NumberText.significant(value / unit.size, 3) + unit.suffix
  }
}
