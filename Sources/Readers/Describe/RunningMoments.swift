/// Count, range, mean and sum of squared differences from the mean, by Welford's recurrence, which avoids cancellation
/// for any mean.
struct RunningMoments {
  var count = 0.0
  var minimum = Double.infinity
  var maximum = -Double.infinity
  var mean = 0.0
  var squares = 0.0

  mutating func add(_ value: Double) {
    count += 1
    let difference = value - mean
    mean += difference / count
    squares += difference * (value - mean)
    minimum = min(minimum, value)
    maximum = max(maximum, value)
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
