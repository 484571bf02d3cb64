/// A 28×28 canvas on which lines are drawn.
///
/// Every pixel has a depth inside the line: half the line's width at the nearest point minus the distance to it, the
/// maximum over all segments, in pixels. A profile maps depth to gray.
struct Canvas {
  private static let lanes = 8
  /// Rows are padded, so that a vector starting at the last pixel fits.
  private static let stride = Pen.side + lanes - Pen.side % lanes + lanes
  private var depths = [Float](repeating: -.infinity, count: Canvas.stride * Pen.side)

  /// Draws the pen's line.
  ///
  /// - Parameters:
  ///   - softness: the width in pixels over which the line's edge fades.
  ///   - strength: gray in the middle of a line, 0...1.
  ///   - picture: 784 bytes, row by row, which are overwritten.
  mutating func ink(_ pen: borrowing Pen, softness: Float, strength: Float, into picture: UnsafeMutablePointer<UInt8>) {
    depths.withUnsafeMutableBufferPointer { depths in
      depths.update(repeating: -.infinity)
      for stroke in 0..<(pen.begins.count - 1) {
        for index in pen.begins[stroke]..<(pen.begins[stroke + 1] - 1) {
          Self.deepen(depths.baseAddress!, from: pen.dots[index], to: pen.dots[index + 1], softness: softness)
        }
      }
      Self.develop(depths.baseAddress!, softness: softness, strength: strength, into: picture)
    }
  }

  /// Raises the depths around one segment of the line; only at pixels that the segment can reach.
  private static func deepen(_ depths: UnsafeMutablePointer<Float>, from: Pen.Dot, to: Pen.Dot, softness: Float) {
    let reach = max(from.radius, to.radius) + 0.5 * softness
    let low = pointwiseMin(from.position, to.position) - reach
    let high = pointwiseMax(from.position, to.position) + reach
    guard high.min() > 0, low.max() < Float(Pen.side) else { return }
    let columns = Int(max(low.x, 0))...min(Int(high.x), Pen.side - 1)
    let rows = Int(max(low.y, 0))...min(Int(high.y), Pen.side - 1)
    let step = to.position - from.position
    let perLength = 1 / max((step * step).sum(), 1e-12)
    let growth = to.radius - from.radius
    let offsets = SIMD8<Float>(0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5) - from.position.x
    for row in rows {
      let y = Float(row) + 0.5 - from.position.y
      let line = UnsafeMutableRawPointer(depths + row * stride)
      for column in Swift.stride(from: columns.lowerBound, through: columns.upperBound, by: lanes) {
        let x = offsets + Float(column)
        let along = ((x * step.x + y * step.y) * perLength).clamped(
          lowerBound: SIMD8(repeating: 0), upperBound: SIMD8(repeating: 1))
        let dx = x - along * step.x
        let dy = y - along * step.y
        let depth = from.radius + along * growth - (dx * dx + dy * dy).squareRoot()
        let position = column * MemoryLayout<Float>.stride
        let known = line.loadUnaligned(fromByteOffset: position, as: SIMD8<Float>.self)
        line.storeBytes(of: pointwiseMax(known, depth), toByteOffset: position, as: SIMD8<Float>.self)
      }
    }
  }

  /// Gray is 0 at half a `softness` outside the line, full at half of it inside, and smooth between: 3e² − 2e³.
  private static func develop(
    _ depths: UnsafeMutablePointer<Float>, softness: Float, strength: Float, into picture: UnsafeMutablePointer<UInt8>
  ) {
    let full = 255 * strength
    let slope = 1 / softness
    for row in 0..<Pen.side {
      for column in 0..<Pen.side {
        let edge = max(0, min(1, depths[row * stride + column] * slope + 0.5))
        picture[row * Pen.side + column] = UInt8(full * edge * edge * (3 - 2 * edge) + 0.5)
      }
    }
  }
}
