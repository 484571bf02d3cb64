/// The known name that a misspelled one most likely means.
enum Nearest {
  /// The known name nearest to what was given, the first of equals; nil where none is near: at most two edits away, and no more
  /// than half of the letters.
  static func name(to given: String, among known: [String]) -> String? {
    // A text of any length can be given; names are short.
    let given = plain(String(given.prefix(64)))
    let nearest = known.map { (name: $0, distance: distance(given, plain($0))) }.min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= 2, 2 * nearest.distance <= max(given.count, nearest.name.count) else {
      return nil
    }
    return nearest.name
  }

  /// Case and the choice between `_` and `-` are no difference.
  private static func plain(_ name: String) -> String {
    String(name.lowercased().map { $0 == "_" ? "-" : $0 })
  }

  /// The number of insertions, deletions, replacements and swaps of neighbors that lead from one to the other (optimal
  /// string alignment: Damerau 1964, no substring edited twice); but at most 1 where one begins with the other, since
  /// names are often shortened or extended.
  static func distance(_ one: String, _ other: String) -> Int {
    let a = Array(one)
    let b = Array(other)
    if min(a.count, b.count) >= 3, one.hasPrefix(other) || other.hasPrefix(one) { return one == other ? 0 : 1 }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var current = [i + 1]
      for j in 0..<b.count {
        var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
        current.append(best)
      }
      beforeLast = last
      last = current
    }
    return last[b.count]
  }
}
