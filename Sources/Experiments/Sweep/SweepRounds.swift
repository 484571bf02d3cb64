/// The rounds of successive halving (Jamieson and Talwalkar, 2016, "Non-stochastic Best Arm Identification and
/// Hyperparameter Optimization"): all trials are trained for a fraction of the whole length, the best of them for more,
/// and few for all of it.
package struct SweepRounds: Sendable, Equatable {
  /// The fraction of a whole training that is done at the end of each round: ascending, the last one is 1.
  package let fractions: [Double]
  /// One in this number of trials continues after a round; nil if every trial is trained for the whole length.
  package let reduction: Int?

  /// The first round is at least this fraction of a training, since ranks after less do not predict the final ones.
  private static let minimumFraction = 1.0 / 9

  /// - Parameters:
  ///   - trials: number of trials in the first round, at least 1.
  ///   - reduction: 2 or more; nil for one round.
  package init(trials: Int, reduction: Int?) {
    var fractions = [1.0]
    if let reduction {
      var divisor = reduction
      while divisor <= trials, 1 / Double(divisor) >= Self.minimumFraction {
        fractions.insert(1 / Double(divisor), at: 0)
        divisor *= reduction
      }
    }
    self.fractions = fractions
    self.reduction = reduction
  }

  /// The number of trials that continue after a round of `count`.
  package func kept(of count: Int) -> Int { reduction.map { max(1, count / $0) } ?? count }
}
