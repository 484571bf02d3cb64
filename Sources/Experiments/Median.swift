extension Collection<Double> {
  /// The middle value; of an even number of values the mean of the two in the middle. Nil without values.
  ///
  /// Values may be infinite: the median of one finite and one infinite value is infinite.
  package var median: Double? {
    guard !isEmpty else { return nil }
    let sorted = sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}

extension Collection<Int> {
  /// The median, rounded to a whole number. Nil without values.
  package var median: Int? { lazy.map { Double($0) }.median.map { Int($0.rounded()) } }
}
