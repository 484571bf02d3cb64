import Datasets
import Networks
import Testing

@testable import Training

@Suite("Committee")
struct CommitteeTests {
  private static func samples(_ targets: Targets, width: Int = 1) -> Samples {
    Samples(
      storage: .floats(FloatRows([Float](repeating: 0, count: targets.count * width), width: width)),
      rows: (0..<Int32(targets.count)).map { $0 }, targets: targets, transform: .dividing(by: 1))
  }

  private static func committee(_ members: [[Float]]) -> Committee {
    var committee = Committee()
    for outputs in members { committee.add(outputs) }
    return committee
  }

  @Test("probabilities are averaged before the class is chosen and the loss is taken")
  func probabilities() throws {
    // Each member is right about one of the two samples; the mean about both.
    let committee = Self.committee([[0.9, 0.1, 0.75, 0.25], [0.25, 0.75, 0.0, 1.0]])
    #expect(committee.outputs == [0.575, 0.425, 0.375, 0.625])
    let topology = try Topology(inputs: 1, hidden: [], outputs: 2, output: .softmax)
    let result = committee.evaluation(
      Self.samples(.classes([0, 1], labels: ["a", "b"])), topology: topology)
    #expect(result.accuracy == 1 && result.samples == 2)
    // −(ln 0.575 + ln 0.625)/2
    #expect(abs(result.loss - 0.511_694) < 1e-6)
    #expect(result.rmse == nil)
  }

  @Test("a single sigmoid output is the probability of the second class; certain errors have a finite loss")
  func single() throws {
    let topology = try Topology(inputs: 1, hidden: [], outputs: 1, output: .sigmoid)
    let committee = Self.committee([[0.5, 1], [0.25, 1]])
    let result = committee.evaluation(Self.samples(.classes([1, 0], labels: ["a", "b"])), topology: topology)
    #expect(result.accuracy == 0)
    #expect(result.loss.isFinite && result.loss > 8)
  }

  @Test("values are averaged, and RMSE is that of the means")
  func values() throws {
    let topology = try Topology(inputs: 1, hidden: [], outputs: 1, output: .identity)
    let committee = Self.committee([[1, 4], [3, 0]])
    let result = committee.evaluation(Self.samples(.values([2, 4], width: 1)), topology: topology)
    #expect(result.loss == 1 && result.accuracy == nil)
    #expect(abs((result.rmse ?? 0) - 2.0.squareRoot()) < 1e-12)
  }
}
