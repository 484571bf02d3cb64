/// The ink of an image: 0 for background, 1 for the strongest ink.
///
/// Light and dark ink are distinguished by the border, which is mostly background; if the border is ambiguous, by all pixels. The gray
/// of the background is its median; its noise is computed from the median absolute deviation.
struct InkPicture {
  let width: Int
  let height: Int
  private(set) var values: [Float]
  /// Four standard deviations of the background, relative to full ink: background noise rarely exceeds it.
  let noise: Float
  /// The noise of neighboring pixels relative to full ink.
  let grain: Float

  /// Differences below 8/255 are not ink.
  private static let faintest: Float = 8 / 255

  /// - Parameter level: the standard deviation of the noise of neighboring pixels.
  /// - Returns: `nil` without ink.
  init?(_ original: GrayPicture, noise level: Float) {
    var picture = original
    Illumination.flatten(&picture)
    guard let threshold = Histogram(picture.values).threshold else { return nil }
    let isLight = Self.backgroundIsLight(picture, threshold: threshold)
    let ground = picture.values.filter { ($0 > threshold) == isLight }.sorted()
    guard let background = ground.isEmpty ? nil : ground[ground.count / 2] else { return nil }
    let deviations = ground.map { abs($0 - background) }.sorted()
    // The standard deviation of a normal distribution is 1.4826 times its median absolute deviation.
    let deviation = 1.4826 * deviations[deviations.count / 2]

    let heights = picture.values.map { max(0, isLight ? background - $0 : $0 - background) }
    let ink = zip(picture.values, heights).filter { ($0.0 > threshold) != isLight }.map(\.1).sorted()
    guard let strongest = ink.last, strongest >= max(Self.faintest, 4 * deviation) else { return nil }
    // The reference for full ink is the strongest pixel, or with noise the strongest tenth, so that a single bright dot
    // does not make the rest faint. If it is nearly the maximum, as in MNIST, grays are not changed.
    let full = deviation > 0 ? ink[ink.count - 1 - ink.count / 10] : strongest
    let gain = full > 0.9 ? 1 : 1 / full
    grain = level / full
    width = picture.width
    height = picture.height
    values = heights.map { min(1, $0 * gain) }
    noise = 4 * deviation * gain
  }

  /// Erases all ink except at these pixels.
  mutating func keep(_ isKept: [Bool]) {
    for index in values.indices where !isKept[index] { values[index] = 0 }
  }

  private static func backgroundIsLight(_ picture: GrayPicture, threshold: Float) -> Bool {
    let border = picture.border
    let light = Double(border.count { picture.values[$0] > threshold }) / Double(border.count)
    if light > 0.6 { return true }
    if light < 0.4 { return false }
    return picture.values.count { $0 > threshold } * 2 > picture.values.count
  }
}

extension GrayPicture {
  /// The border pixels, with a width of 1/50 of the shorter side.
  var border: [Int] {
    let depth = max(1, min(width, height) / 50)
    return values.indices.filter { index in
      let (row, column) = (index / width, index % width)
      return min(row, column, height - 1 - row, width - 1 - column) < depth
    }
  }
}

/// The histogram of grays, in 256 bins.
struct Histogram {
  private var counts = [Int](repeating: 0, count: 256)

  init(_ values: [Float]) {
    for value in values { counts[Int(min(max(value, 0), 1) * 255 + 0.5)] += 1 }
  }

  /// Otsu's threshold between the two classes of grays (Otsu 1979); `nil` if all pixels are equal.
  var threshold: Float? {
    let total = Double(counts.reduce(0, +))
    let sum = counts.enumerated().reduce(0.0) { $0 + Double($1.offset * $1.element) }
    var best: (variance: Double, steps: ClosedRange<Int>)?
    var (below, sumBelow) = (0.0, 0.0)
    for step in 0..<255 {
      below += Double(counts[step])
      sumBelow += Double(step * counts[step])
      guard below > 0, below < total else { continue }
      let difference = sumBelow / below - (sum - sumBelow) / (total - below)
      let variance = below * (total - below) * difference * difference
      if variance > best?.variance ?? 0 {
        best = (variance, step...step)
      }
      // The middle of the gap between the two classes.
      else if let found = best, variance == found.variance {
        best?.steps = found.steps.lowerBound...step
      }
    }
    return best.map { (Float($0.steps.lowerBound) + Float($0.steps.upperBound) + 1) / 2 / 255 }
  }
}
