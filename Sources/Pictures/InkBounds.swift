/// The bounding box of a component of ink.
struct InkBounds {
  var rows: ClosedRange<Int>
  var columns: ClosedRange<Int>

  init(_ pixels: [Int], width: Int) {
    let (rows, columns) = (pixels.map { $0 / width }, pixels.map { $0 % width })
    self.rows = (rows.min() ?? 0)...(rows.max() ?? 0)
    self.columns = (columns.min() ?? 0)...(columns.max() ?? 0)
  }

  /// The number of digits in one direction. Components belong to one digit unless the gap between them is at least a tenth
  /// of the size of the largest component, which is more than between strokes of one digit. Groups of less than three fifths
  /// of that size do not count.
  ///
  /// - Parameter boxes: the extent of each component along the direction and across it. The larger one is its size: for
  ///   nearly all digits it is the height, in both directions.
  static func groups(_ boxes: [(along: ClosedRange<Int>, across: ClosedRange<Int>)]) -> Int {
    let sorted = boxes.sorted { $0.along.lowerBound < $1.along.lowerBound }
    let tallest = sorted.map { max($0.across.count, $0.along.count) }.max() ?? 0
    var groups: [(along: ClosedRange<Int>, across: ClosedRange<Int>)] = []
    for box in sorted {
      if let last = groups.last, 10 * (box.along.lowerBound - last.along.upperBound) < tallest {
        groups[groups.count - 1] = (last.along.joined(box.along), last.across.joined(box.across))
      } else {
        groups.append(box)
      }
    }
    return max(1, groups.count { 5 * max($0.across.count, $0.along.count) >= 3 * tallest })
  }

  /// True for a thin line between opposite sides of an image, and for ink along most of two adjacent sides.
  static func isLine(_ pixels: [Int], width: Int, height: Int) -> Bool {
    let top = pixels.count { $0 < width }
    let bottom = pixels.count { $0 >= width * (height - 1) }
    let left = pixels.count { $0 % width == 0 }
    let right = pixels.count { $0 % width == width - 1 }
    func isThin(_ one: Int, _ other: Int, _ length: Int) -> Bool {
      one > 0 && other > 0 && 40 * min(one, other) <= length
    }
    if isThin(top, bottom, width) || isThin(left, right, height) { return true }
    return 5 * max(top, bottom) > 3 * width && 5 * max(left, right) > 3 * height
  }
}

extension ClosedRange<Int> {
  fileprivate func joined(_ other: ClosedRange<Int>) -> ClosedRange<Int> {
    Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
  }
}
