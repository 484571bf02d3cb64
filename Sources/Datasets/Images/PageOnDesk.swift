#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The page of a photograph that also shows what it lies on, or of a scan with a wide frame.
///
/// A page is a region that is nearly a rectangle, at any angle, of another gray than the border of the image, with ink inside.
struct PageOnDesk {
  /// The part of the image that a page covers, at least.
  private static let leastArea = 0.15
  /// The part of the smallest rectangle around it that a page fills, at least. An ellipse, as of a zero, fills 0.79.
  private static let leastFill = 0.9
  /// The part of a page that ink covers, at least.
  private static let leastInk = 0.002

  private let width: Int
  private let height: Int
  /// The pixels of the page, ink included.
  private var isPage: [Bool]
  /// The pixels of the page's own gray.
  private var isPaper: [Bool]

  /// Replaces the surroundings of a page by its gray, and crops the image to the page.
  static func crop(_ picture: inout GreyPicture) {
    guard min(picture.width, picture.height) >= PaperLines.shortestSide, let page = PageOnDesk(picture) else { return }
    let paper = picture.values.indices.filter { page.isPaper[$0] }.map { picture.values[$0] }.sorted()
    let gray = paper[paper.count / 2]
    for index in picture.values.indices where !page.isPage[index] { picture.values[index] = gray }
    let (rows, columns) = page.box
    picture = picture.cropped(rows: rows, columns: columns)
  }

  /// - Returns: nil if the image does not show a page on something else.
  private init?(_ picture: GreyPicture) {
    (width, height) = (picture.width, picture.height)
    guard let threshold = Histogram(picture.values).threshold else { return nil }
    let border = picture.border
    let light = border.count { picture.values[$0] > threshold }
    // A border of two grays is that of a page with ink, or of an image that is not understood.
    guard 10 * light < border.count || 10 * light > 9 * border.count else { return nil }
    let isLight = 2 * light < border.count
    let isOther = picture.values.map { ($0 > threshold) == isLight }
    isPaper = Self.largest(isOther, width: width, height: height)
    // What can be reached from the border without crossing the page is its surroundings; the rest is the page with its ink.
    isPage = Self.outside(isPaper, width: width, height: height).map { !$0 }
    let (area, paper) = (isPage.count { $0 }, isPaper.count { $0 })
    guard Double(area) >= Self.leastArea * Double(width * height),
      Double(area - paper) >= Self.leastInk * Double(area), 2 * paper > area, Self.fill(isPage, width) >= Self.leastFill
    else { return nil }
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

  /// The part of the smallest rectangle around a region, at any angle, that the region fills.
  private static func fill(_ region: [Bool], _ width: Int) -> Double {
    // The first and last pixel of each row have all corners.
    var ends: [(x: Double, y: Double)] = []
    for row in 0..<(region.count / width) {
      let columns = (0..<width).filter { region[row * width + $0] }
      guard let first = columns.first, let last = columns.last else { continue }
      ends += [(Double(first), Double(row)), (Double(last), Double(row))]
    }
    let area = Double(region.count { $0 })
    var best = 0.0
    for degrees in -45..<45 {
      let (cosine, sine) = (cos(Double(degrees) * .pi / 180), sin(Double(degrees) * .pi / 180))
      let across = ends.map { $0.x * cosine + $0.y * sine }
      let along = ends.map { $0.y * cosine - $0.x * sine }
      guard let left = across.min(), let right = across.max(), let top = along.min(), let bottom = along.max() else {
        return 0
      }
      best = max(best, area / ((right - left + 1) * (bottom - top + 1)))
    }
    return best
  }

  /// Takes away the pixels at the edge of the page.
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
