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

  @Test("A run whose weights and averages have decayed to zero takes no longer than another")
  func time() throws {
    let samples = Self.samples()
    var best = (normal: Double.infinity, shrunk: Double.infinity)
    // In turns, and the best of each: others use this machine too.
    for _ in 0..<4 {
      best.normal = min(best.normal, try Self.seconds(samples, sigma: 0.1, learningRate: 0.01))
      best.shrunk = min(best.shrunk, try Self.seconds(samples, sigma: 1e-39, learningRate: 1e-38))
    }
    #expect(best.shrunk < 2 * best.normal, "\(best.shrunk) s where others take \(best.normal)")
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

  private static func seconds(_ samples: Samples, sigma: Double, learningRate: Double) throws -> Double {
    let topology = try Topology(
      inputs: 64, hidden: [128], outputs: 16, activations: [.identity], output: .identity)
    let trainer = try Trainer(
      topology, training: samples,
      configuration: TrainingConfiguration {
        $0.initializer = Initializer(.normal(sigma: sigma))
        $0.optimizer = Momentum()
        $0.learningRate = learningRate
        $0.batchSize = .samples(64)
        $0.epochs = 20
        $0.workers = 1
        $0.input = .dense
      })
    try trainer.run()
    return trainer.seconds
  }
}
