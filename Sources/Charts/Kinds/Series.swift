/// A pair of values.
public struct Point: Sendable, Equatable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// Points that belong together. A point that is not finite, or not positive on a logarithmic axis, is a gap in the line.
public struct Series: Sendable, Equatable {
  /// How points are drawn.
  public enum Style: Sendable, Equatable {
    /// A line; with markers where the points are few.
    case line
    /// A dashed line: what has been calculated and not measured.
    case prediction
    /// A thin grey dashed line to compare with, such as an ideal.
    case reference
    /// Markers without a line.
    case scatter
  }

  /// The range around a point that is uncertain, such as quartiles.
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
  /// Drawn as an area behind the line.
  public var band: [Range]
  /// The number of its colour and marker; nil: by its order among the chart's series.
  public var color: Int?

  public init(_ name: String, _ points: [Point], style: Style = .line, band: [Range] = [], color: Int? = nil) {
    self.name = name
    self.points = points
    self.style = style
    self.band = band
    self.color = color
  }

  /// Values that have no meaning are gaps: `zip(epochs, losses)` as it comes.
  public init(_ name: String, x: [Double], y: [Double?], style: Style = .line, color: Int? = nil) {
    self.init(name, zip(x, y).map { Point($0, $1 ?? .nan) }, style: style, color: color)
  }
}

/// A line across the whole field at one value.
public struct Rule: Sendable, Equatable {
  /// The axis that the value is on.
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
