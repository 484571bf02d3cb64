/// A sequence of values drawn as one line of block characters, the lowest value as the lowest block.
package enum Sparkline {
  private static let blocks = Array("▁▂▃▄▅▆▇█")

  /// The values as at most `width` blocks, each the mean of about equally many adjacent values; non-finite values are left out.
  package static func text(_ values: [Double], width: Int) -> String {
    guard width > 0, !values.isEmpty else { return "" }
    let count = min(width, values.count)
    let means = (0..<count).map { index -> Double in
      let share = values[(values.count * index / count)..<(values.count * (index + 1) / count)].filter(\.isFinite)
      return share.isEmpty ? .nan : share.reduce(0) { $0 + $1 / Double(share.count) }
    }
    let finite = means.filter(\.isFinite)
    guard let lowest = finite.min(), let highest = finite.max() else { return String(repeating: " ", count: count) }
    return String(
      means.map { mean in
        guard mean.isFinite else { return " " }
        // Halves, because the difference of the largest numbers would overflow.
        let part = highest > lowest ? (mean / 2 - lowest / 2) / (highest / 2 - lowest / 2) : 0
        return blocks[min(max(Int(part * 8), 0), 7)]
      })
  }
}
