import Datasets
import Networks
import Optimizers
import Testing
import Training

@testable import Experiments

@Suite("Trials of a learning rate search")
struct LearningRateTrialTests {
  /// The outcome of 40 steps of a linear regression, whose error grows by a constant factor in a step if the rate is too large.
  private static func outcome(_ learningRate: Double) throws -> LearningRateTrial.Outcome {
    let features = (0..<200).map { Float($0 * 37 % 101) / 101 }
    let samples = try Samples(features: features, width: 4, labels: (0..<50).map { $0 % 3 })
    let setting = CompareSetting(
      batch: "batch 10", topology: try Topology(inputs: 4, hidden: [], outputs: 3, output: .identity),
      configuration: TrainingConfiguration {
        $0.batchSize = .samples(10)
        $0.optimizer = SGD()
        $0.workers = 1
      })
    let searcher = LearningRateSearcher(
      setting: setting, index: 0, seed: 1, budget: .steps(40), kept: samples, heldOut: samples, shouldStop: { false })
    return try searcher.trial(learningRate).outcome
  }

  @Test("end with a loss, are dropped if it got much worse, and diverged only if it is not finite")
  func outcomes() throws {
    let finished = try Self.outcome(0.01)
    guard case .finished(let loss) = finished else {
      Issue.record("\(finished)")
      return
    }
    #expect(loss.isFinite)
    #expect(try Self.outcome(10) == .dropped)
    #expect(try Self.outcome(1e30) == .diverged)
  }
}
