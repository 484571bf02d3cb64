extension Selection {
  /// A column whose standard deviation is below this fraction of its largest magnitude counts as constant.
  private static let leastSpread = 1e-12

  /// Sets mean and divisor (`Preprocessing.deviation`) of each feature over these samples, after `scale`.
  package func standardize(_ preprocessing: inout Preprocessing) {
    guard count > 0, let storage else { return }
    let moments =
      switch storage {
      case .bytes(let bytes): Moments(bytes, rows: rows)
      case .floats(let floats): Moments(floats, rows: rows)
      }
    let scale = preprocessing.scale
    preprocessing.mean = moments.mean.indices.map { unit($0).value(moments.mean[$0]) / scale }
    preprocessing.deviation = moments.deviation.indices.map { feature in
      let unit = unit(feature)
      let deviation = abs(moments.deviation[feature] / unit.factor / scale)
      let size = max(abs(unit.value(moments.minimum[feature])), abs(unit.value(moments.maximum[feature]))) / abs(scale)
      // 0 is tested separately, since the product underflows to 0 for subnormal sizes.
      guard deviation == 0 || deviation < Self.leastSpread * size else { return deviation }
      // Rounding differences among numbers of 16 digits may be thousands, with which training would diverge. Divided by the
      // magnitude of the numbers they are near 0.
      return deviation <= 1 ? 1 : size
    }
  }

  private func unit(_ feature: Int) -> ColumnUnit { units?[feature] ?? ColumnUnit() }
}

/// Mean, population standard deviation and range of every feature, in the units of the storage.
struct Moments {
  var mean: [Double]
  var minimum: [Double]
  var maximum: [Double]
  /// The standard deviation; exactly 0 for a constant feature.
  var deviation: [Double]

  /// Exact integer sums: at most 2³¹ rows of squares below 2¹⁶.
  init(_ storage: ByteRows, rows: [Int32]) {
    let width = storage.width
    var sums = [UInt64](repeating: 0, count: width)
    var squares = [UInt64](repeating: 0, count: width)
    sums.withUnsafeMutableBufferPointer { sums in
      squares.withUnsafeMutableBufferPointer { squares in
        for row in rows {
          let values = storage.pointer + Int(row) * width
          for feature in 0..<width {
            let value = UInt64(values[feature])
            sums[feature] &+= value
            squares[feature] &+= value &* value
          }
        }
      }
    }
    let count = Double(rows.count)
    // Bytes need no range: their standard deviation is 0 or far above rounding errors.
    minimum = [Double](repeating: 0, count: width)
    maximum = minimum
    mean = sums.map { Double($0) / count }
    // m Σx² − (Σx)² is below 2³¹ · 2⁴⁷, and 0 exactly for a constant.
    deviation = zip(sums, squares).map { sum, square in
      let spread = UInt128(rows.count) * UInt128(square) - UInt128(sum) * UInt128(sum)
      return Double(spread).squareRoot() / count
    }
  }

  /// Two passes, so that a large mean does not hide a small standard deviation.
  init(_ storage: FloatRows, rows: [Int32]) {
    let width = storage.width
    let count = Double(rows.count)
    var mean = [Double](repeating: 0, count: width)
    var squares = [Double](repeating: 0, count: width)
    var least = [Float](repeating: .infinity, count: width)
    var greatest = [Float](repeating: -.infinity, count: width)
    for row in rows {
      let values = storage.pointer + Int(row) * width
      for feature in 0..<width {
        let value = values[feature]
        mean[feature] += Double(value)
        least[feature] = min(least[feature], value)
        greatest[feature] = max(greatest[feature], value)
      }
    }
    for feature in 0..<width { mean[feature] /= count }
    for row in rows {
      let values = storage.pointer + Int(row) * width
      for feature in 0..<width {
        let difference = Double(values[feature]) - mean[feature]
        squares[feature] += difference * difference
      }
    }
    // The rounding error of the mean must not make a constant feature vary.
    for feature in 0..<width where least[feature] == greatest[feature] { mean[feature] = Double(least[feature]) }
    self.mean = mean
    minimum = least.map { Double($0) }
    maximum = greatest.map { Double($0) }
    deviation = (0..<width).map { least[$0] == greatest[$0] ? 0 : (squares[$0] / count).squareRoot() }
  }
}
