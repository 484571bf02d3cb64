/// The order in which cells are timed.
///
/// A round times every cell once. Cells of one group follow one another, so that the times of a speed-up are measured close together;
/// every other round reverses their order, so that a machine that becomes slower favors no cell; and each round starts with another
/// group.
struct ScaleSchedule {
  /// Indices of cells, by group.
  let groups: [[Int]]

  /// - Parameter groups: the group of each cell.
  init(groups: [Int]) {
    var members: [[Int]] = []
    var positions: [Int: Int] = [:]
    for (cell, group) in groups.enumerated() {
      if let position = positions[group] {
        members[position].append(cell)
      } else {
        positions[group] = members.count
        members.append([cell])
      }
    }
    self.groups = members
  }

  private init(members: [[Int]]) { groups = members }

  /// The cells of a round, in order.
  func order(round: Int) -> [Int] {
    guard !groups.isEmpty else { return [] }
    let start = round % groups.count
    return (groups[start...] + groups[..<start]).flatMap { round % 2 == 0 ? $0 : $0.reversed() }
  }

  /// Divides the cells into parts whose memory stays within a budget, with at least one group each. All rounds of a part come before
  /// those of the next.
  func parts(cost: (Int) -> Double, budget: Double) -> [ScaleSchedule] {
    var parts: [[[Int]]] = []
    var used = Double.infinity
    for group in groups {
      let need = group.reduce(0) { $0 + cost($1) }
      if used + need > budget {
        parts.append([])
        used = 0
      }
      parts[parts.count - 1].append(group)
      used += need
    }
    return parts.map { ScaleSchedule(members: $0) }
  }
}
