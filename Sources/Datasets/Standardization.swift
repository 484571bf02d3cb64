extension Selection {
  /// Sets mean and population deviation of each feature over these samples, after `scale`; a constant feature keeps deviation 1.
  func standardize(_ preprocessing: inout Preprocessing) {
    guard count > 0, let storage else { return }
    let moments =
      switch storage {
      case .bytes(let bytes): Moments(bytes, rows: rows)
      case .floats(let floats): Moments(floats, rows: rows)
      }
    preprocessing.mean = moments.mean.map { Float($0 / preprocessing.scale) }
    preprocessing.deviation = moments.deviation.map { deviation in
      let scaled = Float(deviation / preprocessing.scale)
      return deviation == 0 || scaled == 0 ? 1 : abs(scaled)
    }
  }
}

/// Mean and population deviation of every feature, in the storage's own units.
struct Moments {
  var mean: [Double]
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
    var isConstant = [Bool](repeating: true, count: width)
    let first = storage.pointer + Int(rows[0]) * width
    for row in rows {
      let values = storage.pointer + Int(row) * width
      for feature in 0..<width { mean[feature] += Double(values[feature]) }
    }
    for feature in 0..<width { mean[feature] /= count }
    for row in rows {
      let values = storage.pointer + Int(row) * width
      for feature in 0..<width {
        let difference = Double(values[feature]) - mean[feature]
        squares[feature] += difference * difference
        if values[feature] != first[feature] { isConstant[feature] = false }
      }
    }
    // Rounding of the mean must not make a constant feature look like one that varies.
    for feature in 0..<width where isConstant[feature] { mean[feature] = Double(first[feature]) }
    self.mean = mean
    deviation = (0..<width).map { isConstant[$0] ? 0 : (squares[$0] / count).squareRoot() }
  }
}
