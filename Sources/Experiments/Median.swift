extension Collection<Double> {
  /// The middle value; of an even number of values the mean of the two in the middle. Nil without values.
  ///
  /// Values may be infinite: the median of one finite and one infinite value is infinite.
  package var median: Double? {
    guard !isEmpty else { return nil }
    let sorted = sorted()
    let middle = sorted.count / 2
    guard sorted.count.isMultiple(of: 2) else { return sorted[middle] }
    let sum = sorted[middle - 1] + sorted[middle]
    // The sum of two large numbers may overflow; half of a tiny one would lose digits.
    return sum.isFinite ? sum / 2 : sorted[middle - 1] / 2 + sorted[middle] / 2
  }
}

extension Collection<Int> {
  /// The median, half a number rounded up. Nil without values.
  package var median: Int? {
    guard !isEmpty else { return nil }
    let sorted = sorted()
    let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
    // The mean of two integers, whose sum may overflow.
    return (low | high) - ((low ^ high) >> 1)
  }
}
