extension ContinuousClock.Instant {
  /// The longest time limit in seconds, over thirty years. `Duration` is a whole number of attoseconds, of which larger limits have too many.
  private static let longestLimit = 1e9

  /// The end of a time limit that begins now.
  ///
  /// - Parameter seconds: those above `longestLimit` have its effect, and so has NaN.
  package static func end(ofLimit seconds: Double) -> ContinuousClock.Instant {
    .now + .seconds(seconds < longestLimit ? max(seconds, 0) : longestLimit)
  }
}
