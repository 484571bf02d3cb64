import Datasets
import Files
import Networks
import Optimizers
import Testing

@testable import Training

/// Numbers below 2⁻¹²⁶ cost many processors a hundred times their usual time.
@Suite("Denormal numbers", .serialized)
struct DenormalTests {
  @Test("are zero for every worker of a team, and for no other thread", arguments: [1, 2, 3])
  func flushed(workers: Int) {
    let tiny = Float.leastNormalMagnitude
    let sums = Guarded<[Float]>([])
    WorkerTeam(count: workers).run { worker in
      // Not known before the run, so that it is computed in it.
      let half = tiny / Float(worker + 2)
      sums.withLock { $0.append(half) }
    }
    #expect(sums.withLock { $0 } == [Float](repeating: 0, count: workers))
    #expect(tiny / Float(workers + 1) > 0, "the calling thread's arithmetic is its own again")
  }

  @Test("No weight is left below 2⁻¹²⁶ by a run, in whatever steps it decays", arguments: [1, 2, 3])
  func decayed(workers: Int) throws {
    // Weights of 10⁻³⁹ are denormal from the start; those of 10⁻³⁷ would be after twelve steps, of which each halves them. They stay
    // at 2⁻¹²⁶, since half of that is zero.
    for (sigma, learningRate, optimizer) in [(1e-39, 1e-38, Momentum()), (1e-37, 1, SGD(values: [0.5]))]
      as [(Double, Double, any Optimizer)]
    {
      let trainer = try Self.trainer(sigma: sigma, optimizer, learningRate: learningRate, workers: workers)
      let isDenormal = sigma < 1e-38
      #expect(Self.denormal(trainer.parameters) > (isDenormal ? 8000 : 0), "the initial weights are there")
      try trainer.run()
      #expect(Self.denormal(trainer.parameters) == 0, "σ = \(sigma), \(workers) workers")
    }
  }

  private static func denormal(_ parameters: Parameters) -> Int {
    parameters.layers.reduce(0) { sum, layer in sum + layer.weight.count { $0.isSubnormal } }
  }

  /// Every input is there, so that every weight has a part in the products.
  private static func samples() -> Samples {
    let count = 512
    let features = (0..<(count * 64)).map { Float($0 % 7 + 1) / 8 }
    return Samples(
      storage: .floats(FloatRows(features, width: 64)), rows: (0..<Int32(count)).map { $0 },
      targets: .values([Float](repeating: 0, count: count * 16), width: 16),
      transform: InputTransform(multiplier: [1], shift: [0]))
  }

  /// Twelve steps.
  private static func trainer(
    sigma: Double, _ optimizer: any Optimizer, learningRate: Double, workers: Int
  ) throws -> Trainer {
    let topology = try Topology(
      inputs: 64, hidden: [128], outputs: 16, activations: [.identity], output: .identity)
    return try Trainer(
      topology, training: samples(),
      configuration: TrainingConfiguration {
        $0.initializer = Initializer(.normal(sigma: sigma))
        $0.optimizer = optimizer
        $0.learningRate = learningRate
        $0.batchSize = .samples(64)
        $0.steps = 12
        $0.epochs = nil
        $0.workers = workers
        $0.input = .dense
      })
  }
}
