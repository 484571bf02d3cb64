/// Resamples images from one size to another: first lines, then columns, in Double.
package struct PictureResampler {
  private let across: CubicResampling
  private let down: CubicResampling
  private let old: (width: Int, height: Int)
  private let new: (width: Int, height: Int)
  private let isTransposed: Bool
  /// The image with resampled lines, `[old.height × new.width]`.
  private var lines: [Double]

  /// - Parameter isTransposed: true to write the new images column by column.
  package init(from old: (width: Int, height: Int), to new: (width: Int, height: Int), isTransposed: Bool = false) {
    across = CubicResampling(from: old.width, to: new.width)
    down = CubicResampling(from: old.height, to: new.height)
    self.old = old
    self.new = new
    self.isTransposed = isTransposed
    lines = [Double](repeating: 0, count: old.height * new.width)
  }

  /// Resamples an image of bytes, row by row.
  package mutating func resample(_ picture: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<Float>) {
    resample(picture, into: target) { Double($0) }
  }

  /// Resamples an image of floats, row by row.
  package mutating func resample(_ picture: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    resample(picture, into: target) { Double($0) }
  }

  /// - Parameters:
  ///   - picture: the image, row by row.
  ///   - target: memory for one number per new pixel.
  mutating func resample<Pixel>(
    _ picture: UnsafePointer<Pixel>, into target: UnsafeMutablePointer<Float>, _ value: (Pixel) -> Double
  ) {
    for y in 0..<old.height {
      for x in 0..<new.width {
        var sum = 0.0
        let start = y * old.width + across.starts[x]
        for (offset, weight) in across.weights[x].enumerated() { sum += weight * value(picture[start + offset]) }
        lines[y * new.width + x] = sum
      }
    }
    for y in 0..<new.height {
      for x in 0..<new.width {
        var sum = 0.0
        let start = down.starts[y]
        for (offset, weight) in down.weights[y].enumerated() { sum += weight * lines[(start + offset) * new.width + x] }
        target[isTransposed ? x * new.height + y : y * new.width + x] = Float(sum)
      }
    }
  }
}
