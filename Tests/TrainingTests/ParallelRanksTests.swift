import Datasets
import Files
import Foundation
import Kernels
import Networks
import Optimizers
import Ranks
import Testing

@testable import Training

/// Runs `body` on several ranks at once, which are threads of this process.
///
/// - Parameter hosts: the number of hosts that the ranks claim to run on.
/// - Returns: the results by rank.
func onRanks<Value: Sendable>(
  _ size: Int, hosts: Int = 1, _ body: @escaping @Sendable (RankGroup) throws -> Value
) throws -> [Value] {
  let results = Guarded([Result<Value, any Error>?](repeating: nil, count: size))
  let done = DispatchGroup()
  for group in RankGroup.inMemory(size, hosts: hosts) {
    DispatchQueue(label: "rank \(group.rank)").async(group: done) {
      let result = Result { try body(group) }
      results.withLock { $0[group.rank] = result }
    }
  }
  done.wait()
  return try results.withLock { try $0.map { try #require($0).get() } }
}

extension ParallelTraining {
  @Suite("Parallel ranks")
  struct ParallelRanksTests {
    private func configuration(
      _ optimizer: any Optimizer, workers: Int, form: InputForm, l2: Double = 0, clip: Double? = nil, batch: Int = 27
    ) -> TrainingConfiguration {
      TrainingConfiguration {
        $0.optimizer = optimizer
        $0.l2 = l2
        $0.clipNorm = clip
        $0.batchSize = .samples(batch)
        $0.epochs = 2
        $0.workers = workers
        $0.gradients = .partial
        $0.input = form
      }
    }

    @Test(
      "R ranks have the weights and figures of one process with R workers, bit for bit",
      arguments: ["sgd", "momentum", "adam"], InputForm.allCases)
    func oneWorker(name: String, form: InputForm) throws {
      let optimizer = try OptimizerCatalog.type(named: name).make()
      for (index, sizes) in ParallelTraining.sizes.thinned(2) {
        let topology = try Topology(
          inputs: sizes[0], hidden: Array(sizes.dropFirst().dropLast()), outputs: sizes[sizes.count - 1],
          output: index == 4 ? .identity : .softmax, hasBiases: index != 2)
        let data = SmallData(
          samples: 257, width: topology.inputs, outputs: topology.outputs,
          classes: index == 4 ? nil : topology.outputs, seed: UInt64(index))
        for (l2, clip) in [(0.0, nil), (0.3, 0.05)] as [(Double, Double?)] {
          for ranks in [3, 2].thinned(2) {
            let expected = try FinishedRun(
              topology, parameters: .small(topology, seed: 2), training: data.samples, test: data.samples,
              configuration(optimizer, workers: ranks, form: form, l2: l2, clip: clip)
            ).bits
            let found = try onRanks(ranks) { [self] group in
              try FinishedRun(
                topology, parameters: .small(topology, seed: 2), training: data.samples, test: data.samples,
                ranks: group, configuration(optimizer, workers: 1, form: form, l2: l2, clip: clip)
              ).bits
            }
            #expect(
              found.allSatisfy { $0 == expected }, "\(topology), \(ranks) ranks, l2 \(l2), clip \(clip ?? 0)")
          }
        }
      }
    }

    @Test(
      "Batches with fewer samples than shards, and shards of several chunks, have these bits, too",
      arguments: [3, 5, 6, 1200], InputForm.allCases)
    func batchSizes(_ batch: Int, form: InputForm) throws {
      let topology = try Topology(inputs: 12, hidden: [7], outputs: 3)
      let data = SmallData(samples: batch == 1200 ? 1300 : 31, width: 12, outputs: 3, classes: 3, seed: 8)
      // With a batch of three in eight shards, whole ranks have no sample.
      for (ranks, workers) in [(4, 1), (2, 2), (4, 2), (2, 4)] {
        for clip in [nil, 0.05] as [Double?] {
          let expected = try FinishedRun(
            topology, training: data.samples,
            configuration(SGD(), workers: ranks * workers, form: form, clip: clip, batch: batch)
          ).bits
          for hosts in [1, 2] {
            let found = try onRanks(ranks, hosts: hosts) { [self] group in
              try FinishedRun(
                topology, training: data.samples, ranks: group,
                configuration(SGD(), workers: workers, form: form, clip: clip, batch: batch)
              ).bits
            }
            #expect(
              found.allSatisfy { $0 == expected }, "\(ranks) ranks × \(workers), \(hosts) hosts, clip \(clip ?? 0)")
          }
        }
      }
    }

    @Test(
      "Ranks on several hosts leave out parameters of inactive inputs, with the bits and figures of one host",
      arguments: [("sgd", 1), ("momentum", 1), ("adam", 2)])
    func inactiveInputs(name: String, workers: Int) throws {
      let optimizer = try OptimizerCatalog.type(named: name).make()
      // Sizes, ranks, L2 penalty, clipping.
      let cases: [([Int], InputForm, Int, Double, Double?)] = [
        ([150, 17, 9, 4], .masked, 2, 0, nil), ([130, 40, 10], .dense, 3, 0, 0.05),
        ([150, 17, 4], .masked, 3, 0.3, nil),
      ]
      for (sizes, form, ranks, l2, clip) in cases {
        let topology = try Topology(
          inputs: sizes[0], hidden: Array(sizes.dropFirst().dropLast()), outputs: sizes[sizes.count - 1])
        var sparse = SmallData(
          samples: 100, width: topology.inputs, outputs: topology.outputs, classes: topology.outputs, seed: 4)
        for (row, inputs) in sparse.inputs.enumerated() {
          for index in inputs.indices where (row * 7 + index * 13) % 61 > 1 { sparse.inputs[row][index] = 0 }
        }
        let data = sparse
        let plain = configuration(optimizer, workers: workers, form: form, l2: l2, clip: clip)
        func results(hosts: Int) throws -> (bits: Set<[UInt64]>, bytes: Int) {
          let found = try onRanks(ranks, hosts: hosts) { group in
            let run = try FinishedRun(
              topology, parameters: .small(topology, seed: 2), training: data.samples, ranks: group, plain)
            return (run.bits, run.bytesPerStep ?? 0)
          }
          // In networks this small, ranks send different numbers of bytes.
          return (Set(found.map(\.0)), found.reduce(0) { $0 + $1.1 })
        }
        let (one, several) = (try results(hosts: 1), try results(hosts: 2))
        #expect(one.bits.count == 1 && several.bits == one.bits, "\(topology)")
        // Plain descent leaves out parameters, too.
        let most = name == "sgd" && l2 == 0 ? 0.6 : 0.75
        #expect(
          Double(several.bytes) < most * Double(one.bytes), "\(topology): \(one.bytes), \(several.bytes)")
      }
    }

    @Test("A rank's part of two layers' weights without biases between them has the bits of one process")
    func partOfTwoLayers() throws {
      // The weights of the first layer end at a cache line with every instruction set, where those of the second begin.
      let topology = try Topology(inputs: 200, hidden: [32], outputs: 3, hasBiases: false)
      let data = SmallData(samples: 257, width: 200, outputs: 3, classes: 3, seed: 6)
      let expected = try FinishedRun(
        topology, training: data.samples, configuration(SGD(), workers: 2, form: .masked)
      ).bits
      let found = try onRanks(2) { [self] group in
        try FinishedRun(
          topology, training: data.samples, ranks: group, configuration(SGD(), workers: 1, form: .masked)
        ).bits
      }
      #expect(found.allSatisfy { $0 == expected })
    }

    @Test("Averages of weights, max-norm and dropout have the bits of one process")
    func afterUpdates() throws {
      let topology = try Topology(inputs: 12, hidden: [20], outputs: 3)
      let data = SmallData(samples: 90, width: 12, outputs: 3, classes: 3, seed: 8)
      @Sendable func change(_ configuration: TrainingConfiguration) -> TrainingConfiguration {
        var configuration = configuration
        configuration.average = .exponential(decay: 0.9)
        configuration.maxNorm = 0.5
        configuration.dropout = [0.2]
        return configuration
      }
      let expected = try FinishedRun(
        topology, training: data.samples, test: data.samples,
        change(configuration(Adam(), workers: 3, form: .dense))
      ).bits
      let found = try onRanks(3) { [self] group in
        try FinishedRun(
          topology, training: data.samples, test: data.samples, ranks: group,
          change(configuration(Adam(), workers: 1, form: .dense))
        ).bits
      }
      #expect(found.allSatisfy { $0 == expected })
    }

    @Test(
      "With owned gradients any number of ranks and workers has the weights and figures of one worker, bit for bit",
      arguments: ["sgd", "adam"], InputForm.allCases)
    func owned(name: String, form: InputForm) throws {
      let optimizer = try OptimizerCatalog.type(named: name).make()
      for (index, sizes) in ParallelTraining.sizes.thinned(2) {
        let topology = try Topology(
          inputs: sizes[0], hidden: Array(sizes.dropFirst().dropLast()), outputs: sizes[sizes.count - 1],
          output: index == 4 ? .identity : .softmax, hasBiases: index != 2)
        // The larger batches are of two chunks.
        let batch = index == 0 ? 600 : 27
        let data = SmallData(
          samples: index == 0 ? 1300 : 257, width: topology.inputs, outputs: topology.outputs,
          classes: index == 4 ? nil : topology.outputs, seed: UInt64(index))
        for (l2, clip) in [(0.0, nil), (0.3, 0.05)] as [(Double, Double?)] {
          @Sendable func owned(_ workers: Int) -> TrainingConfiguration {
            var configuration = configuration(
              optimizer, workers: workers, form: form, l2: l2, clip: clip, batch: batch)
            configuration.gradients = .owned
            return configuration
          }
          let expected = try FinishedRun(
            topology, parameters: .small(topology, seed: 2), training: data.samples, test: data.samples, owned(1)
          ).bits
          for (ranks, workers) in [(3, 2), (2, 1)].thinned(2) {
            let found = try onRanks(ranks) { group in
              try FinishedRun(
                topology, parameters: .small(topology, seed: 2), training: data.samples, test: data.samples,
                ranks: group, owned(workers)
              ).bits
            }
            #expect(
              found.allSatisfy { $0 == expected },
              "\(topology), \(ranks) ranks × \(workers), l2 \(l2), clip \(clip ?? 0)")
          }
        }
      }
    }

    @Test("With owned gradients a state resumes on another number of ranks, and in one process, with the same bits")
    func ownedResume() throws {
      let topology = try Topology(inputs: 12, hidden: [20], outputs: 3)
      let data = SmallData(samples: 90, width: 12, outputs: 3, classes: 3, seed: 8)
      var configuration = configuration(Adam(), workers: 1, form: .dense)
      configuration.gradients = .owned
      configuration.average = .exponential(decay: 0.9)
      configuration.maxNorm = 0.5
      configuration.dropout = [0.2]
      let fixed = configuration
      let expected = try FinishedRun(topology, training: data.samples, fixed).parameters.bits
      let states = try onRanks(3) { group in
        let trainer = try Trainer(topology, training: data.samples, configuration: fixed, ranks: group)
        #expect(try trainer.advance(until: { $0 == 3 && group.isRoot }) == .paused)
        try trainer.gatherOptimizerState()
        return trainer.state()
      }
      #expect(states.allSatisfy { $0.optimizerStates == states[0].optimizerStates })
      let state = states[0]
      let alone = try Trainer(topology, training: data.samples, configuration: fixed, resuming: state)
      while try alone.nextEpoch() != nil {}
      #expect(alone.parameters.bits == expected)
      let bits = try onRanks(2) { group in
        let trainer = try Trainer(
          topology, training: data.samples, configuration: fixed, resuming: state, ranks: group)
        while try trainer.nextEpoch() != nil {}
        return trainer.parameters.bits
      }
      #expect(bits.allSatisfy { $0 == expected })
    }

    @Test("A stop requested on one rank ends all after the same step")
    func stop() throws {
      let topology = try Topology(inputs: 12, hidden: [20], outputs: 3)
      let data = SmallData(samples: 90, width: 12, outputs: 3, classes: 3, seed: 8)
      let steps = try onRanks(3) { [self] group in
        var configuration = configuration(SGD(), workers: 1, form: .dense)
        configuration.epochs = 1000
        let trainer = try Trainer(topology, training: data.samples, configuration: configuration, ranks: group)
        let stop = trainer.stop
        do {
          while case .epoch(let epoch) = try trainer.advance(until: { steps in
            if steps == 11, group.rank == 1 { stop() }
            return false
          }) { #expect(epoch.epoch < 8) }
        } catch TrainingError.stopped { return trainer.stepsDone }
        return -1
      }
      #expect(Set(steps).count == 1 && steps[0] >= 11, "\(steps)")
    }

    @Test("A pause of rank 0 is one of all, and the state resumes on another number of ranks with the same bits")
    func resume() throws {
      let topology = try Topology(inputs: 12, hidden: [20], outputs: 3)
      let data = SmallData(samples: 90, width: 12, outputs: 3, classes: 3, seed: 8)
      let whole = configuration(Adam(), workers: 4, form: .dense)
      let expected = try FinishedRun(topology, training: data.samples, test: data.samples, whole)
      let states = try onRanks(4) { [self] group in
        let trainer = try Trainer(
          topology, training: data.samples, test: data.samples,
          configuration: configuration(Adam(), workers: 1, form: .dense), ranks: group)
        let advance = try trainer.advance(until: { $0 == 2 && group.isRoot })
        #expect(advance == .paused && trainer.stepsDone == 2)
        try trainer.gatherOptimizerState()
        return trainer.state()
      }
      #expect(states.allSatisfy { $0.optimizerStates == states[0].optimizerStates })
      #expect(states[0].choices.ranks == 4)
      let alone = TrainingConfiguration {
        $0 = whole
        $0.workers = nil
      }
      let resumed = try Trainer(
        topology, training: data.samples, test: data.samples, configuration: alone, resuming: states[0])
      while try resumed.nextEpoch() != nil {}
      #expect(resumed.choices.workers == 4 && resumed.parameters.bits == expected.parameters.bits)
      let state = states[0]
      let bits = try onRanks(2) { group in
        let trainer = try Trainer(
          topology, training: data.samples, test: data.samples, configuration: alone, resuming: state, ranks: group)
        while try trainer.nextEpoch() != nil {}
        #expect(trainer.choices.workers == 2)
        return trainer.parameters.bits
      }
      #expect(bits.allSatisfy { $0 == expected.parameters.bits })
    }

    @Test("Other samples and other weights are refused on every rank")
    func refusals() throws {
      let topology = try Topology(inputs: 12, hidden: [20], outputs: 3)
      func text(_ change: @escaping @Sendable (RankGroup) -> (samples: Int, seed: UInt64, GradientStrategy?)) throws
        -> [String]
      {
        try onRanks(3) { group in
          let (count, seed, strategy) = change(group)
          let data = SmallData(samples: count, width: 12, outputs: 3, classes: 3, seed: 8)
          do {
            _ = try Trainer(
              topology, training: data.samples,
              configuration: TrainingConfiguration {
                $0.seed = seed
                $0.gradients = strategy
                $0.workers = 1
              }, ranks: group)
            return "no error"
          } catch let failure as AgreedFailure {
            return failure.reports ? "\(failure)" : "silent"
          }
        }
      }
      #expect(
        try text { (90 - $0.rank / 2, 1, nil) } == [
          "silent", "silent",
          "rank 2 (host2) has other data: 89 training samples, rank 0 has 90 training samples. Give all ranks the same files.",
        ])
      let weights = try text { (90, $0.rank == 1 ? 2 : 1, nil) }
      #expect(weights[0] == "silent" && weights[1].hasPrefix("rank 1 (host1) has other data: parameters with the"))
      #expect(try text { _ in (90, 1, .owned) } == ["no error", "no error", "no error"])
    }

    @Test("An evaluation with another instruction set than that of rank 0 is refused, and the option is named")
    func otherInstructionSet() throws {
      let fastest = Kernels.fastest.instructionSet
      guard fastest != .portable else { return }
      let data = SmallData(samples: 30, width: 12, outputs: 3, classes: 3, seed: 8)
      let topology = try Topology(inputs: 12, hidden: [], outputs: 3)
      let parameters = Parameters.initial(topology: topology, seed: 1)
      let texts = try onRanks(2) { group in
        let kernels = Kernels(group.isRoot ? fastest : .portable)
        let network = FastNetwork(topology, parameters, kernels: kernels)
        do {
          try Evaluator(network, data.samples, workers: 1, ranks: group).compareRanks()
          return "no error"
        } catch let failure as AgreedFailure {
          return failure.reports ? "\(failure)" : "silent"
        }
      }
      #expect(
        texts == [
          "silent",
          "rank 1 (host1) has the instruction set portable, but rank 0 chose \(fastest.rawValue); name one that all have with instructionSet.",
        ])
    }
  }
}
