/// Uneven illumination, as in photographs of paper.
enum Illumination {
  /// Subtracts a slope of the background, if there is one: the plane fitted to the grays of the border.
  ///
  /// Outliers among the border pixels (ink that reaches the border) are omitted and the plane is fitted again. The
  /// image is not changed if the plane does not explain its border, in particular if its background is uniform.
  static func flatten(_ picture: inout GrayPicture) {
    var positions = picture.border
    let spread = Self.spread(positions.map { picture.values[$0] })
    guard spread > 2 / 255 else { return }
    var plane = Plane()
    for _ in 0..<4 {
      guard let fitted = Plane(picture, positions) else { return }
      plane = fitted
      let limit = 3 * Self.spread(positions.map { picture.values[$0] - plane.value(picture, $0) })
      positions = positions.filter { abs(picture.values[$0] - plane.value(picture, $0)) <= limit }
    }
    let rest = Self.spread(picture.border.map { picture.values[$0] - plane.value(picture, $0) })
    guard rest < spread / 2 else { return }
    let middle = plane.value(picture, picture.values.count / 2)
    for index in picture.values.indices {
      picture.values[index] = min(max(picture.values[index] - plane.value(picture, index) + middle, 0), 1)
    }
  }

  /// The median absolute deviation from the median.
  private static func spread(_ values: [Float]) -> Float {
    guard !values.isEmpty else { return 0 }
    let median = values.sorted()[values.count / 2]
    return values.map { abs($0 - median) }.sorted()[values.count / 2]
  }

  /// A plane of grays, a + b·column + c·row.
  private struct Plane {
    var (a, b, c) = (0.0, 0.0, 0.0)

    init() {}

    /// The least-squares plane through some of an image's pixels; `nil` if these are collinear.
    init?(_ picture: GrayPicture, _ positions: [Int]) {
      let count = Double(positions.count)
      guard count > 2 else { return nil }
      let points = positions.map {
        (x: Double($0 % picture.width), y: Double($0 / picture.width), z: picture.values[$0])
      }
      let x = points.reduce(0) { $0 + $1.x } / count
      let y = points.reduce(0) { $0 + $1.y } / count
      let z = points.reduce(0) { $0 + Double($1.z) } / count
      var (xx, xy, yy, xz, yz) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for point in points {
        let (dx, dy, dz) = (point.x - x, point.y - y, Double(point.z) - z)
        xx += dx * dx
        xy += dx * dy
        yy += dy * dy
        xz += dx * dz
        yz += dy * dz
      }
      let determinant = xx * yy - xy * xy
      guard determinant > 1e-9 * (xx + yy) * (xx + yy) else { return nil }
      b = (xz * yy - yz * xy) / determinant
      c = (yz * xx - xz * xy) / determinant
      a = z - b * x - c * y
    }

    func value(_ picture: GrayPicture, _ index: Int) -> Float {
      Float(a + b * Double(index % picture.width) + c * Double(index / picture.width))
    }
  }
}
