import Experiments
import Kernels
import Testing

@testable import Pages
@testable import Training

@Suite("Comparisons on a machine that other programs use")
struct DisturbanceTests {
  /// The runs of one setting, each with 10 seconds of available time, of which the workers used a part and other programs the rest.
  private static func summary(_ setting: Int, used: [Double]) -> CompareSummary {
    let choices = TrainingChoices(
      workers: 2, gradients: .owned, input: .dense, instructionSet: .portable, batchSize: 8, stepsPerEpoch: 10,
      inputDensity: 1)
    return CompareSummary(
      used.enumerated().map { index, seconds in
        var run = CompareRun(
          setting: setting, seed: UInt64(index), batchSize: 8, learningRate: 0.1, choices: choices, updates: 0,
          isDiverged: false, stepsToTarget: nil, gradientNoiseScale: nil, curve: [])
        run.processorUse = ProcessorUse(available: 10, used: seconds, others: 10 - seconds)
        return run
      })
  }

  @Test(
    "The first lines name the share of the time that was lost, and the settings whose times are too long are marked",
    arguments: [
      ([[10.0, 10], [9.8]], ["", ""], nil),
      ([[10, 6], [9.8]], [" !", ""], "1 of 2 settings, marked !, lost 20 % of"),
      ([[5, 5], [9]], [" !", " !"], "2 of 2 settings, marked !, lost 10 % to 50 % of"),
      ([[0.5]], [" !"], "1 of 1 setting, marked !, lost 95 % of"),
    ] as [([[Double]], [String], String?)])
  func disturbance(used: [[Double]], marks: [String], says: String?) {
    let summaries = used.enumerated().map { Self.summary($0.offset, used: $0.element) }
    #expect(summaries.map(\.timeMark) == marks)
    #expect((summaries.disturbance == nil) == (says == nil))
    if let says { #expect(summaries.disturbance?.contains(says) == true, "\(summaries.disturbance ?? "")") }
  }
}
