/// The page of a photograph that also shows its surroundings, or of a scan with a wide frame.
///
/// A page is a region that is nearly a rectangle, at any angle, of another gray than the border of the image, with ink inside.
struct PageOnDesk {
  /// The smallest fraction of the image that a page covers.
  private static let minimumArea = 0.15
  /// The smallest fraction that a page fills of the smallest rectangle around it. An ellipse, as of a zero, fills 0.79.
  private static let minimumFill = 0.9
  /// The smallest fraction of a page that ink covers.
  private static let minimumInk = 0.002

  private let width: Int
  private let height: Int
  /// The pixels of the page, ink included.
  private var isPage: [Bool]
  /// The pixels of the page's own gray.
  private var isPaper: [Bool]

  /// Replaces the surroundings of a page by its gray, and crops the image to the page. A page with printed lines is rotated upright: its
  /// lines are then horizontal and vertical (`PaperLines`).
  static func crop(_ picture: inout GrayPicture) {
    guard min(picture.width, picture.height) >= PaperLines.minimumSide, let page = PageOnDesk(picture) else { return }
    let paper = picture.values.indices.filter { page.isPaper[$0] }.map { picture.values[$0] }.sorted()
    let gray = paper[paper.count / 2]
    for index in picture.values.indices where !page.isPage[index] { picture.values[index] = gray }
    let (rows, columns) = page.box
    if let upright = page.upright(picture, gray: gray), PaperLines.areIn(upright) {
      picture = upright
    } else {
      picture = picture.cropped(rows: rows, columns: columns)
    }
  }

  /// - Returns: nil if the image does not show a page and its surroundings.
  private init?(_ picture: GrayPicture) {
    (width, height) = (picture.width, picture.height)
    guard let threshold = Histogram(picture.values).threshold else { return nil }
    let border = picture.border
    let light = border.count { picture.values[$0] > threshold }
    // Surroundings have one gray. A border of two grays belongs to a page with ink up to its edge, or to no page.
    guard 10 * light < border.count || 10 * light > 9 * border.count else { return nil }
    let isLight = 2 * light < border.count
    let isOther = picture.values.map { ($0 > threshold) == isLight }
    // Printed lines, which are thinner than strokes, do not divide a page.
    let reach = max(2, min(width, height) / 100)
    let closed = Self.closed(isOther, by: reach, width: width, height: height)
    let region = Self.largest(closed, width: width, height: height)
    isPaper = zip(region, isOther).map { $0 && $1 }
    // Pixels outside the region that are connected with the border are the surroundings; the rest is the page with its ink.
    isPage = Self.outside(region, width: width, height: height).map { !$0 }
    let (area, paper) = (isPage.count { $0 }, isPaper.count { $0 })
    guard Double(area) >= Self.minimumArea * Double(width * height),
      Double(area - paper) >= Self.minimumInk * Double(area), 2 * paper > area
    else { return nil }
    let around = PageRectangle(around: isPage, width: width)
    guard Double(area) >= Self.minimumFill * around.area else { return nil }
    // The edge is blurred.
    for _ in 0..<max(2, min(width, height) / 60) { erode() }
    guard isPage.contains(true), zip(isPage, isPaper).contains(where: { $0 && $1 }) else { return nil }
  }

  private var box: (rows: Range<Int>, columns: Range<Int>) {
    let pixels = isPage.indices.filter { isPage[$0] }
    let columns = pixels.map { $0 % width }
    return (
      (pixels.first ?? 0) / width..<(pixels.last ?? 0) / width + 1,
      (columns.min() ?? 0)..<(columns.max() ?? 0) + 1
    )
  }

  /// The largest connected region, with four neighbors per pixel.
  private static func largest(_ holds: [Bool], width: Int, height: Int) -> [Bool] {
    var isSeen = holds.map { !$0 }
    var best: [Int] = []
    for start in isSeen.indices where !isSeen[start] {
      let region = region(from: [start], &isSeen, width: width, height: height)
      if region.count > best.count { best = region }
    }
    var result = [Bool](repeating: false, count: holds.count)
    for pixel in best { result[pixel] = true }
    return result
  }

  /// The pixels that are connected with the border of the image without those of a region.
  private static func outside(_ region: [Bool], width: Int, height: Int) -> [Bool] {
    var isSeen = region
    let border = region.indices.filter {
      let (row, column) = ($0 / width, $0 % width)
      return !region[$0] && (row == 0 || column == 0 || row == height - 1 || column == width - 1)
    }
    var result = [Bool](repeating: false, count: region.count)
    for pixel in Self.region(from: border, &isSeen, width: width, height: height) { result[pixel] = true }
    return result
  }

  private static func region(from starts: [Int], _ isSeen: inout [Bool], width: Int, height: Int) -> [Int] {
    var pixels = starts
    for start in starts { isSeen[start] = true }
    var next = 0
    while next < pixels.count {
      let pixel = pixels[next]
      next += 1
      let column = pixel % width
      for (neighbor, isThere) in [
        (pixel - 1, column > 0), (pixel + 1, column < width - 1), (pixel - width, pixel >= width),
        (pixel + width, pixel < width * (height - 1)),
      ] where isThere && !isSeen[neighbor] {
        isSeen[neighbor] = true
        pixels.append(neighbor)
      }
    }
    return pixels
  }

  /// A region with its gaps of up to twice a number of pixels closed.
  private static func closed(_ region: [Bool], by reach: Int, width: Int, height: Int) -> [Bool] {
    let wide = widened(region, by: reach, width: width, height: height)
    return widened(wide.map { !$0 }, by: reach, width: width, height: height).map { !$0 }
  }

  /// A region with all pixels that are at most `reach` rows and columns away.
  private static func widened(_ region: [Bool], by reach: Int, width: Int, height: Int) -> [Bool] {
    func along(_ region: [Bool], lines: Int, length: Int, index: (_ line: Int, _ position: Int) -> Int) -> [Bool] {
      var result = region
      for line in 0..<lines {
        var last = -reach - 1
        for position in 0..<length {
          if region[index(line, position)] { last = position }
          if position - last <= reach { result[index(line, position)] = true }
        }
        last = length + reach
        for position in stride(from: length - 1, through: 0, by: -1) {
          if region[index(line, position)] { last = position }
          if last - position <= reach { result[index(line, position)] = true }
        }
      }
      return result
    }
    let rows = along(region, lines: height, length: width) { $0 * width + $1 }
    return along(rows, lines: width, length: height) { $1 * width + $0 }
  }

  /// The page rotated upright; nil if it is tilted by more than 30°, so that the upper side is uncertain.
  /// - Parameter gray: the gray of the paper, for pixels beyond the image.
  private func upright(_ picture: GrayPicture, gray: Float) -> GrayPicture? {
    let around = PageRectangle(around: isPage, width: width)
    let (newWidth, newHeight) = (Int(around.across.count.rounded()), Int(around.along.count.rounded()))
    guard abs(around.degrees) <= 30, min(newWidth, newHeight) >= PaperLines.minimumSide else { return nil }
    var values = [Float](repeating: gray, count: newWidth * newHeight)
    for row in 0..<newHeight {
      for column in 0..<newWidth {
        let (x, y) = around.point(column: Double(column), row: Double(row))
        let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
        guard left >= 0, top >= 0, left + 1 < width, top + 1 < height else { continue }
        let (dx, dy) = (Float(x) - Float(left), Float(y) - Float(top))
        let first = top * width + left
        let upper = picture.values[first] * (1 - dx) + picture.values[first + 1] * dx
        let lower = picture.values[first + width] * (1 - dx) + picture.values[first + width + 1] * dx
        values[row * newWidth + column] = upper * (1 - dy) + lower * dy
      }
    }
    return GrayPicture(width: newWidth, height: newHeight, values: values)
  }

  /// Removes the pixels at the edge of the page.
  private mutating func erode() {
    let old = isPage
    for index in old.indices where old[index] {
      let (row, column) = (index / width, index % width)
      let isInside =
        row > 0 && column > 0 && row < height - 1 && column < width - 1 && old[index - 1] && old[index + 1]
        && old[index - width] && old[index + width]
      if !isInside { isPage[index] = false }
    }
  }
}
