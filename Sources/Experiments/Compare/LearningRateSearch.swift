import Foundation

/// A search for the learning rate with the lowest score, one trial after the other, on a fixed scale of round numbers.
///
/// The final loss as a function of log learning rate has one valley: below it training is slow, above it noise or
/// divergence wins (Bengio, 2012, "Practical recommendations for gradient-based training of deep architectures",
/// section 3.3, whose advice is a grid in the log domain that moves on while the best lies at its edge). So three rates
/// are tried first, 1 and 3 times powers of ten around a guess; while the best is at an edge the grid grows there; then
/// the two round numbers beside the best, 2 or 5 times powers of ten, refine it.
public struct LearningRateSearch: Sendable {
  /// Trials that a search may take: from a guess that is wrong by a factor of a thousand, both ways.
  public static let mostTrials = 12

  /// Places on the scale …, 0.1, 0.2, 0.3, 0.5, 1, …, and their scores.
  private var scores: [Int: Double] = [:]
  private let guess: Int

  /// - Parameter guess: a rate to begin near.
  public init(guess: Double) {
    // Even places are the coarse grid.
    let decades = log10(guess)
    self.guess = Int((decades * 2).rounded()) * 2
  }

  /// The rate at a place: two places are a factor of about 3.
  static func rate(_ place: Int) -> Double {
    let decade = Int((Double(place) / 4).rounded(.down))
    let digit = [1, 2, 3, 5][place - 4 * decade]
    // Through text, so that 0.003 is the number that a user writes.
    return Double("\(digit)e\(decade)") ?? Double(digit) * pow(10, Double(decade))
  }

  /// The next rate to try; nil when the search is done.
  public var next: Double? { nextPlace.map(Self.rate) }

  private var nextPlace: Int? {
    guard scores.count < Self.mostTrials else { return nil }
    for place in [guess, guess - 2, guess + 2] where scores[place] == nil { return place }
    let best = bestPlace
    let coarse = best.isMultiple(of: 2) ? [best - 2, best + 2] : [best - 1, best + 1]
    for place in coarse where scores[place] == nil && isOutside(place) { return place }
    guard best.isMultiple(of: 2) else { return nil }
    return [best - 1, best + 1].first { scores[$0] == nil }
  }

  /// Whether a place lies beyond all that were tried.
  private func isOutside(_ place: Int) -> Bool {
    place < (scores.keys.min() ?? place) || place > (scores.keys.max() ?? place)
  }

  /// Takes the score of `next`: the lower the better, infinite or NaN for a trial that diverged.
  public mutating func note(_ score: Double) {
    guard let place = nextPlace else { return }
    scores[place] = score.isNaN ? .infinity : score
  }

  /// The rate with the best score; of equals the one nearest to the guess, and where all diverged the smallest. Before
  /// the first trial the guess.
  public var best: Double { Self.rate(bestPlace) }

  private var bestPlace: Int {
    let lowest = scores.values.min() ?? .infinity
    let places = scores.keys.filter { scores[$0] == lowest }
    let best = lowest.isFinite ? places.min { distance($0) < distance($1) } : places.min()
    return best ?? guess
  }

  /// From the guess; of two places at one distance the lower is the nearer.
  private func distance(_ place: Int) -> Int { 2 * abs(place - guess) + (place > guess ? 1 : 0) }
}
