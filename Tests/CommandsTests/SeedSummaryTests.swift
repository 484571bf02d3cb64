import Reports
import Testing

@testable import Commands
@testable import Training

@Suite("The last line of several seeds")
struct SeedSummaryTests {
  private static func result(_ seed: UInt64, _ accuracy: Double?, _ status: Commands.ExitStatus = .done) -> SeedResult {
    var result = SeedResult(seed: seed)
    result.status = status
    result.end = accuracy.map {
      RunEnd(
        reason: status == .interrupted ? .interrupted : .epochs, epochs: 1, steps: 1, seconds: 1, testAccuracy: $0)
    }
    return result
  }

  @Test("has the mean of the networks that were trained to the end, and counts the others")
  func line() {
    let (first, second) = (Self.result(1, 0.97), Self.result(2, 0.98))
    let (cut, diverged) = (Self.result(3, 0.5, .interrupted), Self.result(4, nil, .failed))
    #expect(
      SeedSummary([first, second], of: 2).line
        == "2 networks (mean ± standard deviation): test accuracy 0.9750 ± 0.0071, training seconds 1.0000 ± 0.0000")
    #expect(
      SeedSummary([first, second, cut], of: 4).line
        == "2 of 4 networks (mean ± standard deviation): test accuracy 0.9750 ± 0.0071, "
        + "training seconds 1.0000 ± 0.0000; interrupted")
    #expect(
      SeedSummary([first, diverged], of: 2).line
        == "1 of 2 networks: test accuracy 0.9700, training seconds 1.0000; 1 diverged")
    #expect(SeedSummary([cut], of: 4).line == "0 of 4 networks: interrupted before one was trained to the end")
    #expect(SeedSummary([diverged, diverged], of: 2).line == nil)
  }

  @Test("has the figures of the saved epochs if the best ones are saved, and says so")
  func best() {
    let networks = [(UInt64(1), 0.97, 0.5), (2, 0.98, 0.7)].map { seed, accuracy, loss in
      var network = Self.result(seed, accuracy)
      network.end?.saved = .best(3)
      network.kept = EpochMetrics(
        epoch: 3, steps: 1, seconds: 1, trainLoss: 0.25, validationLoss: loss, samplesPerSecond: 1, learningRate: 1,
        gradientNorm: 1)
      return network
    }
    #expect(
      SeedSummary(networks, of: 2).line
        == "2 networks (mean ± standard deviation; each at its best epoch, saved): test accuracy 0.9750 ± 0.0071, "
        + "validation loss 0.6000 ± 0.1414, train loss 0.2500 ± 0.0000, training seconds 1.0000 ± 0.0000")
    #expect(
      SeedSummary([networks[0]], of: 2).line?.hasPrefix("1 of 2 networks (at its best epoch, saved): test accuracy")
        == true)
  }
}
