import Platform

/// A search for the learning rate with the lowest score, one trial at a time, on a scale of round numbers.
///
/// The final loss as a function of log learning rate has one minimum: below it training is slow, above it noise or
/// divergence dominates (Bengio, 2012, "Practical recommendations for gradient-based training of deep architectures",
/// section 3.3, which recommends a logarithmic grid that is extended while the best value is at its edge). So three rates
/// are tried first, 1 and 3 times powers of ten around a guess; while the best is at an edge, the grid is extended there; then
/// the two round numbers beside the best, 2 or 5 times powers of ten, refine it.
package struct LearningRateSearch: Sendable {
  /// The largest number of trials: enough for a guess that is wrong by a factor of a thousand in either direction.
  package static let maximumTrials = 12

  /// Indices on the scale …, 0.1, 0.2, 0.3, 0.5, 1, …, and their scores.
  private var scores: [Int: Double] = [:]
  private let guess: Int

  /// - Parameter guess: the rate to start near.
  package init(guess: Double) {
    // Even indices are the coarse grid.
    let decades = log10(guess)
    self.guess = Int((decades * 2).rounded()) * 2
  }

  /// The rate at an index: two indices are a factor of about 3.
  static func rate(_ position: Int) -> Double {
    let decade = Int((Double(position) / 4).rounded(.down))
    let digit = [1, 2, 3, 5][position - 4 * decade]
    // Read from text, so that 0.003 is exactly the number of the literal.
    return Double("\(digit)e\(decade)") ?? Double(digit) * pow(10, Double(decade))
  }

  /// The next rate to try; nil when the search is done.
  package var next: Double? { nextPosition.map(Self.rate) }

  private var nextPosition: Int? {
    guard scores.count < Self.maximumTrials else { return nil }
    for position in [guess, guess - 2, guess + 2] where scores[position] == nil { return position }
    let best = bestPosition
    let coarse = best.isMultiple(of: 2) ? [best - 2, best + 2] : [best - 1, best + 1]
    for position in coarse where scores[position] == nil && isOutside(position) { return position }
    guard best.isMultiple(of: 2) else { return nil }
    return [best - 1, best + 1].first { scores[$0] == nil }
  }

  /// True if an index is beyond all that were tried.
  private func isOutside(_ position: Int) -> Bool {
    position < (scores.keys.min() ?? position) || position > (scores.keys.max() ?? position)
  }

  /// Records the score of `next`, lower is better; infinity or NaN for a trial that diverged.
  package mutating func note(_ score: Double) {
    guard let position = nextPosition else { return }
    scores[position] = score.isNaN ? .infinity : score
  }

  /// The rate with the best score; of equal ones the nearest to the guess; if all diverged, the smallest. Before
  /// the first trial, the guess.
  package var best: Double { Self.rate(bestPosition) }

  private var bestPosition: Int {
    let lowest = scores.values.min() ?? .infinity
    let positions = scores.keys.filter { scores[$0] == lowest }
    let best = lowest.isFinite ? positions.min { distance($0) < distance($1) } : positions.min()
    return best ?? guess
  }

  /// The distance from the guess; of two equally distant indices the lower is nearer.
  private func distance(_ position: Int) -> Int { 2 * abs(position - guess) + (position > guess ? 1 : 0) }
}
