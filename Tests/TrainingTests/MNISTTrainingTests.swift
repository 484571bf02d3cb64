import Datasets
import Foundation
import Kernels
import Networks
import Optimizers
import Testing
import Training

enum MNISTFolder {
  /// Where the real MNIST is, if it is.
  static let path: String? = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = ProcessInfo.processInfo.environment["DESCENT_MNIST"] ?? package.path + "/Data/mnist"
    let isThere = ["", ".gz"].contains {
      FileManager.default.fileExists(atPath: folder + "/train-images-idx3-ubyte" + $0)
    }
    return isThere ? folder : nil
  }()
}

/// Training on the real thing. Its name keeps it out of the sanitizers' runs, where it would take minutes and show nothing that
/// `ParallelTraining` does not.
@Suite(
  "Training on real MNIST", .serialized,
  .enabled(if: MNISTFolder.path != nil, "needs MNIST in Data/mnist or in DESCENT_MNIST"))
struct MNISTTrainingTests {
  static let data = Result {
    try DataLoader(source: DataSource(MNISTFolder.path ?? ""), options: DataOptions()).loadForTraining()
  }

  func run(_ topology: Topology, _ configuration: TrainingConfiguration) throws -> FinishedRun {
    let data = try Self.data.get()
    return try FinishedRun(topology, training: data.training, test: data.test, configuration)
  }

  @Test(
    "784-128-10 with ReLU and softmax, SGD 0.1, batch 64: .962 to .974 after 5 epochs",
    arguments: 1...5 as ClosedRange<UInt64>)
  func softmax(seed: UInt64) throws {
    let topology = try Topology(inputs: 784, hidden: [128], outputs: 10)
    let accuracy = try #require(try run(topology, TrainingConfiguration(seed: seed)).epochs.last?.testAccuracy)
    #expect((0.962...0.974).contains(accuracy), "seed \(seed): \(accuracy)")
  }

  @Test(
    "Sigmoid hidden units and ten sigmoid outputs with cross-entropy, SGD 0.5: .958 to .970",
    arguments: 1...3 as ClosedRange<UInt64>)
  func sigmoid(seed: UInt64) throws {
    let topology = try Topology(inputs: 784, hidden: [128], outputs: 10, activations: [.sigmoid], output: .sigmoid)
    let run = try run(topology, TrainingConfiguration(learningRate: 0.5, seed: seed))
    let accuracy = try #require(run.epochs.last?.testAccuracy)
    #expect((0.958...0.970).contains(accuracy), "seed \(seed): \(accuracy)")
  }

  @Test("Masked and dense input, one worker and three, give the same bits; MNIST is masked of its own accord")
  func sameBits() throws {
    let topology = try Topology(inputs: 784, hidden: [128], outputs: 10)
    // The bits of masked and dense plain steps agree where 1/m is a power of two, as for batches of 64 and the last one of 32.
    let runs = try [(InputForm.masked, 1), (.masked, 3), (.dense, 1), (.dense, 3), (nil, 2)].map { form, workers in
      try run(topology, TrainingConfiguration(epochs: 1, workers: workers, gradients: .owned, input: form)).bits
    }
    #expect(runs.map { $0 == runs[0] } == [true, true, true, true, true])
    let trainer = try Trainer(topology, training: Self.data.get().training)
    #expect(trainer.choices.input == .masked)
  }
}
