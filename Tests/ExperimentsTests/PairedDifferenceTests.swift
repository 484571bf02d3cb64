import Random
import Testing

@testable import Experiments

@Suite("Differences paired by seed")
struct PairedDifferenceTests {
  @Test("have the mean and the interval of Student's t")
  func interval() throws {
    // Differences 1, 2, 3: mean 2, standard deviation 1; t(2) = 4.3027.
    let difference = try #require(PairedDifference([(2, 1), (4, 2), (6, 3)]))
    #expect(difference.mean == 2 && difference.count == 3)
    #expect(abs(difference.margin - 4.302653 / 3.0.squareRoot()) < 1e-6)
    #expect(!difference.isClear)
  }

  @Test("see what all seeds share, however much seeds differ")
  func paired() throws {
    let difference = try #require(PairedDifference([(0.91, 0.90), (0.81, 0.80), (0.7101, 0.70), (0.6099, 0.60)]))
    #expect(difference.isClear && abs(difference.mean - 0.01) < 1e-9 && difference.margin < 0.001)
  }

  @Test("need two pairs; equal ones make no difference")
  func few() throws {
    #expect(PairedDifference([(1, 2)]) == nil && PairedDifference([]) == nil)
    #expect(try !#require(PairedDifference([(1, 1), (2, 2)])).isClear)
  }

  @Test(
    "of equal size have the interval of the figures' rounding, and none without it",
    arguments: [(0.0, 0.0, false), (0.001, 12.706205 * 0.001 / 12.0.squareRoot(), true), (0.01, 0.0366796, false)])
  func equal(resolution: Double, margin: Double, isClear: Bool) throws {
    // Binary fractions, whose differences are equal in all bits.
    let difference = try #require(PairedDifference([(0.90625, 0.875), (0.78125, 0.75)], resolution: resolution))
    #expect(difference.mean == 0.03125 && difference.hasInterval == (resolution > 0))
    #expect(abs(difference.margin - margin) < 1e-6 && difference.isClear == isClear)
  }

  @Test(
    "Quantiles of t, of SciPy",
    arguments: [
      (1, 0.05, 12.706205), (2, 0.05, 4.302653), (7, 0.005, 4.029337), (10, 0.05, 2.228139), (31, 0.05, 2.039513),
      (60, 0.01, 2.660283), (1000, 0.05, 1.962339),
    ])
  func quantiles(degrees: Int, outside: Double, value: Double) {
    #expect(abs(PairedDifference.quantile(degrees: degrees, outside: outside) - value) < 1e-6 * value)
  }

  @Test("Equal settings rarely differ clearly from the best of them", arguments: [2, 5, 10])
  func equalSettings(count: Int) {
    let (comparisons, seeds) = (2000, 5)
    var clear = 0
    for comparison in 0..<comparisons {
      var random = RandomSource(seed: 1, purpose: .sampling, index: UInt64(comparison))
      let settings = (0..<count).map { _ in (0..<seeds).map { _ in random.normal() } }
      let best = settings.max { ($0.sorted()[seeds / 2]) < ($1.sorted()[seeds / 2]) } ?? []
      let differences = settings.filter { $0 != best }.compactMap {
        PairedDifference(Array(zip($0, best)), comparisons: PairedDifference.comparisons(settings: count))
      }
      if differences.contains(where: \.isClear) { clear += 1 }
    }
    // 5 % are allowed; three standard deviations of the count of 2,000 are 1.5 %.
    #expect(Double(clear) <= 0.065 * Double(comparisons), "\(clear) of \(comparisons)")
  }
}
