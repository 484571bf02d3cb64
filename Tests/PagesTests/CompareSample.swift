import Datasets
import Experiments
import Kernels
import Networks

@testable import Pages
@testable import Training

/// A page of a comparison of batch sizes, from made-up runs.
enum CompareSample {
  /// A run of a setting: its test accuracies after 0, 1, 10, 100, … steps.
  struct Run {
    var accuracies: [Double]
    var diverges = false
    /// The gradient noise scale at each point after the first; nil if it was not measured.
    var noise: Double?
    /// The share of their time that the workers lost to other programs.
    var lost = 0.0
  }

  private static let samples = Samples(
    storage: .floats(FloatRows((0..<30).map { Float($0 % 7) / 7 }, width: 3)), rows: (0..<10).map { $0 },
    targets: .classes((0..<10).map { Int32($0 % 2) }, labels: ["no", "yes"]), transform: .dividing(by: 1))

  /// - Parameters:
  ///   - settings: the runs of each setting with the seeds 1, 2, …; setting number i has batches of 2ⁱ.
  ///   - searches: the searches for learning rates.
  ///   - stepsToTarget: the steps after which all runs reached the target; nil if none did.
  static func page(
    _ settings: [[Run]], searches: [LearningRateSearchResult] = [], stepsToTarget: Int? = nil
  ) throws -> ComparePage {
    let topology = try Topology(for: samples, hidden: [5], output: .softmax)
    let seeds = settings.map(\.count).max() ?? 1
    let comparison = Comparison(
      settings: settings.indices.map { index in
        CompareSetting(
          batch: "batch \(1 << index)", topology: topology,
          configuration: TrainingConfiguration { $0.batchSize = .samples(1 << index) })
      }, training: samples, test: samples, seeds: (0..<UInt64(seeds)).map { $0 + 1 })
    let runs = settings.enumerated().flatMap { setting, runs in
      runs.enumerated().map { one in
        var run = run(one.element, setting: setting, seed: UInt64(one.offset + 1))
        run.stepsToTarget = stepsToTarget
        return run
      }
    }
    return ComparePage(
      comparison: comparison, result: CompareResult(runs: runs, searches: searches), data: "samples of a test",
      provenance: Provenance(command: "descent compare", machine: []))
  }

  private static func run(_ run: Run, setting: Int, seed: UInt64) -> CompareRun {
    let steps = [0, 1, 10, 100, 1000]
    let curve = zip(steps, run.accuracies).map { updates, accuracy in
      ComparePoint(
        samples: updates << setting, updates: updates, seconds: Double(updates), trainLoss: 1 - accuracy,
        testLoss: 1 - accuracy, testAccuracy: accuracy, gradientNoiseScale: updates > 0 ? run.noise : nil)
    }
    var result = CompareRun(
      setting: setting, seed: seed, batchSize: 1 << setting, learningRate: 0.1,
      choices: TrainingChoices(
        workers: 1, gradients: .owned, input: .dense, instructionSet: .portable, batchSize: 1 << setting,
        stepsPerEpoch: 10, inputDensity: 1),
      updates: (curve.last?.updates ?? 0) + (run.diverges ? 5 : 0), isDiverged: run.diverges, stepsToTarget: nil,
      gradientNoiseScale: run.noise, curve: curve)
    result.processorUse = ProcessorUse(available: 10, used: 10 * (1 - run.lost), others: 10 * run.lost)
    return result
  }
}
