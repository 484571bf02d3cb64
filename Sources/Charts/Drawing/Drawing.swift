import Reports

/// A drawing under construction: shapes and texts in pixel coordinates, x to the right and y downwards.
package struct Drawing: Sendable {
  package var width: Double
  package var height: Double
  /// The elements in drawing order.
  package private(set) var nodes: [Markup] = []

  package init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// The alignment of a text at its point.
  package enum Anchor: String, Sendable {
    case start, middle, end
  }

  /// The default text size in pixels.
  package static let textSize = 12.0

  /// Adds a node.
  package mutating func add(_ node: Markup) { nodes.append(node) }

  /// Adds a text on one line, its baseline at `y`.
  package mutating func text(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, size: Double = textSize, paint: Paint = .muted,
    isBold: Bool = false
  ) {
    var attributes = [
      Markup.Attribute("x", Self.number(x)), .init("y", Self.number(y)), .init("font-size", Self.number(size)),
    ]
    if anchor != .start { attributes.append(.init("text-anchor", anchor.rawValue)) }
    if isBold { attributes.append(.init("font-weight", "600")) }
    nodes.append(.element("text", attributes + Self.fill(paint), [.text(text)]))
  }

  /// Adds a straight line; `dash` is SVG's `stroke-dasharray`, `tip` its tooltip.
  package mutating func line(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), paint: Paint, width: Double = 1,
    dash: String? = nil, tip: String? = nil
  ) {
    var attributes = [
      Markup.Attribute("x1", Self.number(start.x)), .init("y1", Self.number(start.y)),
      .init("x2", Self.number(end.x)), .init("y2", Self.number(end.y)),
    ]
    attributes += Self.stroke(paint, width: width)
    if let dash { attributes.append(.init("stroke-dasharray", dash)) }
    addTipped(.element("line", attributes, []), tip)
  }

  /// Adds a line through points, with rounded joins.
  package mutating func polyline(
    _ points: [(x: Double, y: Double)], paint: Paint, width: Double = 2, dash: String? = nil, opacity: Double = 1
  ) {
    guard points.count > 1 else { return }
    var attributes = [Markup.Attribute("d", Self.path(points)), .init("fill", "none")]
    attributes += Self.stroke(paint, width: width)
    attributes += [.init("stroke-linejoin", "round"), .init("stroke-linecap", dash == nil ? "round" : "butt")]
    if let dash { attributes.append(.init("stroke-dasharray", dash)) }
    if opacity < 1 { attributes.append(.init("stroke-opacity", Self.number(opacity))) }
    nodes.append(.element("path", attributes, []))
  }

  /// Adds a filled polygon.
  package mutating func area(_ points: [(x: Double, y: Double)], paint: Paint, opacity: Double = 1) {
    guard points.count > 2 else { return }
    var attributes = [Markup.Attribute("d", Self.path(points) + "Z")] + Self.fill(paint)
    if opacity < 1 { attributes.append(.init("fill-opacity", Self.number(opacity))) }
    nodes.append(.element("path", attributes, []))
  }

  /// Adds a filled rectangle; `tip` is its tooltip.
  package mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, paint: Paint, opacity: Double = 1, radius: Double = 0,
    border: Paint? = nil, tip: String? = nil
  ) {
    var attributes = [
      Markup.Attribute("x", Self.number(x)), .init("y", Self.number(y)), .init("width", Self.number(max(0, width))),
      .init("height", Self.number(max(0, height))),
    ]
    attributes += Self.fill(paint)
    if opacity < 1 { attributes.append(.init("fill-opacity", Self.number(opacity))) }
    if radius > 0 { attributes.append(.init("rx", Self.number(radius))) }
    if let border { attributes = Self.merged(attributes, Self.stroke(border, width: 1)) }
    addTipped(.element("rect", attributes, []), tip)
  }

  /// Adds a marker, whose shape distinguishes series without color.
  package mutating func marker(
    _ shape: Marker, x: Double, y: Double, radius: Double, paint: Paint, isHollow: Bool = false, tip: String? = nil
  ) {
    let colors =
      isHollow
      ? Self.merged(Self.fill(.surface), Self.stroke(paint, width: 1.75))
      : Self.merged(Self.fill(paint), Self.stroke(.surface, width: 1))
    let node: Markup
    if shape == .circle {
      let attributes = [
        Markup.Attribute("cx", Self.number(x)), .init("cy", Self.number(y)), .init("r", Self.number(radius)),
      ]
      node = .element("circle", attributes + colors, [])
    } else {
      let outline = shape.outline.map { (x: x + $0.x * radius, y: y + $0.y * radius) }
      node = .element("path", [.init("d", Self.path(outline) + "Z")] + colors, [])
    }
    addTipped(node, tip)
  }

  /// Adds an image as PNG; its pixels stay sharp at any zoom.
  package mutating func image(_ image: Picture, x: Double, y: Double, width: Double, height: Double, tip: String? = nil)
  {
    let node = Markup.element(
      "image",
      [
        "x": Self.number(x), "y": Self.number(y), "width": Self.number(width), "height": Self.number(height),
        "preserveAspectRatio": "none", "style": "image-rendering:pixelated", "href": image.dataURI,
      ])
    addTipped(node, tip)
  }

  /// Adds a tooltip, which in SVG is a `title` inside the element, or inside a group around an element without content.
  private mutating func addTipped(_ node: Markup, _ tip: String?) {
    guard let tip else {
      nodes.append(node)
      return
    }
    nodes.append(.element("g", [:], [.element("title", text: tip), node]))
  }

  /// Adds another drawing with its corner at a point of this one.
  package mutating func add(_ other: Drawing, x: Double, y: Double) {
    nodes.append(.element("g", ["transform": "translate(\(Self.number(x)) \(Self.number(y)))"], other.nodes))
  }

  // MARK: Attributes

  /// A coordinate with two decimals, finer than a screen's pixels.
  static func number(_ value: Double) -> String {
    value.isFinite ? NumberText.shortest(value, 2) : "0"
  }

  static func path(_ points: [(x: Double, y: Double)]) -> String {
    var text = ""
    for (index, point) in points.enumerated() {
      text += (index == 0 ? "M" : "L") + number(point.x) + " " + number(point.y)
    }
    return text
  }

  static func fill(_ paint: Paint) -> [Markup.Attribute] {
    let fill = Markup.Attribute("fill", paint.value(.light))
    return paint == .none ? [fill] : [.init("class", "fill-" + paint.className), fill]
  }

  static func stroke(_ paint: Paint, width: Double) -> [Markup.Attribute] {
    var attributes = [Markup.Attribute("stroke", paint.value(.light)), .init("stroke-width", number(width))]
    if paint != .none { attributes.insert(.init("class", "stroke-" + paint.className), at: 0) }
    return attributes
  }

  /// Merges attributes and joins their classes: XML allows no attribute twice.
  static func merged(_ first: [Markup.Attribute], _ second: [Markup.Attribute]) -> [Markup.Attribute] {
    var all = first
    for attribute in second {
      if let index = all.firstIndex(where: { $0.name == attribute.name }) {
        all[index].value += " " + attribute.value
      } else {
        all.append(attribute)
      }
    }
    return all
  }
}

/// A marker shape.
package enum Marker: CaseIterable, Sendable {
  case circle, square, triangle, diamond

  /// The shape for a series number.
  package static func of(_ series: Int) -> Marker { allCases[((series % 4) + 4) % 4] }

  /// The corners around the center for radius 1, with about the area of the circle.
  var outline: [(x: Double, y: Double)] {
    switch self {
    case .circle: []
    case .square: [(-0.89, -0.89), (0.89, -0.89), (0.89, 0.89), (-0.89, 0.89)]
    case .triangle: [(0, -1.3), (1.2, 0.85), (-1.2, 0.85)]
    case .diamond: [(0, -1.3), (1.2, 0), (0, 1.3), (-1.2, 0)]
    }
  }
}
