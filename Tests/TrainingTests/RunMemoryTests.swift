import Kernels
import Networks
import Optimizers
import Testing

@testable import Training

@Suite("Memory of a run")
struct RunMemoryTests {
  private static func plan(
    _ gradients: GradientStrategy, workers: Int, batchSize: Int = 64, optimizer: any Optimizer = SGD()
  ) -> StepPlan {
    StepPlan(
      workers: workers, cores: 2, strategy: gradients, batchSize: batchSize,
      batches: BatchDivision(samples: batchSize, batchSize: batchSize, lastBatch: .keep), optimizer: optimizer,
      learningRate: 0.1, schedule: .constant, clipNorm: nil, totalSteps: 1)
  }

  private static func layout(_ topology: Topology) -> ParameterLayout {
    ParameterLayout(topology, shape: Kernels(.portable).shape)
  }

  @Test("the size of a network is computed without overflow, and grows with workers only if each has a gradient")
  func need() throws {
    let widest = Topology.maximumWidth
    let topology = try Topology(inputs: widest, hidden: [widest, widest], outputs: 2)
    let need = StepDecision.bytes(Self.layout(topology), Self.plan(.owned, workers: 1, optimizer: Adam()))
    #expect(need.isFinite && need > 1e15)
    #expect(throws: TrainingError.self) { try RunMemory.check(need, widths: topology.description) }
    let small = try Topology(inputs: 784, hidden: [128], outputs: 10)
    func bytes(_ gradients: GradientStrategy, _ workers: Int) -> Double {
      StepDecision.bytes(Self.layout(small), Self.plan(gradients, workers: workers))
    }
    #expect(bytes(.owned, 1) == bytes(.owned, 8))
    #expect(bytes(.partial, 8) > bytes(.partial, 1) + 7 * 4 * 101_770)
    // Within the cores each other worker also has a copy of the parameters.
    #expect(bytes(.partial, 2) > bytes(.partial, 1) + 2 * 4 * 101_770)
    #expect(bytes(.owned, 2) > 3 * 4 * 101_770 && bytes(.owned, 2) < 4e6)
    // Ranks that average have the parameters and, on rank 0, the optimizers' states of the others.
    func adam(ranks: Int?) -> Double {
      var plan = Self.plan(.partial, workers: 1, optimizer: Adam())
      if let ranks { plan.divideBatches(among: ranks) }
      return StepDecision.bytes(Self.layout(small), plan)
    }
    #expect(adam(ranks: 3) > adam(ranks: nil) + 4 * 4 * 101_770 && adam(ranks: 3) > adam(ranks: 2) + 1.5 * 4 * 101_770)
    // Rows in the buffers are as many as the batch has, up to 512.
    let large = StepDecision.bytes(Self.layout(small), Self.plan(.owned, workers: 1, batchSize: 100_000))
    #expect(large - bytes(.owned, 1) > Double(512 - 64) * 4 * (784 + 2 * 138))
  }

  @Test("kept snapshots count, as many as the run has epochs")
  func snapshots() throws {
    let data = SmallData(samples: 4, width: 1000, outputs: 2, classes: 2, seed: 1)
    let topology = try Topology(inputs: 1000, hidden: [1000], outputs: 2)
    func trainer(epochs: Int?, steps: Int? = nil) throws -> Trainer {
      try Trainer(
        topology, training: data.samples,
        configuration: .init { ($0.snapshots, $0.epochs, $0.steps) = (1 << 40, epochs, steps) })
    }
    let error = #expect(throws: TrainingError.self) { try trainer(epochs: 1 << 40) }
    guard case .memory = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    _ = try trainer(epochs: 2)
    _ = try trainer(epochs: nil, steps: 2)
  }
}
