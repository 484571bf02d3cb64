/// What happens to a line between its points and the paper.
enum Polyline {
  typealias Place = (x: Double, y: Double)

  /// The runs between gaps; a run of one point is one marker and no line.
  static func runs(_ places: [Place?]) -> [[Place]] {
    places.split { $0 == nil }.map { $0.compactMap { $0 } }
  }

  /// Of very many points, the first, lowest, highest and last of each pixel column: what is drawn is the same.
  static func thinned(_ places: [Place]) -> [Place] {
    guard places.count > 2000 else { return places }
    var kept: [Place] = []
    var start = 0
    while start < places.count {
      let column = places[start].x.rounded(.down)
      var end = start
      while end < places.count, places[end].x.rounded(.down) == column { end += 1 }
      let indices = start..<end
      let lowest = indices.reduce(start) { places[$1].y < places[$0].y ? $1 : $0 }
      let highest = indices.reduce(start) { places[$1].y > places[$0].y ? $1 : $0 }
      for index in Set([start, lowest, highest, end - 1]).sorted() { kept.append(places[index]) }
      start = end
    }
    return kept
  }

  /// The parts inside a frame.
  static func clipped(_ places: [Place], to frame: Frame) -> [[Place]] {
    if places.allSatisfy(frame.contains) { return [places] }
    var parts: [[Place]] = []
    var current: [Place] = []
    for (start, end) in zip(places, places.dropFirst()) {
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

  /// The part of a segment inside (Liang and Barsky, 1984), and whether it ends at the edge.
  private static func segment(_ start: Place, _ end: Place, _ frame: Frame) -> (Place, Place, leaves: Bool)? {
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
