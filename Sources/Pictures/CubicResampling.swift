/// The weights of a resampling of a line of pixels by Keys' cubic (Keys 1981, a = −1/2): one row for each new pixel.
///
/// Pixel centers are at half-integers. For a shorter line the kernel is widened by the same factor (antialiasing); edge
/// pixels are repeated beyond the edge; each row's weights sum to 1. Results are not clipped and may lie slightly
/// outside the range of the pixels. Coursera's 20×20 digits were resampled in this way.
package struct CubicResampling {
  /// New pixel i is the weighted sum of the old pixels from `starts[i]` on, with `weights[i]`.
  let starts: [Int]
  let weights: [[Double]]
  /// The length of the old line.
  private let old: Int

  /// - Precondition: both lengths are positive.
  package init(from old: Int, to new: Int) {
    let ratio = Double(old) / Double(new)
    let widening = max(ratio, 1)
    var starts: [Int] = []
    var weights: [[Double]] = []
    for pixel in 0..<new {
      let center = (Double(pixel) + 0.5) * ratio - 0.5
      let first = Int((center - 2 * widening).rounded(.up))
      let last = Int((center + 2 * widening).rounded(.down))
      let start = min(max(first, 0), old - 1)
      var row = [Double](repeating: 0, count: min(max(last, 0), old - 1) - start + 1)
      for position in first...last {
        // From whole numbers, so that a distance of 1 or 2 is exact: a pixel there has the weight 0, where a rounded distance would
        // give it 1e-17, and pixels that are empty in all images a deviation.
        let numerator: Int = (2 * position + 1) * new - (2 * pixel + 1) * old
        let distance = Double(numerator) / Double(2 * max(old, new))
        row[min(max(position, 0), old - 1) - start] += CubicResampling.kernel(distance)
      }
      let sum = row.reduce(0, +)
      starts.append(start)
      weights.append(row.map { $0 / sum })
    }
    self.starts = starts
    self.weights = weights
    self.old = old
  }

  /// The weights with their zeros, `[new × old]`, row by row.
  package func matrix() -> [Double] {
    var matrix = [Double](repeating: 0, count: weights.count * old)
    for (pixel, row) in weights.enumerated() {
      let start = pixel * old + starts[pixel]
      matrix.replaceSubrange(start..<(start + row.count), with: row)
    }
    return matrix
  }

  /// Keys' piecewise cubic with a = −1/2, for distances up to 2.
  private static func kernel(_ distance: Double) -> Double {
    let x = abs(distance)
    if x <= 1 { return (1.5 * x - 2.5) * x * x + 1 }
    if x < 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
    return 0
  }
}
