/// Count, range, mean and sum of squared differences from the mean, by Welford's recurrence, which avoids cancellation
/// for any mean.
struct RunningMoments {
  var count = 0.0
  var minimum = Double.infinity
  var maximum = -Double.infinity
  var mean = 0.0
  var squares = 0.0
  var nonzeros = 0.0

  mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / count
    squares += difference * (value - mean)
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    if value != 0 { nonzeros += 1 }
  }

  /// Merges other moments (Chan, Golub and LeVeque, 1979).
  mutating func add(_ other: RunningMoments) {
    guard other.count > 0 else { return }
    let total = count + other.count
    let difference = other.mean - mean
    squares += other.squares + difference * difference * count * other.count / total
    mean += difference * other.count / total
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    nonzeros += other.nonzeros
    count = total
  }

  /// The moments of x · multiplier + shift.
  func transformed(multiplier: Double, shift: Double) -> RunningMoments {
    guard count > 0 else { return self }
    let ends = (minimum * multiplier + shift, maximum * multiplier + shift)
    var result = self
    result.minimum = min(ends.0, ends.1)
    result.maximum = max(ends.0, ends.1)
    result.mean = mean * multiplier + shift
    result.squares = squares * multiplier * multiplier
    return result
  }
}

/// The moments of every feature over a split.
struct FeatureMoments {
  private var features: [RunningMoments]

  init(_ samples: Samples) {
    switch samples.storage {
    case .bytes(let bytes): features = Self.ofBytes(bytes, samples.rows)
    case .floats(let floats):
      features = [RunningMoments](repeating: RunningMoments(), count: floats.width)
      for row in samples.rows {
        let start = floats.pointer + Int(row) * floats.width
        for feature in 0..<floats.width { features[feature].add(Double(start[feature])) }
      }
    }
  }

  /// Bytes are summed in integers, which is exact and much faster: sums and squares of 2³² bytes fit into 64 bits.
  private static func ofBytes(_ bytes: ByteRows, _ rows: [Int32]) -> [RunningMoments] {
    let width = bytes.width
    var sums = [UInt64](repeating: 0, count: width)
    var squares = [UInt64](repeating: 0, count: width)
    var nonzeros = [UInt32](repeating: 0, count: width)
    var minima = [UInt8](repeating: .max, count: width)
    var maxima = [UInt8](repeating: .min, count: width)
    for row in rows {
      let start = bytes.pointer + Int(row) * width
      for feature in 0..<width {
        let value = start[feature]
        let wide = UInt32(value)
        sums[feature] &+= UInt64(wide)
        squares[feature] &+= UInt64(wide &* wide)
        nonzeros[feature] &+= value == 0 ? 0 : 1
        minima[feature] = min(minima[feature], value)
        maxima[feature] = max(maxima[feature], value)
      }
    }
    guard !rows.isEmpty else { return [RunningMoments](repeating: RunningMoments(), count: width) }
    let count = Double(rows.count)
    return (0..<width).map { feature in
      let mean = Double(sums[feature]) / count
      return RunningMoments(
        count: count, minimum: Double(minima[feature]), maximum: Double(maxima[feature]), mean: mean,
        squares: max(0, Double(squares[feature]) - mean * Double(sums[feature])), nonzeros: Double(nonzeros[feature]))
    }
  }

  /// The moments of all features together, after the transform.
  func spread(_ transform: InputTransform) -> SplitDescription.Spread {
    var all = RunningMoments()
    for (index, feature) in features.enumerated() {
      let multiplier = transform.multiplier.count > 1 ? transform.multiplier[index] : transform.multiplier[0]
      let shift = transform.shift.count > 1 ? transform.shift[index] : transform.shift[0]
      all.add(feature.transformed(multiplier: Double(multiplier), shift: Double(shift)))
    }
    return SplitDescription.Spread(all)
  }

  var density: Double {
    let count = features.reduce(0) { $0 + $1.count }
    return count > 0 ? features.reduce(0) { $0 + $1.nonzeros } / count : 0
  }

  var constantFeatures: Int { features.count { $0.count > 0 && $0.minimum == $0.maximum } }
}
