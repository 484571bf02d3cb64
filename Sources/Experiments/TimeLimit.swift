extension ContinuousClock.Instant {
  /// The longest time limit in seconds, over thirty years. `Duration` is a whole number of attoseconds, of which larger limits have too many.
  private static let maximumSeconds = 1e9

  /// The end of a time limit that begins now.
  ///
  /// - Parameter seconds: those above `maximumSeconds` have its effect, and so has NaN.
  package static func end(ofLimit seconds: Double) -> ContinuousClock.Instant {
    .now + .seconds(seconds < maximumSeconds ? max(seconds, 0) : maximumSeconds)
  }
}
