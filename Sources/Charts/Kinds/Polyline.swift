/// The preparation of a line for drawing: gaps, thinning, clipping.
enum Polyline {
  typealias Position = (x: Double, y: Double)

  /// The runs of points between gaps; a run of one point is a marker without a line.
  static func runs(_ positions: [Position?]) -> [[Position]] {
    positions.split { $0 == nil }.map { $0.compactMap { $0 } }
  }

  /// The points with a corner between each and the next: from its height to below or above the next one.
  static func stepped(_ positions: [Position]) -> [Position] {
    Array(positions.prefix(1))
      + zip(positions, positions.dropFirst()).flatMap { one, next in [(x: next.x, y: one.y), next] }
  }

  /// The points; of more than 2000 the first, lowest, highest and last in each pixel column, which gives the same drawing.
  static func thinned(_ positions: [Position]) -> [Position] {
    guard positions.count > 2000 else { return positions }
    var kept: [Position] = []
    var start = 0
    while start < positions.count {
      let column = positions[start].x.rounded(.down)
      var end = start
      while end < positions.count, positions[end].x.rounded(.down) == column { end += 1 }
      let indices = start..<end
      let lowest = indices.reduce(start) { positions[$1].y < positions[$0].y ? $1 : $0 }
      let highest = indices.reduce(start) { positions[$1].y > positions[$0].y ? $1 : $0 }
      for index in Set([start, lowest, highest, end - 1]).sorted() { kept.append(positions[index]) }
      start = end
    }
    return kept
  }

  /// The parts inside the plotting area.
  static func clipped(_ positions: [Position], to frame: Frame) -> [[Position]] {
    if positions.allSatisfy(frame.contains) { return [positions] }
    var parts: [[Position]] = []
    var current: [Position] = []
    for (start, end) in zip(positions, positions.dropFirst()) {
      guard let (from, to, leaves) = segment(start, end, frame) else {
        if !current.isEmpty { parts.append(current) }
        current = []
        continue
      }
      if current.isEmpty { current = [from] }
      current.append(to)
      if leaves {
        parts.append(current)
        current = []
      }
    }
    if !current.isEmpty { parts.append(current) }
    return parts
  }

  /// The part of a segment inside the area (Liang and Barsky, 1984), and whether it ends at the edge.
  private static func segment(_ start: Position, _ end: Position, _ frame: Frame) -> (Position, Position, leaves: Bool)?
  {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    var (enter, leave) = (0.0, 1.0)
    let edges = [
      (-dx, start.x - frame.left), (dx, frame.right - start.x), (-dy, start.y - frame.top),
      (dy, frame.bottom - start.y),
    ]
    for (direction, distance) in edges {
      if direction == 0 {
        if distance < 0 { return nil }
      } else if direction < 0 {
        enter = max(enter, distance / direction)
      } else {
        leave = min(leave, distance / direction)
      }
    }
    guard enter <= leave else { return nil }
    return (
      (start.x + enter * dx, start.y + enter * dy), (start.x + leave * dx, start.y + leave * dy), leave < 1
    )
  }
}
