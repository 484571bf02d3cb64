import Datasets
import Kernels
import Networks
import Optimizers
import Testing

@testable import Training

extension ParallelTraining {
  @Suite(
    "Parallel runs in bfloat16",
    .enabled(
      if: !Precision.bfloat16Sets.isEmpty,
      "this processor has no products in bfloat16"))
  struct ParallelPrecisionTests {
    @Test(
      "Owned weights and figures have the same bits for 1, 2, 3 and 5 workers, and not those of float32",
      arguments: OptimizerCatalog.standardNames, Precision.bfloat16Sets)
    func owned(name: String, set: InstructionSet) throws {
      let optimizer = try OptimizerCatalog.type(named: name).make()
      for (index, sizes) in [[33, 70, 9, 4], [129, 35, 10], [31, 3]].enumerated() {
        let topology = try Topology(
          inputs: sizes[0], hidden: Array(sizes.dropFirst().dropLast()), outputs: sizes[sizes.count - 1])
        let data = SmallData(
          samples: 61, width: topology.inputs, outputs: topology.outputs, classes: topology.outputs,
          seed: UInt64(index))
        func run(_ workers: Int, _ precision: Precision, _ form: InputForm) throws -> [UInt64] {
          try FinishedRun(
            topology, parameters: .small(topology, seed: 2), training: data.samples, test: data.samples,
            TrainingConfiguration {
              $0.optimizer = optimizer
              $0.l2 = index == 1 ? 0.3 : 0
              $0.clipNorm = index == 2 ? 0.05 : nil
              $0.maxNorm = index == 0 ? 1.5 : nil
              $0.batchSize = .samples(27, for: optimizer)
              $0.epochs = 2
              $0.workers = workers
              $0.gradients = .owned
              $0.input = form
              $0.instructionSet = set
              $0.precision = precision
            }
          ).bits
        }
        for form in InputForm.allCases {
          let one = try run(1, .bfloat16, form)
          for workers in [2, 3, 5] {
            #expect(try run(workers, .bfloat16, form) == one, "\(name), \(topology), \(form), \(workers)")
          }
          // A masked layer alone has no dense product.
          if form == .dense || sizes.count > 2 {
            #expect(try run(1, .float32, form) != one, "\(name), \(topology)")
          }
        }
      }
    }

    @Test(
      "Weights stay near those of float32, with both strategies, clipped or with noise in the inputs",
      arguments: Precision.bfloat16Sets)
    func agreement(set: InstructionSet) throws {
      let topology = try Topology(inputs: 40, hidden: [48, 20], outputs: 5)
      let data = SmallData(samples: 120, width: 40, outputs: 5, classes: 5, seed: 8)
      for (workers, strategy) in [(1, .owned), (2, .owned), (2, .partial), (3, .partial)] as [(Int, GradientStrategy)] {
        func weights(_ precision: Precision) throws -> [Float] {
          let run = try FinishedRun(
            topology, parameters: .small(topology, seed: 3), training: data.samples,
            TrainingConfiguration {
              $0.batchSize = .samples(40)
              $0.epochs = 1
              $0.workers = workers
              $0.gradients = strategy
              $0.input = .dense
              $0.instructionSet = set
              $0.precision = precision
            })
          return run.parameters.layers.flatMap { $0.weight + $0.bias }
        }
        let (exact, rounded) = (try weights(.float32), try weights(.bfloat16))
        #expect(try weights(.bfloat16) == rounded, "\(strategy) repeats")
        let start = Parameters.small(topology, seed: 3).layers.flatMap { $0.weight + $0.bias }
        // Three steps, whose gradients have some roundings of 2⁻⁸ each.
        let moved = zip(exact, start).map { Double(abs($0 - $1)) }.max() ?? 0
        let apart = zip(exact, rounded).map { Double(abs($0 - $1)) }.max() ?? 0
        #expect(apart < 0.1 * moved && apart > 0, "\(strategy), \(workers) workers: \(apart) of \(moved)")
      }
    }

    @Test(
      "A run resumes in the precision of its checkpoint, with the bits of one that was never interrupted",
      arguments: Precision.bfloat16Sets)
    func resumption(set: InstructionSet) throws {
      for strategy in GradientStrategy.allCases {
        var configuration = ParallelResumeTests.configuration(Adam(), strategy)
        configuration.precision = .bfloat16
        configuration.instructionSet = set
        try ParallelResumeTests.expectSame(configuration, at: [0, 11], "bfloat16, \(set), \(strategy)")
        let first = try ParallelResumeTests.trainer(configuration)
        _ = try first.nextEpoch()
        let state = try ParallelResumeTests.stored(first)
        #expect(state.choices.precision == .bfloat16 && state.choices.instructionSet == set)
        // Automatic, whatever the choice would be now.
        configuration.precision = nil
        configuration.instructionSet = nil
        let resumed = try ParallelResumeTests.trainer(configuration, resuming: state).choices
        #expect(resumed.precision == .bfloat16 && resumed.instructionSet == set)
      }
    }

    @Test("Products in bfloat16 are those of the matrix unit, where the process may use it")
    func choice() throws {
      for (precision, expected) in [(nil, InstructionSet.available[0]), (.bfloat16, Precision.bfloat16Sets.last)]
        as [(Precision?, InstructionSet?)]
      {
        var configuration = ParallelResumeTests.configuration(SGD())
        configuration.precision = precision
        let choices = try ParallelResumeTests.trainer(configuration).choices
        #expect(choices.instructionSet == expected)
      }
    }

    @Test("Epochs are evaluated in float32, as the saved model is, with the weights in training or their average")
    func evaluation() throws {
      for average in [WeightAveraging.none, .exponential(decay: 0.5)] {
        var configuration = ParallelResumeTests.configuration(SGD())
        configuration.precision = .bfloat16
        configuration.epochs = 1
        configuration.average = average
        let trainer = try ParallelResumeTests.trainer(configuration)
        let figures = try #require(try trainer.nextEpoch())
        let exact = FastNetwork(trainer.network.topology, trainer.evaluatedNetwork.parameters())
        let evaluator = Evaluator(exact, ParallelResumeTests.data.samples, form: trainer.choices.input)
        #expect(trainer.network.kernels.precision == .bfloat16)
        #expect(evaluator.evaluate().loss == figures.testLoss)
      }
    }
  }
}
