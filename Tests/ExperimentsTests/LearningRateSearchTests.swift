import Experiments
import Foundation
import Testing

@Suite("Search for a learning rate")
struct LearningRateSearchTests {
  /// A valley in log rate, and nothing but divergence above a bound.
  private static func search(guess: Double, best: Double, divergesAbove bound: Double = .infinity) -> (
    best: Double, tried: [Double]
  ) {
    var search = LearningRateSearch(guess: guess)
    var tried: [Double] = []
    while let rate = search.next {
      tried.append(rate)
      search.note(rate > bound ? .nan : abs(log(rate / best)))
    }
    return (search.best, tried)
  }

  @Test(
    "It finds the round number nearest to the valley, from near and from far",
    arguments: [
      (0.1, 0.1, 0.1), (0.1, 0.31, 0.3), (0.1, 0.21, 0.2), (0.1, 0.05, 0.05), (0.1, 5, 5), (1, 0.0011, 0.001),
      (0.001, 2, 2), (0.02, 0.03, 0.03), (3, 0.6, 0.5),
    ])
  func valley(guess: Double, best: Double, expected: Double) {
    let result = Self.search(guess: guess, best: best)
    #expect(result.best == expected, "tried \(result.tried)")
    #expect(result.tried.count <= LearningRateSearch.maximumTrials)
    #expect(Set(result.tried).count == result.tried.count)
  }

  @Test("Three coarse rates, one more at an edge, two to refine: a good guess takes five trials")
  func effort() {
    #expect(Self.search(guess: 0.1, best: 0.1).tried == [0.1, 0.03, 0.3, 0.05, 0.2])
    #expect(Self.search(guess: 0.1, best: 0.3).tried == [0.1, 0.03, 0.3, 1, 0.2, 0.5])
  }

  @Test("If all rates are equally good, the guess stays")
  func flat() {
    var search = LearningRateSearch(guess: 0.1)
    while search.next != nil { search.note(1) }
    #expect(search.best == 0.1)
  }

  @Test("Rates that diverge are passed by, and where all do the search goes down and ends")
  func divergence() {
    #expect(Self.search(guess: 10, best: 1, divergesAbove: 0.25).best == 0.2)
    let hopeless = Self.search(guess: 0.1, best: 1, divergesAbove: 0)
    #expect(hopeless.tried.count == LearningRateSearch.maximumTrials)
    #expect(hopeless.best == hopeless.tried.min())
  }
}
