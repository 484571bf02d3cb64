/// A pair of values.
package struct Point: Sendable, Equatable {
  package var x: Double
  package var y: Double

  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// A named sequence of points. A point that is not finite, or not positive on a logarithmic axis, is a gap in the line.
package struct Series: Sendable, Equatable {
  /// The drawing style of the points.
  package enum Style: Sendable, Equatable {
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
  package struct Range: Sendable, Equatable {
    package var x: Double
    package var low: Double
    package var high: Double

    package init(_ x: Double, _ low: Double, _ high: Double) {
      self.x = x
      self.low = low
      self.high = high
    }
  }

  /// The largest number of points of a line that is drawn with markers.
  package static let maximumMarkers = 40

  package var name: String
  package var points: [Point]
  package var style: Style
  /// The uncertainty band, drawn behind the line.
  package var band: [Range]
  /// The number of its color and marker; nil for its index among the chart's series.
  package var color: Int?
  /// True to draw markers as outlines, for points with little data.
  package var isHollow = false
  /// The x of points with a reservation: their markers are outlines, and `!` follows them in tables and tooltips.
  package var marked: Set<Double> = []
  /// True for a value that holds up to the next point: its line has steps, and no markers, which would hide those of the values it follows.
  package var isStepped = false

  package init(_ name: String, _ points: [Point], style: Style = .line, band: [Range] = [], color: Int? = nil) {
    self.name = name
    self.points = points
    self.style = style
    self.band = band
    self.color = color
  }

  /// The mark behind the value at a position: ` !`, or empty.
  func mark(_ x: Double) -> String { marked.contains(x) ? " !" : "" }

  /// Creates a series of pairs such as `zip(epochs, losses)`; nil values are gaps.
  package init(_ name: String, x: [Double], y: [Double?], style: Style = .line, color: Int? = nil) {
    self.init(name, zip(x, y).map { Point($0, $1 ?? .nan) }, style: style, color: color)
  }
}

/// A reference line across the whole plotting area at one value.
package struct Rule: Sendable, Equatable {
  /// The axis of the value.
  package enum Direction: Sendable { case x, y }
  package var direction: Direction
  package var value: Double
  package var label: String

  package init(_ direction: Direction, at value: Double, _ label: String) {
    self.direction = direction
    self.value = value
    self.label = label
  }
}
