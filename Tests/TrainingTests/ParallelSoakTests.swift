import Foundation
import Networks
import Optimizers
import Random
import Testing

@testable import Training

extension ParallelTraining {
  /// Short trainings drawn at random: a dozen here, as many as `DESCENT_SOAK` says for the full measure.
  @Suite("Parallel soak")
  struct ParallelSoakTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let trainings = environment["DESCENT_SOAK"].flatMap { Int($0) } ?? 12

    /// One training that was drawn.
    private struct Draw: CustomStringConvertible {
      var topology: Topology
      var data: SmallData
      var configuration: TrainingConfiguration
      /// Steps after which it is stopped from outside; nil for never.
      var stop: Int?
      var parameters: UInt64

      var description: String {
        "\(topology) \(topology.layers.map(\.activation.rawValue)), \(data.inputs.count) samples, batch "
          + "\(configuration.batchSize), \(type(of: configuration.optimizer).name), \(configuration.workers ?? 0) workers, "
          + "\(configuration.gradients?.rawValue ?? ""), \(configuration.input?.rawValue ?? ""), stop \(stop ?? 0), "
          + "clip \(configuration.clipNorm ?? 0), l2 \(configuration.l2)"
      }

      init(_ random: inout RandomSource) throws {
        func below(_ bound: Int) -> Int { Int(random.below(UInt64(bound))) }
        let widths = (0..<below(3)).map { _ in 1 + below(70) }
        let outputs = 2 + below(6)
        topology = try Topology(
          inputs: 1 + below(60), hidden: widths, outputs: outputs,
          activations: widths.map { _ in Activation.hiddenChoices[below(Activation.hiddenChoices.count)] },
          hasBiases: below(4) > 0)
        data = SmallData(
          samples: 1 + below(150), width: topology.inputs, outputs: outputs, classes: outputs, seed: random.next())
        let optimizer = OptimizerCatalog.standard[below(OptimizerCatalog.standard.count)]
        configuration = TrainingConfiguration {
          $0.optimizer = optimizer
          $0.learningRate = 0.01
          $0.l2 = below(3) == 0 ? 0.1 : 0
          $0.clipNorm = below(3) == 0 ? 0.5 : nil
          $0.batchSize = below(6) == 0 ? .full : .samples(1 + below(80), for: optimizer)
          $0.epochs = 1 + below(3)
          $0.steps = below(3) == 0 ? 1 + below(20) : nil
          $0.stop = StopCriteria(loss: below(3) == 0 ? 1.5 : nil)
          $0.workers = below(12) == 0 ? 128 : 1 + below(16)
          $0.gradients = below(3) == 0 ? .partial : .owned
          $0.input = InputForm.allCases[below(InputForm.allCases.count)]
          $0.seed = random.next() >> 1
          $0.shuffles = below(4) > 0
        }
        stop = below(4) == 0 ? 1 + below(10) : nil
        parameters = random.next()
      }

      /// Its weights and figures, with others for workers and strategy.
      func bits(workers: Int, _ strategy: GradientStrategy) throws -> [UInt64] {
        var configuration = configuration
        (configuration.workers, configuration.gradients) = (workers, strategy)
        let trainer = try Trainer(
          topology, parameters: .small(topology, seed: parameters), training: data.samples, test: data.samples,
          configuration: configuration)
        let stop = trainer.stop
        let last = self.stop ?? .max
        do {
          while try trainer.advance(until: { steps in
            if steps == last { stop() }
            return false
          }) != .ended {}
        } catch TrainingError.stopped {}
        var bits = trainer.parameters.bits.map(UInt64.init)
        for epoch in trainer.history {
          bits += epoch.bits
        }
        return bits + [UInt64(trainer.stepsDone)]
      }
    }

    @Test(
      "Whatever is drawn, owned runs have the bits of one worker, partial ones their own again, and no thread stays")
    func soak() throws {
      let seed = Self.environment["DESCENT_SOAK_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1_000_000)
      var random = RandomSource(seed: seed, purpose: .sampling)
      let before = Self.threads
      var most = 0
      var owned = 0
      for training in 1...Self.trainings {
        let draw = try Draw(&random)
        let workers = try #require(draw.configuration.workers)
        let strategy = try #require(draw.configuration.gradients)
        let reference = try draw.bits(workers: strategy == .owned ? 1 : workers, strategy)
        let result = try draw.bits(workers: workers, strategy)
        #expect(result == reference, "seed \(seed), training \(training): \(draw)")
        owned += strategy == .owned ? 1 : 0
        most = max(most, Self.threads)
      }
      // Dispatch keeps idle threads for some seconds; a team's own are at most 127, and those of the next one the same.
      #expect(most <= before + 160, "seed \(seed): \(before) threads before, \(most) after a training")
      if Self.environment["DESCENT_SOAK"] != nil {
        print(
          "soak: \(Self.trainings) trainings, \(owned) owned, seed \(seed); threads: \(before) before, at most \(most) after one"
        )
      }
    }

    /// Of this process; 0 where the system does not tell.
    private static var threads: Int {
      let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("Threads:") }
      return line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0
    }
  }
}
