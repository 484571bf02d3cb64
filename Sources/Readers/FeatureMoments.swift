/// Mean, population standard deviation, range and number of nonzeros of every feature over some rows, in the units of the storage.
package struct FeatureMoments: Sendable {
  /// The number of rows.
  let count: Int
  private(set) var mean: [Double]
  private(set) var minimum: [Double]
  private(set) var maximum: [Double]
  /// The standard deviation; exactly 0 for a constant feature.
  private(set) var deviation: [Double]
  private(set) var nonzeros: [Int]

  /// - Parameter rows: the rows of the storage; without any, mean and deviation are NaN.
  init(_ storage: SampleStorage, rows: [Int32]) {
    self =
      switch storage {
      case .bytes(let bytes): FeatureMoments(bytes, rows)
      case .floats(let floats): FeatureMoments(floats, rows)
      }
  }

  /// Exact integer sums: at most 2³¹ rows of squares below 2¹⁶.
  private init(_ storage: ByteRows, _ rows: [Int32]) {
    let width = storage.width
    var sums = [UInt64](repeating: 0, count: width)
    var squares = [UInt64](repeating: 0, count: width)
    var nonzeros = [UInt32](repeating: 0, count: width)
    var least = [UInt8](repeating: .max, count: width)
    var greatest = [UInt8](repeating: .min, count: width)
    for row in rows {
      let values = storage.pointer + Int(row) * width
      Self.addSums(of: values, count: width, to: &sums, squares: &squares)
      Self.addRange(of: values, count: width, to: &least, greatest: &greatest, nonzeros: &nonzeros)
    }
    let count = Double(rows.count)
    self.count = rows.count
    self.nonzeros = nonzeros.map { Int($0) }
    minimum = least.map { Double($0) }
    maximum = greatest.map { Double($0) }
    mean = sums.map { Double($0) / count }
    // m Σx² − (Σx)² is below 2³¹ · 2⁴⁷, and 0 exactly for a constant.
    deviation = zip(sums, squares).map { sum, square in
      let spread = UInt128(rows.count) * UInt128(square) - UInt128(sum) * UInt128(sum)
      return Double(spread).squareRoot() / count
    }
  }

  /// Adds a row. Pointers, since with arrays the loop checks every index and has no vector instructions.
  private static func addSums(
    of values: UnsafePointer<UInt8>, count: Int, to sums: UnsafeMutablePointer<UInt64>,
    squares: UnsafeMutablePointer<UInt64>
  ) {
    for feature in 0..<count {
      let value = UInt32(values[feature])
      sums[feature] &+= UInt64(value)
      squares[feature] &+= UInt64(value &* value)
    }
  }

  /// Adds a row, as `addSums`.
  private static func addRange(
    of values: UnsafePointer<UInt8>, count: Int, to least: UnsafeMutablePointer<UInt8>,
    greatest: UnsafeMutablePointer<UInt8>, nonzeros: UnsafeMutablePointer<UInt32>
  ) {
    for feature in 0..<count {
      least[feature] = min(least[feature], values[feature])
      greatest[feature] = max(greatest[feature], values[feature])
    }
    for feature in 0..<count { nonzeros[feature] &+= values[feature] == 0 ? 0 : 1 }
  }

  /// Two passes, so that a large mean does not hide a small standard deviation.
  private init(_ storage: FloatRows, _ rows: [Int32]) {
    let width = storage.width
    let count = Double(rows.count)
    var mean = [Double](repeating: 0, count: width)
    var squares = [Double](repeating: 0, count: width)
    var least = [Float](repeating: .infinity, count: width)
    var greatest = [Float](repeating: -.infinity, count: width)
    var nonzeros = [Int](repeating: 0, count: width)
    for row in rows {
      let values = storage.pointer + Int(row) * width
      for feature in 0..<width {
        let value = values[feature]
        mean[feature] += Double(value)
        least[feature] = min(least[feature], value)
        greatest[feature] = max(greatest[feature], value)
        nonzeros[feature] &+= value == 0 ? 0 : 1
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
    // The rounding error of the mean must not make a constant feature vary; a NaN keeps its own.
    let isConstant = (0..<width).map { least[$0] == greatest[$0] && !mean[$0].isNaN }
    for feature in 0..<width where isConstant[feature] { mean[feature] = Double(least[feature]) }
    self.count = rows.count
    self.nonzeros = nonzeros
    self.mean = mean
    minimum = least.map { Double($0) }
    maximum = greatest.map { Double($0) }
    deviation = (0..<width).map { isConstant[$0] ? 0 : (squares[$0] / count).squareRoot() }
  }
}

extension FeatureMoments {
  /// The moments in the units of the source. The numbers of nonzeros stay those of the storage.
  ///
  /// - Parameter units: the unit in which each feature is stored.
  func converted(from units: [ColumnUnit]) -> FeatureMoments {
    var result = self
    for (feature, unit) in units.enumerated() {
      result.mean[feature] = unit.value(mean[feature])
      result.minimum[feature] = unit.value(minimum[feature])
      result.maximum[feature] = unit.value(maximum[feature])
      result.deviation[feature] = deviation[feature] / unit.factor
    }
    return result
  }

  /// The moments of all features together, after the transform.
  func spread(_ transform: InputTransform) -> SplitDescription.Spread {
    var all = RunningMoments()
    guard count > 0 else { return SplitDescription.Spread(all) }
    for feature in mean.indices {
      let multiplier = transform.multiplier.count > 1 ? transform.multiplier[feature] : transform.multiplier[0]
      let shift = transform.shift.count > 1 ? transform.shift[feature] : transform.shift[0]
      all.add(moments(feature).transformed(multiplier: Double(multiplier), shift: Double(shift)))
    }
    return SplitDescription.Spread(all)
  }

  /// The moments of each feature before a preprocessing.
  ///
  /// - Parameter preparation: the preprocessing that has been applied to the rows; nil for none.
  func moments(before preparation: Preprocessing?) -> [RunningMoments] {
    guard count > 0 else { return [] }
    let scale = preparation?.divisor ?? 1
    let standardization = preparation?.standardization
    return mean.indices.map { feature in
      moments(feature).transformed(
        multiplier: (standardization?.deviation[feature] ?? 1) * scale,
        shift: (standardization?.mean[feature] ?? 0) * scale)
    }
  }

  private func moments(_ feature: Int) -> RunningMoments {
    RunningMoments(
      count: Double(count), minimum: minimum[feature], maximum: maximum[feature], mean: mean[feature],
      squares: deviation[feature] * deviation[feature] * Double(count))
  }

  /// The fraction of nonzero features, 0...1.
  var density: Double {
    let all = Double(count) * Double(nonzeros.count)
    return all > 0 ? Double(nonzeros.reduce(0, +)) / all : 0
  }

  var constantFeatures: Int { count > 0 ? mean.indices.count { minimum[$0] == maximum[$0] } : 0 }
}
