import Datasets
import Kernels
import Networks
import Optimizers
import Testing

@testable import Training

extension ParallelTraining {
  @Suite("Parallel runs repeat")
  struct ParallelBitsTests {
    static let optimizers = OptimizerCatalog.standardNames.thinned(3)

    @Test(
      "The same seed and workers give the same bits twice, another seed others", arguments: GradientStrategy.allCases)
    func repeats(strategy: GradientStrategy) throws {
      let topology = try Topology(inputs: 21, hidden: [35], outputs: 4)
      let data = SmallData(samples: 101, width: 21, outputs: 4, classes: 4, seed: 1)
      func run(seed: UInt64, shuffles: Bool = true) throws -> [UInt64] {
        try FinishedRun(
          topology, parameters: .small(topology, seed: 1), training: data.samples, test: data.samples,
          TrainingConfiguration {
            $0.batchSize = .samples(19)
            $0.epochs = 2
            $0.workers = 3
            $0.gradients = strategy
            $0.seed = seed
            $0.shuffles = shuffles
          }
        ).bits
      }
      let first = try run(seed: 7)
      #expect(try run(seed: 7) == first)
      #expect(try run(seed: 8) != first)
      #expect(try run(seed: 7, shuffles: false) != first)
      #expect(try run(seed: 7, shuffles: false) == run(seed: 8, shuffles: false))
    }

    @Test(
      "A run that pauses every few steps has the bits and figures of one that doesn't",
      arguments: GradientStrategy.allCases, [true, false])
    func pauses(strategy: GradientStrategy, hasClasses: Bool) throws {
      // Ten panels are divided by columns, whose steps read ahead.
      for hidden in [35, 10 * Kernels.fastest.shape.panelWidth] {
        let topology = try Topology(
          inputs: 21, hidden: [hidden], outputs: 4, output: hasClasses ? .softmax : .identity)
        let data = SmallData(samples: 101, width: 21, outputs: 4, classes: hasClasses ? 4 : nil, seed: 1)
        let runs = try [nil, 1, 2, 4, 6, 7].map { steps in
          try FinishedRun(
            topology, parameters: .small(topology, seed: 1), training: data.samples, test: data.samples,
            pausingAfter: steps,
            TrainingConfiguration {
              $0.optimizer = Momentum()
              $0.l2 = 0.1
              $0.batchSize = .samples(19)
              $0.epochs = 3
              $0.steps = 16
              $0.workers = 2
              $0.gradients = strategy
            }
          )
        }
        #expect(runs.allSatisfy { $0.bits == runs[0].bits }, "\(topology)")
        #expect(runs.allSatisfy { $0.epochs.map(\.steps) == [6, 6, 4] && $0.reason == .steps })
      }
    }

    @Test(
      "Owned weights and metrics have the same bits for 1, 2, 3, 5 and 8 workers, clipped and regularized or not",
      arguments: optimizers)
    func owned(name: String) throws {
      let optimizer = try OptimizerCatalog.type(named: name).make()
      for (index, sizes) in ParallelTraining.sizes.thinned(2) {
        let topology = try Topology(
          inputs: sizes[0], hidden: Array(sizes.dropFirst().dropLast()), outputs: sizes[sizes.count - 1],
          hasBiases: index != 2)
        let data = SmallData(
          samples: 61, width: topology.inputs, outputs: topology.outputs, classes: index == 4 ? nil : topology.outputs,
          seed: UInt64(index))
        for form in InputForm.allCases {
          for (l2, clip) in [(0.0, nil), (0.3, 0.05)] as [(Double, Double?)] {
            let runs = try [1, 2, 3, 5, 8].map { workers in
              try FinishedRun(
                topology, parameters: .small(topology, seed: 2), training: data.samples, validation: data.samples,
                test: data.samples,
                TrainingConfiguration {
                  $0.optimizer = optimizer
                  $0.l2 = l2
                  $0.clipNorm = clip
                  $0.batchSize = .samples(27, for: optimizer)
                  $0.epochs = 2
                  $0.workers = workers
                  $0.gradients = .owned
                  $0.input = form
                }
              ).bits
            }
            #expect(
              runs.allSatisfy { $0 == runs[0] }, "\(name), \(topology), \(form), l2 \(l2), clip \(clip ?? 0)")
          }
        }
      }
    }

    @Test(
      "Owned batches beyond the row buffers are processed in chunks, with the same bits for any workers",
      arguments: optimizers)
    func ownedChunks(name: String) throws {
      let optimizer = try OptimizerCatalog.type(named: name).make()
      let topology = try Topology(inputs: 9, hidden: [6], outputs: 3)
      let data = SmallData(samples: 2311, width: 9, outputs: 3, classes: 3, seed: 3)
      for form in InputForm.allCases {
        let runs = try [1, 2, 3, 8].map { workers in
          try FinishedRun(
            topology, parameters: .small(topology, seed: 3), training: data.samples,
            TrainingConfiguration {
              $0.optimizer = optimizer
              $0.l2 = name == "adam" ? 0.5 : 0
              $0.clipNorm = name == Self.optimizers[0] ? 0.01 : nil
              $0.batchSize = .samples(1500, for: optimizer)
              $0.epochs = 2
              $0.workers = workers
              $0.gradients = .owned
              $0.input = form
            }
          ).bits
        }
        #expect(runs.allSatisfy { $0 == runs[0] }, "\(name), \(form)")
      }
    }

    @Test(
      "Owned bits are the same where some numbers of workers divide a wide first layer by its columns",
      arguments: InstructionSet.available.thinned(2), InputForm.allCases)
    func columns(set: InstructionSet, form: InputForm) throws {
      let panel = Kernels(set).shape.panelWidth
      var exchanges = Set<StepDecision.ExchangeKind>()
      // Samples, batch, inputs and panels of the first layer; the last goes through a batch in chunks.
      var cases = [(210, 200, 101, 10), (210, 200, 101, 9), (70, 33, 40, 16)]
      if set == InstructionSet.available[0] { cases.append((1100, 1100, 520, 8)) }
      for (samples, batch, inputs, panels) in cases {
        let topology = try Topology(inputs: inputs, hidden: [panels * panel - 3, 7], outputs: 3)
        let data = SmallData(samples: samples, width: inputs, outputs: 3, classes: 3, seed: 5)
        let optimizers: [any Optimizer] = samples > 1000 ? [SGD()] : [SGD(), Adam()]
        for optimizer in optimizers {
          let runs = try [1, 2, 3, 5].thinned(2).map { workers in
            let configuration = TrainingConfiguration {
              $0.optimizer = optimizer
              $0.clipNorm = panels == 9 ? 0.1 : nil
              $0.batchSize = .samples(batch)
              $0.epochs = samples > 1000 ? 1 : 2
              $0.workers = workers
              $0.gradients = .owned
              $0.input = form
              $0.instructionSet = set
            }
            let plan = StepPlan(
              workers: workers, cores: 1, strategy: .owned, batchSize: batch,
              batches: BatchDivision(samples: batch, batchSize: batch, lastBatch: .keep), optimizer: optimizer,
              learningRate: 1, schedule: .constant, clipNorm: nil, totalSteps: 1)
            let layout = ParameterLayout(topology, shape: Kernels(set).shape)
            exchanges.insert(StepDecision(layout, plan, form: form, separableBlocks: 1).exchange)
            return try FinishedRun(
              topology, parameters: .small(topology, seed: 5), training: data.samples, test: data.samples, configuration
            ).bits
          }
          #expect(runs.allSatisfy { $0 == runs[0] }, "\(topology), batch \(batch), \(optimizer)")
        }
      }
      #expect(exchanges == [.dividedByColumns, .owned], "both exchanges are tested")
    }

    @Test("Padding columns stay zero, whatever the optimizer, strategy and input", arguments: optimizers)
    func padding(name: String) throws {
      let optimizer = try OptimizerCatalog.type(named: name).make()
      // Sigmoid units of 0.5 in the padding must not reach a weight.
      let topology = try Topology(inputs: 5, hidden: [19, 1], outputs: 3, activations: [.sigmoid])
      let data = SmallData(samples: 40, width: 5, outputs: 3, classes: 3, seed: 4)
      for set in InstructionSet.available {
        for strategy in GradientStrategy.allCases {
          for form in InputForm.allCases {
            let trainer = try Trainer(
              topology, training: data.samples,
              configuration: TrainingConfiguration {
                $0.optimizer = optimizer
                $0.learningRate = 0.1
                $0.l2 = 0.1
                $0.batchSize = .samples(7, for: optimizer)
                $0.epochs = 2
                $0.workers = 2
                $0.gradients = strategy
                $0.input = form
                $0.instructionSet = set
              })
            while try trainer.nextEpoch() != nil {}
            // With all parameters set to zero, only padding could be nonzero.
            trainer.network.set(Parameters.initial(topology: topology, initializer: .init(.constant(0)), seed: 0))
            let isZero = trainer.network.buffer.elements.allSatisfy { $0.bitPattern & 0x7FFF_FFFF == 0 }
            #expect(isZero, "\(name), \(set), \(strategy), \(form)")
          }
        }
      }
    }
  }
}
