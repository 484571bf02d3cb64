import Datasets
import Foundation
import Networks
import Optimizers
import Ranks
import Testing

@testable import Training

extension ParallelTraining {
  @Suite("Parallel ranks that average their parameters")
  struct ParallelAveragingTests {
    private static let topology = try? Topology(inputs: 12, hidden: [9], outputs: 3)
    private let data = SmallData(samples: 96, width: 12, outputs: 3, classes: 3, seed: 8)

    private func configuration(
      _ name: String, every interval: Int?, batch: Int, epochs: Int = 2, workers: Int = 1
    ) throws -> TrainingConfiguration {
      let optimizer = try OptimizerCatalog.type(named: name).make()
      return TrainingConfiguration {
        $0.optimizer = optimizer
        $0.batchSize = .samples(batch)
        $0.epochs = epochs
        $0.workers = workers
        $0.gradients = .partial
        $0.averageEvery = interval
      }
    }

    /// Runs of one process each on the part of a rank, whose parameters this test averages itself.
    private func averaged(
      _ configuration: TrainingConfiguration, ranks: Int, every interval: Int, batch: Int
    ) throws -> (parameters: [UInt32], losses: [Double]) {
      let topology = try #require(Self.topology)
      let part = batch / ranks
      let trainers = try (0..<ranks).map { rank in
        let own = (0..<(data.inputs.count / batch)).flatMap { step in
          (0..<part).map { step * batch + rank * part + $0 }
        }
        return try Trainer(
          topology, parameters: .small(topology, seed: 2), training: data.samples.selecting(own),
          configuration: TrainingConfiguration {
            $0 = configuration
            $0.averageEvery = nil
            $0.batchSize = .samples(part)
          })
      }
      var losses: [Double] = []
      while true {
        let advances = try trainers.map { try $0.advance(steps: interval) }
        if advances[0] == .ended { break }
        let buffers = trainers.map(\.network.buffer)
        for index in 0..<buffers[0].count {
          let mean = Float(buffers.reduce(0) { $0 + Double($1.pointer[index]) } / Double(ranks))
          for buffer in buffers { buffer.pointer[index] = mean }
        }
        let epochs = advances.compactMap { if case .epoch(let epoch) = $0 { epoch } else { nil } }
        if !epochs.isEmpty { losses.append(epochs.reduce(0) { $0 + $1.trainLoss } / Double(ranks)) }
      }
      return (trainers[0].network.parameters().bits, losses)
    }

    @Test(
      "Ranks have the means of runs on their parts, bit for bit",
      arguments: ["sgd", "momentum", "adam"], [(2, 1), (2, 3), (3, 2), (3, 100)])
    func means(name: String, division: (ranks: Int, interval: Int)) throws {
      let (ranks, interval) = division
      let topology = try #require(Self.topology)
      var configuration = try configuration(name, every: interval, batch: 12)
      configuration.shuffles = false
      let expected = try averaged(configuration, ranks: ranks, every: interval, batch: 12)
      let found = try onRanks(ranks) { [data, configuration] group in
        let run = try FinishedRun(
          topology, parameters: .small(topology, seed: 2), training: data.samples, ranks: group, configuration)
        return (run.parameters.bits, run.epochs.map(\.trainLoss))
      }
      for (bits, losses) in found {
        #expect(bits == expected.parameters)
        #expect(zip(losses, expected.losses).allSatisfy { abs($0 - $1) < 1e-12 } && losses.count == 2)
      }
    }

    @Test(
      "All ranks have the same figures and parameters, wherever a run pauses, for last batches smaller than their number",
      arguments: [2, 3, 4])
    func pauses(ranks: Int) throws {
      let topology = try #require(Self.topology)
      var configuration = try configuration("adam", every: 3, batch: 5, workers: 2)
      configuration.average = .exponential(decay: 0.9)
      configuration.maxNorm = 2
      let whole = try onRanks(ranks) { [data, configuration] group in
        try FinishedRun(topology, training: data.samples, test: data.samples, ranks: group, configuration).bits
      }
      let paused = try onRanks(ranks) { [data, configuration] group in
        try FinishedRun(
          topology, training: data.samples, test: data.samples, pausingAfter: 1, ranks: group, configuration
        ).bits
      }
      #expect(whole.allSatisfy { $0 == whole[0] } && paused == whole)
    }

    @Test("The optimizer's state of every rank resumes with the same bits, and its mean on another number of ranks")
    func resumption() throws {
      let topology = try #require(Self.topology)
      let configuration = try configuration("adam", every: 3, batch: 7)
      func finish(_ ranks: Int, _ state: TrainingState?) throws -> [[UInt32]] {
        try onRanks(ranks) { [data] group in
          let trainer = try Trainer(
            topology, training: data.samples, configuration: configuration, resuming: state, ranks: group)
          while try trainer.nextEpoch() != nil {}
          return trainer.parameters.bits
        }
      }
      let whole = try finish(2, nil)
      let states = try onRanks(2) { [data] group in
        let trainer = try Trainer(topology, training: data.samples, configuration: configuration, ranks: group)
        let advance = try trainer.advance(until: { $0 > 3 && group.isRoot })
        #expect(advance == .paused && trainer.stepsDone == 6)
        try trainer.gatherOptimizerState()
        return trainer.state()
      }
      #expect(states[0].optimizerStates.count == 4 && states[0].optimizerStates[0] != states[0].optimizerStates[2])
      #expect(states[0].optimizerStates[2...] == states[1].optimizerStates[...])
      #expect(try finish(2, states[0]) == whole)
      let three = try finish(3, states[0])
      #expect(three[0] == three[1] && three[1] == three[2] && three[0] != whole[0])
    }

    @Test("A stop requested on one rank ends all at the next mean, and a divergence all at the same step")
    func ends() throws {
      let topology = try #require(Self.topology)
      let plain = try configuration("sgd", every: 4, batch: 4, epochs: 1000)
      let steps = try onRanks(3) { [data] group in
        let trainer = try Trainer(topology, training: data.samples, configuration: plain, ranks: group)
        let stop = trainer.stop
        do {
          while case .epoch(let epoch) = try trainer.advance(until: { steps in
            // After the request was read: it is seen at the next mean.
            if steps > 30, group.rank == 1 { stop() }
            return false
          }) { #expect(epoch.epoch < 8) }
        } catch TrainingError.stopped { return trainer.stepsDone }
        return -1
      }
      #expect(steps == [36, 36, 36])
      var wild = plain
      wild.learningRate = 1e30
      let errors = try onRanks(3) { [data, wild] group in
        do {
          _ = try FinishedRun(topology, training: data.samples, ranks: group, wild)
          return "no error"
        } catch { return "\(error)" }
      }
      #expect(errors[0].contains("diverged") && errors.allSatisfy { $0 == errors[0] }, "\(errors)")
    }

    @Test("Configurations that need the whole gradient, other ranks, or more samples are refused")
    func refusals() throws {
      let topology = try #require(Self.topology)
      func text(_ change: @escaping @Sendable (inout TrainingConfiguration) -> Void) throws -> String {
        let configuration = try configuration("sgd", every: 4, batch: 8)
        return try onRanks(2) { [data] group in
          do {
            _ = try Trainer(
              topology, training: data.samples,
              configuration: TrainingConfiguration {
                $0 = configuration
                change(&$0)
              }, ranks: group)
            return "no error"
          } catch { return "\(error)" }
        }[0]
      }
      #expect(
        try text { $0.clipNorm = 1 }
          == "several ranks: found clipNorm with averageEvery, expected one of them: no rank has the whole gradient.")
      #expect(try text { $0.gradients = .owned }.contains("gradients owned with averageEvery"))
      #expect(try text { $0.batchSize = .samples(1) }.contains("batchSize 1, expected at least 2"))
      let search = try OptimizerCatalog.type(named: "lbfgs").make()
      let refusal = try text {
        ($0.averageEvery, $0.gradients) = (nil, nil)
        $0.optimizer = search
        $0.batchSize = .full
      }
      #expect(refusal.contains("an optimizer without a line search"))
      #expect(
        throws: TrainingError.ranks(found: "one process", expected: "at least two ranks with \(option: "averageEvery")")
      ) {
        try Trainer(topology, training: data.samples, configuration: configuration("sgd", every: 4, batch: 8))
      }
    }
  }
}
