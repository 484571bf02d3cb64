/// The removal of lines printed on paper, ruled or squared: thin lines across the whole image.
enum PaperLines {
  /// Images with a shorter side are not photographs of paper, and are not changed.
  static let minimumSide = 60
  /// The smallest difference between a line and the paper near it, in four fifths of the line's pixels; in gray, 0...1.
  static let faintest: Float = 0.035
  /// A pixel is ink that crosses a line if it differs from the paper by this much more than the line does; in gray, 0...1.
  static let inkMargin: Float = 0.15
  /// The largest number of parallel strokes of a digit; more parallel lines are printed ones, even if they end before the edges.
  static let maximumStrokes = 3

  /// The number of columns at either edge of an image, in most of which a line is that reaches the edge.
  static func edgeDepth(_ width: Int) -> Int { max(4, width / 100) }

  /// Replaces lines across the image by the paper beside them; ink that crosses them is kept.
  /// - Returns: true if one line alone was replaced, without others of its direction, which may be a stroke that reaches both edges.
  static func remove(from picture: inout GrayPicture) -> Bool {
    guard min(picture.width, picture.height) >= minimumSide else { return false }
    var counts: [Int] = []
    for _ in 0..<2 {
      counts.append(removeHorizontal(from: &picture) + TiltedLines.removeHorizontal(from: &picture))
      picture = picture.transposed
    }
    return counts.contains(1)
  }

  /// True if an image has lines that would be removed, quite horizontal or vertical.
  static func areIn(_ picture: GrayPicture) -> Bool {
    [picture, picture.transposed].contains { picture in
      let rows = RowStatistics(picture)
      return [true, false].contains { !horizontal(in: rows, of: picture, isDark: $0).isEmpty }
    }
  }

  /// - Returns: the number of lines.
  private static func removeHorizontal(from picture: inout GrayPicture) -> Int {
    let rows = RowStatistics(picture)
    let original = picture
    var count = 0
    for isDark in [true, false] {
      let lines = horizontal(in: rows, of: original, isDark: isDark)
      for line in lines { erase(line, isDark: isDark, rows, original, from: &picture) }
      count += lines.count
    }
    return count
  }

  /// The rows of each line, if there are at least two lines.
  private static func horizontal(in rows: RowStatistics, of picture: GrayPicture, isDark: Bool) -> [Range<Int>] {
    let thickest = max(1, (picture.height + 39) / 40)
    var lines = rows.runs { rows.difference($0, isDark: isDark) > faintest }.filter { $0.count <= thickest }
    if lines.count <= maximumStrokes {
      lines = lines.filter { reachesEdges($0, isDark: isDark, rows, picture) }
    }
    return lines.count >= 2 ? lines : []
  }

  /// True if most pixels of a line in the first and in the last columns differ from the paper.
  private static func reachesEdges(
    _ line: Range<Int>, isDark: Bool, _ rows: RowStatistics, _ picture: GrayPicture
  ) -> Bool {
    let depth = edgeDepth(picture.width)
    return [0..<depth, picture.width - depth..<picture.width].allSatisfy { columns in
      let found = line.reduce(0) { sum, row in
        sum
          + columns.count { column in
            let difference = rows.paper[row] - picture.values[row * picture.width + column]
            return (isDark ? difference : -difference) > faintest
          }
      }
      return 2 * found > line.count * depth
    }
  }

  /// Interpolates the pixels of a line, and of one row on each side, which may be blurred, from the rows above and below.
  private static func erase(
    _ line: Range<Int>, isDark: Bool, _ rows: RowStatistics, _ original: GrayPicture,
    from picture: inout GrayPicture
  ) {
    let (first, end) = (max(line.lowerBound - 1, 0), min(line.upperBound + 1, picture.height))
    let medians = line.map { rows.medianDifference($0, isDark: isDark) }.sorted()
    let strength = medians[medians.count / 2]
    let above = first > 0 ? first - 1 : end
    let below = end < picture.height ? end : above
    guard above < picture.height else { return }
    let width = picture.width
    for row in first..<end {
      let share = Float(row - first + 1) / Float(end - first + 1)
      let least = max(strength, rows.medianDifference(row, isDark: isDark)) + inkMargin
      for column in 0..<width {
        let value = original.values[row * width + column]
        let difference = isDark ? rows.paper[row] - value : value - rows.paper[row]
        guard difference <= least else { continue }
        picture.values[row * width + column] =
          picture.values[above * width + column] * (1 - share) + picture.values[
            below * width + column] * share
      }
    }
  }
}

/// The grays of each row of an image, and of the paper near it.
private struct RowStatistics {
  private var medians: [Float] = []
  /// The upper and lower quintiles: the grays that four fifths of a row's pixels do not exceed, and that four fifths reach.
  private var upper: [Float] = []
  private var lower: [Float] = []
  /// The median of the medians of the rows near each row.
  private(set) var paper: [Float] = []

  init(_ picture: GrayPicture) {
    for row in 0..<picture.height {
      let sorted = picture.values[(row * picture.width)..<((row + 1) * picture.width)].sorted()
      medians.append(sorted[sorted.count / 2])
      upper.append(sorted[sorted.count * 4 / 5])
      lower.append(sorted[sorted.count / 5])
    }
    let reach = max(4, picture.height / 12)
    paper = medians.indices.map { row in
      let near = medians[max(0, row - reach)...min(row + reach, medians.count - 1)].sorted()
      return near[near.count / 2]
    }
  }

  /// The smallest difference from the paper among four fifths of a row's pixels.
  func difference(_ row: Int, isDark: Bool) -> Float {
    isDark ? paper[row] - upper[row] : lower[row] - paper[row]
  }

  func medianDifference(_ row: Int, isDark: Bool) -> Float {
    isDark ? paper[row] - medians[row] : medians[row] - paper[row]
  }

  /// The runs of consecutive rows for which a condition holds.
  func runs(_ holds: (Int) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for row in medians.indices where holds(row) {
      if let last = runs.last, last.upperBound == row {
        runs[runs.count - 1] = last.lowerBound..<row + 1
      } else {
        runs.append(row..<row + 1)
      }
    }
    return runs
  }
}

/// The removal of the frame around the page of a scan.
enum ScanFrame {
  /// The smallest difference between the grays of frame and page.
  private static let contrast: Float = 0.25

  /// Cuts off a frame along three or four sides. A frame along one or two sides, of a page that was not straight, is cut off
  /// only if nothing touches it: otherwise it may be ink, such as the bar of a seven that fills the image.
  static func remove(from picture: inout GrayPicture) {
    guard min(picture.width, picture.height) >= PaperLines.minimumSide else { return }
    let page = picture.values.sorted()[picture.values.count / 2]
    let isFar = picture.values.map { abs($0 - page) > contrast }
    let (width, height) = (picture.width, picture.height)
    /// The depth of the frame on one side: the number of lines in which seven tenths of the pixels differ from the page's gray.
    func depth(_ lines: Int, _ length: Int, _ isFarAt: (_ line: Int, _ position: Int) -> Bool)
      -> Int
    {
      var depth = 0
      while 10 * depth < 3 * lines,
        10 * (0..<length).count(where: { isFarAt(depth, $0) }) >= 7 * length
      { depth += 1 }
      // The edge is blurred.
      return depth == 0 ? 0 : depth + max(1, min(width, height) / 100)
    }
    let top = depth(height, width) { isFar[$0 * width + $1] }
    let bottom = depth(height, width) { isFar[(height - 1 - $0) * width + $1] }
    let left = depth(width, height) { isFar[$1 * width + $0] }
    let right = depth(width, height) { isFar[$1 * width + width - 1 - $0] }
    let sides = [top, bottom, left, right].count { $0 > 0 }
    guard sides > 0, top + bottom < height, left + right < width else { return }
    let (rows, columns) = (top..<height - bottom, left..<width - right)
    if sides < 3 {
      let inside = rows.lazy.map { row in columns.count { isFar[row * width + $0] } }
      // The line next to the frame must be page, and some ink must be left.
      let beside: [Int?] = [
        top > 0 ? inside.first : 0, bottom > 0 ? inside.last : 0,
        left > 0 ? rows.count { isFar[$0 * width + left] } : 0,
        right > 0 ? rows.count { isFar[$0 * width + width - right - 1] } : 0,
      ]
      guard beside.allSatisfy({ 50 * ($0 ?? 0) <= min(rows.count, columns.count) }),
        inside.contains(where: { $0 > 0 })
      else { return }
    }
    picture = picture.cropped(rows: rows, columns: columns)
  }
}

extension GrayPicture {
  /// Rows and columns exchanged.
  fileprivate var transposed: GrayPicture {
    var result = [Float](repeating: 0, count: values.count)
    for row in 0..<height {
      for column in 0..<width { result[column * height + row] = values[row * width + column] }
    }
    return GrayPicture(width: height, height: width, values: result)
  }

  func cropped(rows: Range<Int>, columns: Range<Int>) -> GrayPicture {
    GrayPicture(
      width: columns.count, height: rows.count,
      values: rows.flatMap { row in
        values[(row * width + columns.lowerBound)..<(row * width + columns.upperBound)]
      })
  }

  /// The means of 3 × 3 pixels, which have a third of the noise; border pixels are repeated beyond the border.
  var smoothed: GrayPicture {
    var result = values
    for row in 0..<height {
      for column in 0..<width {
        var sum: Float = 0
        for y in (row - 1)...(row + 1) {
          let line = min(max(y, 0), height - 1) * width
          for x in (column - 1)...(column + 1) { sum += values[line + min(max(x, 0), width - 1)] }
        }
        result[row * width + column] = sum / 9
      }
    }
    return GrayPicture(width: width, height: height, values: result)
  }

  /// The means of blocks of 2 × 2 pixels, which have half the noise; an odd last row or column is left out.
  var halved: GrayPicture {
    let (newWidth, newHeight) = (width / 2, height / 2)
    var result = [Float](repeating: 0, count: newWidth * newHeight)
    for row in 0..<newHeight {
      for column in 0..<newWidth {
        let first = 2 * row * width + 2 * column
        result[row * newWidth + column] =
          (values[first] + values[first + 1] + values[first + width] + values[first + width + 1])
          / 4
      }
    }
    return GrayPicture(width: newWidth, height: newHeight, values: result)
  }
}
