extension Selection {
  /// A column whose standard deviation is below this share of its largest magnitude is constant, as far as Doubles tell.
  private static let leastSpread = 1e-12

  /// Sets mean and population standard deviation of each feature over these samples, after `scale`; a constant feature keeps 1.
  func standardize(_ preprocessing: inout Preprocessing) {
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
      // Not even the smallest Double may become 0, which nothing can be divided by.
      return deviation == 0 || deviation < Self.leastSpread * size ? 1 : deviation
    }
  }

  private func unit(_ feature: Int) -> ColumnUnit { units?[feature] ?? ColumnUnit() }
}

/// Mean, population standard deviation and range of every feature, in the storage's own units.
struct Moments {
  var mean: [Double]
  var minimum: [Double]
  var maximum: [Double]
  /// 0 exactly for a feature that has one value in all rows.
  var deviation: [Double]

  /// Exact sums of whole numbers: at most 2³¹ rows of squares below 2¹⁶.
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
    // Bytes have no range that matters: a spread of theirs is 0 or far above rounding.
    minimum = [Double](repeating: 0, count: width)
    maximum = minimum
    mean = sums.map { Double($0) / count }
    // m Σx² − (Σx)² is below 2³¹ · 2⁴⁷, and 0 exactly for a constant.
    deviation = zip(sums, squares).map { sum, square in
      let spread = UInt128(rows.count) * UInt128(square) - UInt128(sum) * UInt128(sum)
      return Double(spread).squareRoot() / count
    }
  }

  /// Two passes, so that a large mean does not drown a small deviation.
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
    // Rounding of the mean must not make a constant feature look like one that varies.
    for feature in 0..<width where least[feature] == greatest[feature] { mean[feature] = Double(least[feature]) }
    self.mean = mean
    minimum = least.map { Double($0) }
    maximum = greatest.map { Double($0) }
    deviation = (0..<width).map { least[$0] == greatest[$0] ? 0 : (squares[$0] / count).squareRoot() }
  }
}
