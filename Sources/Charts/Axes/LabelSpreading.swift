/// Separates labels in a row, moving each as little as possible.
enum LabelSpreading {
  /// Returns positions at least `distance` apart and inside `range`, in the order of the desired positions `wished`, with the
  /// smallest sum of squared moves.
  ///
  /// Labels that would touch form a block around the mean of their desired positions; blocks that touch are merged (pool
  /// adjacent violators). If the range is too short for all labels, they fill it evenly.
  static func spread(_ wished: [Double], distance: Double, range: ClosedRange<Double>) -> [Double] {
    guard wished.count > 0 else { return [] }
    let needed = distance * Double(wished.count - 1)
    let room = range.upperBound - range.lowerBound
    let distance = needed > room ? room / Double(max(wished.count - 1, 1)) : distance
    let order = wished.indices.sorted { (wished[$0], $0) < (wished[$1], $1) }
    struct Block {
      var sum: Double
      var count: Int
      var mean: Double { sum / Double(count) }
    }
    var blocks: [Block] = []
    for (rank, index) in order.enumerated() {
      // After subtracting rank × distance, the constraint is that positions do not decrease.
      blocks.append(Block(sum: wished[index] - Double(rank) * distance, count: 1))
      while blocks.count > 1, blocks[blocks.count - 1].mean < blocks[blocks.count - 2].mean {
        let last = blocks.removeLast()
        blocks[blocks.count - 1].sum += last.sum
        blocks[blocks.count - 1].count += last.count
      }
    }
    let highest = range.upperBound - distance * Double(wished.count - 1)
    var positions = wished
    var rank = 0
    for block in blocks {
      let start = min(max(block.mean, range.lowerBound), max(highest, range.lowerBound))
      for _ in 0..<block.count {
        positions[order[rank]] = start + Double(rank) * distance
        rank += 1
      }
    }
    return positions
  }
}
