import Platform

/// The removal of printed lines that are not quite horizontal, as of paper that was photographed at an angle, and of a single line
/// across the whole image, such as that of a margin.
///
/// Lines are found by a Hough transform of the pixels that are darker, or lighter, than the paper above and below them. As few lines
/// as a digit has parallel strokes must reach both edges of the image.
struct TiltedLines {
  /// The largest tilt, as a slope: 10°.
  private static let steepest = 0.18
  /// The fraction of an image's width that a line covers, at least.
  private static let minimumCover = 0.7
  /// The same for a single line.
  private static let minimumCoverAlone = 0.85

  private let picture: GrayPicture
  /// 1 for lines darker than the paper, −1 for lighter ones.
  private let sign: Float
  /// The distance in rows to the paper above and below a line.
  private let reach: Int

  private init(_ picture: GrayPicture, isDark: Bool) {
    self.picture = picture
    sign = isDark ? 1 : -1
    reach = max(3, picture.height / 60)
  }

  /// Replaces lines that are nearly horizontal by the paper beside them; ink that crosses them is kept.
  /// - Returns: the number of lines.
  static func removeHorizontal(from picture: inout GrayPicture) -> Int {
    var count = 0
    for isDark in [true, false] {
      let search = TiltedLines(picture, isDark: isDark)
      guard let (slope, rows) = search.lines() else { continue }
      for row in rows { search.erase(slope, row, from: &picture) }
      count += rows.count
    }
    return count
  }

  /// The contrast of a pixel with the paper above and below; at the border with the one side that there is.
  private func contrast(_ row: Int, _ column: Int) -> Float {
    let value = picture.values[row * picture.width + column]
    let above = row >= reach ? picture.values[(row - reach) * picture.width + column] : nil
    let below = row + reach < picture.height ? picture.values[(row + reach) * picture.width + column] : nil
    let differences = [above, below].compactMap { $0 }.map { sign * ($0 - value) }
    return differences.min() ?? 0
  }

  /// The slope of the lines, and the row of each in the middle column; nil without lines.
  private func lines() -> (slope: Double, rows: [Int])? {
    let (width, height) = (picture.width, picture.height)
    // For each column, the rows of pixels that may belong to a line.
    let candidates = (0..<width).map { column in
      (0..<height).filter { contrast($0, column) > PaperLines.faintest }
    }
    // At the ends of the image a line moves by one row from one slope to the next.
    let steps = Int((Self.steepest * Double(width) / 2).rounded(.up))
    let least = Int(Self.minimumCover * Double(width))
    var best: (score: Int, slope: Double, counts: [Int])?
    for step in -steps...steps {
      let slope = 2 * Double(step) / Double(width)
      let counts = counts(candidates, slope)
      let score = counts.reduce(0) { $0 + max(0, $1 - least) }
      // Of slopes with equal scores, the one nearest to 0.
      if score > best?.score ?? 0 || score == best?.score ?? -1 && abs(slope) < abs(best?.slope ?? 1) {
        best = (score, slope, counts)
      }
    }
    guard let best, best.score > 0 else { return nil }
    var rows = peaks(best.counts, least: least)
    if rows.count <= PaperLines.maximumStrokes { rows = rows.filter { reachesEdges($0, best.slope, candidates) } }
    if rows.count >= 2 { return (best.slope, rows) }
    let alone = rows.filter { Double(best.counts[$0]) >= Self.minimumCoverAlone * Double(width) }
    return alone.isEmpty ? nil : (best.slope, alone)
  }

  /// The row of a line in a column.
  /// - Parameter middle: its row in the middle column.
  private func row(_ middle: Int, _ slope: Double, in column: Int) -> Int {
    middle + Int((slope * (Double(column) - Double(picture.width) / 2)).rounded())
  }

  /// True if a line has candidates in most of the first and in most of the last columns that it crosses, and paper on both sides.
  private func reachesEdges(_ middle: Int, _ slope: Double, _ candidates: [[Int]]) -> Bool {
    let columns = (0..<picture.width).filter { (0..<picture.height).contains(row(middle, slope, in: $0)) }
    let depth = PaperLines.edgeDepth(picture.width)
    let isInside = middle >= reach && middle + reach < picture.height
    return isInside
      && [columns.prefix(depth), columns.suffix(depth)].allSatisfy { edge in
        let found = edge.count { column in
          let row = row(middle, slope, in: column)
          return candidates[column].contains { abs($0 - row) <= 2 }
        }
        return 2 * found > edge.count
      }
  }

  /// The number of columns in which a line with a slope through each row of the middle column has a candidate, at most one row away.
  private func counts(_ candidates: [[Int]], _ slope: Double) -> [Int] {
    var counts = [Int](repeating: 0, count: picture.height)
    var last = [Int](repeating: -1, count: picture.height)
    for (column, rows) in candidates.enumerated() {
      let shift = Int((slope * (Double(column) - Double(picture.width) / 2)).rounded())
      for row in rows {
        for line in (row - shift - 1)...(row - shift + 1) where counts.indices.contains(line) && last[line] != column {
          counts[line] += 1
          last[line] = column
        }
      }
    }
    return counts
  }

  /// The middle of each run of rows with at least so many candidates, if it is as thin as a line.
  private func peaks(_ counts: [Int], least: Int) -> [Int] {
    var peaks: [Int] = []
    var row = 0
    while row < counts.count {
      guard counts[row] >= least else {
        row += 1
        continue
      }
      let end = counts[row...].firstIndex { $0 < least } ?? counts.count
      if end - row <= 2 * reach + 3 { peaks.append((row + end - 1) / 2) }
      row = end
    }
    return peaks
  }

  /// Interpolates the pixels of a line between the paper above and below, except those of ink.
  private func erase(_ slope: Double, _ middle: Int, from result: inout GrayPicture) {
    let (width, height) = (picture.width, picture.height)
    let rows = (0..<width).map { row(middle, slope, in: $0) }
    let strengths = rows.enumerated().filter { (0..<height).contains($1) }.map { contrast($1, $0) }.sorted()
    guard !strengths.isEmpty else { return }
    let strength = strengths[strengths.count / 2]
    let half = max(2, reach - 1)
    for (column, row) in rows.enumerated() {
      let (above, below) = (row - half - 1, row + half + 1)
      let ends = [above, below].filter { (0..<height).contains($0) }.map { picture.values[$0 * width + column] }
      guard let first = ends.first, let last = ends.last else { continue }
      for position in max(above + 1, 0)..<max(min(below, height), max(above + 1, 0)) {
        let share = Float(position - above) / Float(below - above)
        let paper = first * (1 - share) + last * share
        let difference = sign * (paper - picture.values[position * width + column])
        guard difference > 0, difference <= max(strength, 0) + PaperLines.inkMargin else { continue }
        result.values[position * width + column] = paper
      }
    }
  }
}
