/// In which order cells are timed.
///
/// A round times every cell once. Cells of one group follow one another, so that what a speed-up compares was measured within the same
/// moments; every other round takes them the other way round, so that a machine that becomes slower favours nobody; and each round
/// begins with another group.
struct ScaleSchedule {
  /// Indices of cells, group by group.
  let groups: [[Int]]

  /// - Parameter groups: the group of each cell.
  init(groups: [Int]) {
    var members: [[Int]] = []
    var places: [Int: Int] = [:]
    for (cell, group) in groups.enumerated() {
      if let place = places[group] {
        members[place].append(cell)
      } else {
        places[group] = members.count
        members.append([cell])
      }
    }
    self.groups = members
  }

  private init(members: [[Int]]) { groups = members }

  /// The cells of a round, in their order.
  func order(round: Int) -> [Int] {
    guard !groups.isEmpty else { return [] }
    let start = round % groups.count
    return (groups[start...] + groups[..<start]).flatMap { round % 2 == 0 ? $0 : $0.reversed() }
  }

  /// Parts whose cells stay within a budget together, one group at least: all rounds of a part come before the next part's.
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
