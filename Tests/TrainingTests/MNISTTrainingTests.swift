import Datasets
import Foundation
import Kernels
import Networks
import Optimizers
import Testing
import Training

/// Training on the real thing. Its name keeps it out of the sanitizers' runs, where it would take minutes and show nothing that
/// `ParallelTraining` does not.
@Suite(
  "Training on real MNIST", .serialized,
  .enabled(if: TestData.mnist != nil, "needs MNIST in Data/mnist or in DESCENT_MNIST"))
struct MNISTTrainingTests {
  static let data = Result {
    try DataLoader(source: DataSource(TestData.mnist ?? ""), options: DataOptions()).loadForTraining()
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
    let accuracy = try #require(
      try run(
        topology,
        TrainingConfiguration {
          $0.seed = seed
        }
      ).epochs.last?.testAccuracy)
    #expect((0.962...0.974).contains(accuracy), "seed \(seed): \(accuracy)")
  }

  @Test(
    "Sigmoid hidden units and ten sigmoid outputs with cross-entropy, SGD 0.5: .958 to .970",
    arguments: 1...3 as ClosedRange<UInt64>)
  func sigmoid(seed: UInt64) throws {
    let topology = try Topology(inputs: 784, hidden: [128], outputs: 10, activations: [.sigmoid], output: .sigmoid)
    let run = try run(
      topology,
      TrainingConfiguration {
        $0.learningRate = 0.5
        $0.seed = seed
      })
    let accuracy = try #require(run.epochs.last?.testAccuracy)
    #expect((0.958...0.970).contains(accuracy), "seed \(seed): \(accuracy)")
  }

  @Test("One worker, two and three give the same bits; masked and dense input agree; MNIST is masked automatically")
  func sameBits() throws {
    let topology = try Topology(inputs: 784, hidden: [128], outputs: 10)
    let cases = [(InputForm.masked, 1), (.masked, 3), (nil, 2), (.dense, 1), (.dense, 3)]
    let runs = try cases.map { form, workers in
      try run(
        topology,
        TrainingConfiguration {
          $0.epochs = 1
          $0.workers = workers
          $0.gradients = .owned
          $0.input = form
        })
    }
    // Masked and dense products add in another order with AVX-512, and in the same with AVX2.
    #expect(runs[..<3].allSatisfy { $0.bits == runs[0].bits })
    #expect(runs[3].bits == runs[4].bits)
    let losses = runs.compactMap(\.epochs.last?.testLoss)
    #expect(losses.count == 5 && abs(losses[0] - losses[3]) < 1e-4 * losses[0], "\(losses)")
    let trainer = try Trainer(topology, training: Self.data.get().training)
    #expect(trainer.choices.input == .masked)
  }
}
