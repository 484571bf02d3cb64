/// Draws reference lines across the plotting area, with labels that cover neither data nor each other if possible.
struct RuleDrawing {
  let frame: Frame
  let rules: [Rule]
  /// Closely spaced positions on the drawn lines.
  private let data: [Polyline.Position]

  private struct Box {
    var left: Double
    var right: Double
    var top: Double
    var bottom: Double

    func contains(_ position: Polyline.Position) -> Bool {
      position.x > left && position.x < right && position.y > top && position.y < bottom
    }

    func overlaps(_ other: Box) -> Bool {
      min(right, other.right) > max(left, other.left) && min(bottom, other.bottom) > max(top, other.top)
    }
  }

  private struct Candidate {
    var x: Double
    var y: Double
    var anchor: Drawing.Anchor
    var box: Box
  }

  init(frame: Frame, rules: [Rule], series: [Series]) {
    self.frame = frame
    self.rules = rules
    data = rules.isEmpty ? [] : series.flatMap { Self.positions($0, frame) }
  }

  /// The points of a series with points every few pixels along its lines.
  private static func positions(_ series: Series, _ frame: Frame) -> [Polyline.Position] {
    var positions: [Polyline.Position] = []
    for run in Polyline.runs(series.points.map(frame.position)) {
      positions += run
      guard series.style != .scatter else { continue }
      for part in Polyline.clipped(Polyline.thinned(run), to: frame) {
        for (start, end) in zip(part, part.dropFirst()) { positions += between(start, end) }
      }
    }
    return positions.filter { frame.contains($0) }
  }

  private static func between(_ start: Polyline.Position, _ end: Polyline.Position) -> [Polyline.Position] {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let pieces = max(1, Int(max(abs(dx), abs(dy)) / 6))
    return (0...pieces).map { piece in
      let share = Double(piece) / Double(pieces)
      return (start.x + share * dx, start.y + share * dy)
    }
  }

  func draw(into drawing: inout Drawing) {
    var taken: [Box] = []
    for rule in rules {
      guard let (start, end) = ends(rule) else { continue }
      drawing.line(from: start, to: end, paint: .muted, width: 1.25, dash: "2 3")
      let name = TextMetrics.truncated(rule.label, to: frame.width - 8, size: Drawing.textSize)
      let width = TextMetrics.width(name, size: Drawing.textSize)
      let candidates = rule.direction == .x ? beside(start.x, width) : along(start.y, width)
      let best = candidates.map { candidate in (candidate, cost(candidate.box, taken)) }.min { $0.1 < $1.1 }
      guard !name.isEmpty, let (position, _) = best else { continue }
      drawing.label(name, x: position.x, y: position.y, anchor: position.anchor)
      taken.append(position.box)
    }
  }

  private func ends(_ rule: Rule) -> (start: Polyline.Position, end: Polyline.Position)? {
    switch rule.direction {
    case .x:
      guard let x = frame.x.position(rule.value), x >= frame.left - 0.01, x <= frame.right + 0.01 else { return nil }
      return ((x, frame.top), (x, frame.bottom))
    case .y:
      guard let y = frame.y.position(rule.value), y >= frame.top - 0.01, y <= frame.bottom + 0.01 else { return nil }
      return ((frame.left, y), (frame.right, y))
    }
  }

  /// The cost of a label's position: covering other labels costs more than covering data.
  private func cost(_ box: Box, _ taken: [Box]) -> Int {
    taken.count(where: box.overlaps) * 10_000 + data.count(where: box.contains)
  }

  /// Candidates right and left of a vertical line, from the top down; the first of equal ones is used.
  private func beside(_ x: Double, _ width: Double) -> [Candidate] {
    let rows = stride(from: frame.top + 12, through: max(frame.top + 12, frame.bottom - 8), by: 16)
    let sides = [(x + 6, Drawing.Anchor.start), (x - 6, .end)]
    var candidates: [Candidate] = []
    for y in rows {
      for (position, anchor) in sides {
        let left = anchor == .start ? position : position - width
        guard left >= frame.left, left + width <= frame.right else { continue }
        candidates.append(candidate(position, y, anchor, left: left, width))
      }
      // A label wider than either side is drawn across the line.
      if candidates.isEmpty {
        let left = min(max(x - width / 2, frame.left + 4), frame.right - 4 - width)
        candidates.append(candidate(left, y, .start, left: left, width))
      }
    }
    return candidates
  }

  /// Candidates above and below a horizontal line, at its right end, its left end and its center.
  private func along(_ y: Double, _ width: Double) -> [Candidate] {
    let positions: [Double] = [frame.right - 4 - width, frame.left + 4, (frame.left + frame.right - width) / 2]
    var candidates: [Candidate] = []
    for left in positions {
      for baseline in [y - 5, y + 14] where baseline - 10 >= frame.top && baseline + 3 <= frame.bottom {
        candidates.append(candidate(left, baseline, .start, left: left, width))
      }
    }
    return candidates.isEmpty ? [candidate(positions[0], y - 5, .start, left: positions[0], width)] : candidates
  }

  private func candidate(
    _ x: Double, _ y: Double, _ anchor: Drawing.Anchor, left: Double, _ width: Double
  ) -> Candidate {
    Candidate(
      x: x, y: y, anchor: anchor, box: Box(left: left - 3, right: left + width + 3, top: y - 12, bottom: y + 4))
  }
}

extension Drawing {
  /// A text on top of data, outlined in the background color for readability.
  mutating func label(_ text: String, x: Double, y: Double, anchor: Anchor, size: Double = textSize) {
    let attributes = [
      Markup.Attribute("x", Self.number(x)), .init("y", Self.number(y)), .init("font-size", Self.number(size)),
      .init("text-anchor", anchor.rawValue), .init("paint-order", "stroke"), .init("stroke-linejoin", "round"),
    ]
    let colors = Self.merged(Self.fill(.ink), Self.stroke(.surface, width: 4))
    add(.element("text", attributes + colors, [.text(text)]))
  }
}
