import Datasets
import Kernels
import Networks
import Optimizers
import Testing

@testable import Training

extension ParallelTraining {
  /// Partial steps whose workers have a copy of the parameters each, which gradients and new parameters are written to in turn.
  @Suite("Parallel copies of the parameters")
  struct ParallelCopiesTests {
    struct Case: CustomTestStringConvertible {
      var optimizer: any Optimizer = SGD()
      var l2 = 0.0
      var clipNorm: Double?
      var noiseInterval: Int?
      var form = InputForm.masked
      var instructionSet = InstructionSet.available[0]

      var testDescription: String {
        "\(optimizer) l2 \(l2) clip \(clipNorm ?? 0) noise \(noiseInterval ?? 0) \(form) \(instructionSet)"
      }
    }

    static let cases =
      InstructionSet.available.map { Case(instructionSet: $0) }
      + [
        Case(form: .dense), Case(noiseInterval: 3), Case(l2: 0.3, clipNorm: 0.05), Case(optimizer: Adam()),
        Case(optimizer: Nesterov(), l2: 0.3, noiseInterval: 2), Case(optimizer: Adam(), clipNorm: 0.05, form: .dense),
      ]

    static let samples = ParallelInputTests.bytes(samples: 60, width: 131, transform: .dividing(by: 255))

    /// - Parameter cores: fewer than the workers, and these share one set of parameters and the threads.
    private static func trainer(
      _ one: Case, hidden: [Int], batchSize: Int, workers: Int, cores: Int, samples: Samples = samples
    ) throws -> Trainer {
      var configuration = TrainingConfiguration {
        $0.optimizer = one.optimizer
        $0.learningRate = one.optimizer is Adam ? 0.003 : 0.1
        $0.l2 = one.l2
        $0.clipNorm = one.clipNorm
        $0.batchSize = .samples(batchSize)
        $0.epochs = 2
        $0.workers = workers
        $0.gradients = .partial
        $0.input = one.form
        $0.instructionSet = one.instructionSet
      }
      configuration.gradientNoiseInterval = one.noiseInterval
      configuration.cores = cores
      let topology = try Topology(inputs: 131, hidden: hidden, outputs: 3, hasBiases: hidden != [100])
      return try Trainer(
        topology, parameters: .small(topology, seed: 2), training: samples, test: samples, configuration: configuration)
    }

    /// Everything that a run reports but times, after pauses in the middle of epochs.
    private static func bits(_ trainer: Trainer) throws -> [UInt64] {
      var bits: [UInt64] = []
      run: while true {
        switch try trainer.advance(steps: 2) {
        case .paused: bits += trainer.parameters.bits.map(UInt64.init)
        case .epoch(let epoch):
          bits += epoch.bits
        case .ended: break run
        }
      }
      let noise = trainer.gradientNoise
      return bits + trainer.parameters.bits.map(UInt64.init)
        + [noise?.trace, noise?.squaredNorm].map { $0?.bitPattern ?? 1 }
    }

    @Test("They change no bit, for any number of workers, at any batch size, with pauses", arguments: cases)
    func bits(one: Case) throws {
      for (hidden, workers) in [([33], 5), ([100], 2), ([40, 19], 2), ([], 3)].thinned(2) {
        for batchSize in [52, 17, 1].thinned(2) {
          let runs = try [workers - 1, workers].map { cores in
            let trainer = try Self.trainer(one, hidden: hidden, batchSize: batchSize, workers: workers, cores: cores)
            #expect(trainer.engine.context.decision.copiesParameters == (cores == workers))
            return try Self.bits(trainer)
          }
          // Arrays that differ would be compared at length.
          let areSame = runs[0] == runs[1]
          #expect(areSame, "\(hidden), \(workers) workers, batch \(batchSize)")
        }
      }
    }

    @Test("Workers read copies where each has a core, and its rows go through at once")
    func choice() throws {
      let many = ParallelInputTests.bytes(samples: 1400, width: 131, transform: .dividing(by: 255))
      func copies(batchSize: Int, workers: Int, cores: Int = 8) throws -> Bool {
        try Self.trainer(
          Case(), hidden: [7], batchSize: batchSize, workers: workers, cores: cores, samples: many
        ).engine.context.decision.copiesParameters
      }
      #expect(try copies(batchSize: 512, workers: 2))
      #expect(try !copies(batchSize: 513, workers: 2))
      #expect(try copies(batchSize: 513, workers: 3))
      #expect(try !copies(batchSize: 512, workers: 1))
      #expect(try !copies(batchSize: 512, workers: 3, cores: 2))
    }

    @Test("New parameters from outside reach all copies")
    func restored() throws {
      let runs = try [1, 2].map { cores in
        let trainer = try Self.trainer(Case(), hidden: [20], batchSize: 10, workers: 2, cores: cores)
        _ = try trainer.advance(steps: 3)
        trainer.network.set(.small(trainer.network.topology, seed: 9))
        _ = try trainer.advance(steps: 2)
        return trainer.parameters.bits
      }
      let areSame = runs[0] == runs[1]
      #expect(areSame)
    }
  }
}
