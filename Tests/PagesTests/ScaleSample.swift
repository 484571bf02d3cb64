import Datasets
import Experiments
import Kernels
import Networks

@testable import Experiments
@testable import Pages
@testable import Training

/// A page of a scaling experiment, from made-up timings.
enum ScaleSample {
  /// A combination of a number of workers and a batch size.
  struct Run {
    var workers: Int
    var batchSize = 10
    /// Seconds of an epoch.
    var seconds: Double
    /// Fractions of time in the order of `StepPhase.allCases`; empty if they were not measured.
    var phases: [Double] = []
    /// The share of their time that the workers lost to other programs.
    var lost = 0.0
  }

  /// Fractions for each phase that sum to one.
  static let phases = StepPhase.allCases.map { _ in 1 / Double(StepPhase.allCases.count) }

  private static let samples = Samples(
    storage: .floats(FloatRows((0..<60).map { Float($0 % 7) / 7 }, width: 3)), rows: (0..<20).map { $0 },
    targets: .classes((0..<20).map { Int32($0 % 2) }, labels: ["no", "yes"]), transform: .dividing(by: 1))

  /// - Parameter runs: those of one batch size follow one another.
  static func page(_ runs: [Run]) throws -> ScalePage {
    let topology = try Topology(for: samples, hidden: [5], output: .softmax)
    let batches = runs.map(\.batchSize).reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
    let cells = try runs.map { run in
      let trainer = try Trainer(
        topology, training: samples,
        configuration: TrainingConfiguration {
          ($0.workers, $0.batchSize, $0.gradients) = (run.workers, .samples(run.batchSize), .owned)
          ($0.input, $0.instructionSet) = (.dense, .portable)
        })
      let timing = ScaleTiming(
        round: 1, steps: 2, samples: samples.count, seconds: run.seconds,
        processorUse: ProcessorUse(available: 10, used: 10 * (1 - run.lost), others: 10 * run.lost))
      return MeasuredCell(
        choices: trainer.choices, trainingSamples: samples.count, samplesPerEpoch: samples.count,
        work: trainer.stepWork, optimizer: "sgd", timings: [timing], phases: run.phases)
    }
    return ScalePage(
      runs: ScaleRun.runs(cells, groups: runs.map { batches.firstIndex(of: $0.batchSize) ?? 0 }, cores: 4),
      families: batches.map { batch in
        .init(
          chart: "", label: batches.count > 1 ? "batch \(batch)" : "", others: "",
          runs: runs.indices.filter { runs[$0].batchSize == batch })
      }, prediction: .failure(.severalRanks(2)), targetAccuracy: nil, cores: 4, coresTogether: nil,
      lead: "samples of a test", provenance: Provenance(command: "descent scale", machine: []))
  }
}
