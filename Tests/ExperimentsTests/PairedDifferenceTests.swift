import Testing

@testable import Experiments

@Suite("Differences paired by seed")
struct PairedDifferenceTests {
  @Test("have the mean and the interval of Student's t")
  func interval() throws {
    // Differences 1, 2, 3: mean 2, standard deviation 1; t(2) = 4.3027.
    let difference = try #require(PairedDifference([(2, 1), (4, 2), (6, 3)]))
    #expect(difference.mean == 2 && difference.count == 3)
    #expect(abs(difference.margin - 4.3027 / 3.0.squareRoot()) < 1e-12)
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
    "Quantiles of t", arguments: [(1, 12.706), (10, 2.228), (30, 2.042), (31, 2.0395), (60, 2.0003), (1000, 1.9623)])
  func quantiles(degrees: Int, value: Double) {
    #expect(abs(PairedDifference.quantile(degrees: degrees) - value) < 1e-3)
  }
}
