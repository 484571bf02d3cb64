/// A pair of values.
public struct Point: Sendable, Equatable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// A named sequence of points. A point that is not finite, or not positive on a logarithmic axis, is a gap in the line.
public struct Series: Sendable, Equatable {
  /// The drawing style of the points.
  public enum Style: Sendable, Equatable {
    /// A line; with markers if there are few points.
    case line
    /// A dashed line: predicted rather than measured.
    case prediction
    /// A thin gray dashed line for comparison, such as an ideal.
    case reference
    /// Markers without a line.
    case scatter
  }

  /// The uncertainty of a point, such as quartiles.
  public struct Range: Sendable, Equatable {
    public var x: Double
    public var low: Double
    public var high: Double

    public init(_ x: Double, _ low: Double, _ high: Double) {
      self.x = x
      self.low = low
      self.high = high
    }
  }

  public var name: String
  public var points: [Point]
  public var style: Style
  /// The uncertainty band, drawn behind the line.
  public var band: [Range]
  /// The number of its color and marker; nil for its index among the chart's series.
  public var color: Int?
  /// True to draw markers as outlines, for points with little data.
  package var isHollow = false

  public init(_ name: String, _ points: [Point], style: Style = .line, band: [Range] = [], color: Int? = nil) {
    self.name = name
    self.points = points
    self.style = style
    self.band = band
    self.color = color
  }

  /// Creates a series of pairs such as `zip(epochs, losses)`; nil values are gaps.
  public init(_ name: String, x: [Double], y: [Double?], style: Style = .line, color: Int? = nil) {
    self.init(name, zip(x, y).map { Point($0, $1 ?? .nan) }, style: style, color: color)
  }
}

/// A reference line across the whole plotting area at one value.
public struct Rule: Sendable, Equatable {
  /// The axis of the value.
  public enum Direction: Sendable { case x, y }
  public var direction: Direction
  public var value: Double
  public var label: String

  public init(_ direction: Direction, at value: Double, _ label: String) {
    self.direction = direction
    self.value = value
    self.label = label
  }
}
