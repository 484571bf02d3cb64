/// The most likely known name for a misspelled one.
package enum Nearest {
  /// The nearest known name, the first of equals; nil if none is within two edits and half of the letters.
  package static func name(to given: String, among known: [String]) -> String? {
    // The given text may be long; names are short.
    let given = plain(String(given.prefix(64)))
    // A column's name may be as long as a file, and is then near to nothing.
    let nearest = known.filter { $0.utf8.count <= 256 }.map { (name: $0, distance: distance(given, plain($0))) }
      .min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= 2, 2 * nearest.distance <= max(given.count, nearest.name.count) else {
      return nil
    }
    return nearest.name
  }

  /// The known names that contain the given text, joined by `or`, if they are one to five; else the nearest name; nil if there is none.
  package static func names(to given: String, among known: [String]) -> String? {
    let given = given.lowercased()
    if given.count >= 3, given.count <= 64 {
      let matching = known.filter { $0.contains(given) }
      if (1...5).contains(matching.count) { return matching.joined(separator: " or ") }
    }
    return name(to: given, among: known)
  }

  /// Case, and `_` instead of `-`, are ignored.
  private static func plain(_ name: String) -> String {
    String(name.lowercased().map { $0 == "_" ? "-" : $0 })
  }

  /// The number of insertions, deletions, replacements and swaps of neighbors that lead from one to the other (optimal
  /// string alignment: Damerau 1964, no substring edited twice); but at most 1 if one is a prefix of the other, since
  /// names are often abbreviated.
  package static func distance(_ one: String, _ other: String) -> Int {
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
