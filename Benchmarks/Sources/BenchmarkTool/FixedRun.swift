import Datasets
import Kernels
import Networks
import Optimizers
import Random
import Training

/// A small, always identical run for callgrind. The difference between two of them that differ in `steps` alone is that
/// many steps, whatever starting up costs.
struct FixedRun {
  var hidden = [128]
  var batchSize = 64
  var optimizer = "sgd"
  var gradients = GradientStrategy.owned
  var input = InputForm.masked
  var workers = 1
  var steps = 20

  static let distinct = 256
  /// Steps of an epoch, and the most that can be asked for: reading and packing the samples then costs the same for all.
  static let stepsOfEpoch = 25

  func run(_ instructionSet: InstructionSet?) throws {
    guard steps <= Self.stepsOfEpoch else {
      throw BenchmarkError("--steps: found \(steps), expected at most \(Self.stepsOfEpoch)")
    }
    let configuration = try TrainingConfiguration {
      $0.optimizer = try OptimizerCatalog.type(named: optimizer).init()
      $0.batchSize = .samples(batchSize)
      $0.epochs = 1
      $0.steps = steps
      $0.workers = workers
      $0.gradients = gradients
      $0.input = input
      $0.instructionSet = instructionSet
    }
    let trainer = try Trainer(
      Topology(inputs: 784, hidden: hidden, outputs: 10), training: samples(), configuration: configuration)
    guard let epoch = try trainer.nextEpoch(), epoch.steps == steps, epoch.trainLoss.isFinite else {
      throw BenchmarkError("fixed: the run did not do its \(steps) steps", isUsage: false)
    }
    print("\(trainer.choices.instructionSet.rawValue): \(epoch.steps) steps, loss \(epoch.trainLoss)")
  }

  /// The density of MNIST: 19 % of the bytes are nonzero, none at the margin. Few distinct rows, many samples.
  private func samples() -> Samples {
    var random = RandomSource(seed: 1, purpose: .synthetic)
    var bytes = [UInt8](repeating: 0, count: Self.distinct * 784)
    for position in bytes.indices {
      let (row, column) = (position % 784 / 28, position % 28)
      // 484 pixels within the margin: 0.31 of them are 0.19 of all.
      if (3..<25).contains(row), (3..<25).contains(column), random.uniform() < 0.31 {
        bytes[position] = UInt8(1 + random.below(255))
      }
    }
    let count = Self.stepsOfEpoch * batchSize
    return Samples(
      storage: .bytes(ByteRows(bytes, width: 784)), rows: (0..<count).map { Int32($0 % Self.distinct) },
      targets: .classes((0..<count).map { Int32($0 % 10) }, labels: (0..<10).map(String.init)),
      transform: .dividing(by: 255))
  }
}
