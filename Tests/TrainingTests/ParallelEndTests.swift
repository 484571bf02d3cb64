import Datasets
import Dispatch
import Foundation
import Kernels
import Networks
import Optimizers
import Testing

@testable import Training

extension ParallelTraining {
  @Suite("Parallel runs end")
  struct ParallelEndTests {
    static let data = SmallData(samples: 20, width: 5, outputs: 3, classes: 3, seed: 1)

    static func run(_ configuration: TrainingConfiguration, validation: Samples? = nil) throws -> FinishedRun {
      let topology = try Topology(inputs: 5, hidden: [6], outputs: 3)
      return try FinishedRun(
        topology, training: data.samples, validation: validation, test: data.samples, configuration)
    }

    struct Budget: CustomTestStringConvertible, Sendable {
      var epochs: Int?
      var steps: Int?
      /// Steps of each epoch; an epoch has three.
      var expected: [Int]
      var reason: EndReason

      var testDescription: String { "\(epochs ?? -1) epochs, \(steps ?? -1) steps" }
    }

    static let budgets = [
      Budget(epochs: 0, steps: nil, expected: [], reason: .epochs),
      Budget(epochs: nil, steps: 0, expected: [], reason: .steps),
      Budget(epochs: 0, steps: 0, expected: [], reason: .epochs),
      Budget(epochs: 2, steps: nil, expected: [3, 3], reason: .epochs),
      Budget(epochs: nil, steps: 7, expected: [3, 3, 1], reason: .steps),
      Budget(epochs: nil, steps: 6, expected: [3, 3], reason: .steps),
      Budget(epochs: 5, steps: 2, expected: [2], reason: .steps),
      Budget(epochs: 2, steps: 4, expected: [3, 1], reason: .steps),
      Budget(epochs: 2, steps: 6, expected: [3, 3], reason: .epochs),
      Budget(epochs: 1, steps: 100, expected: [3], reason: .epochs),
    ]

    @Test("Epochs or steps, whichever ends first; a part of an epoch is reported", arguments: budgets)
    func ends(_ budget: Budget) throws {
      for strategy in GradientStrategy.allCases {
        let run = try Self.run(
          TrainingConfiguration {
            $0.batchSize = .samples(7)
            $0.epochs = budget.epochs
            $0.steps = budget.steps
            $0.workers = 2
            $0.gradients = strategy
          })
        #expect(run.epochs.map(\.steps) == budget.expected && run.reason == budget.reason)
        #expect(run.epochs.map(\.epoch) == Array(1...(budget.expected.count + 1)).dropLast())
        #expect(run.epochs.allSatisfy { $0.testAccuracy != nil })
      }
    }

    @Test("A run with the largest budget of steps and snapshots keeps those of its epochs")
    func largestBudget() throws {
      let trainer = try Trainer(
        Topology(inputs: 5, hidden: [6], outputs: 3), training: Self.data.samples,
        configuration: TrainingConfiguration {
          $0.batchSize = .samples(7)
          ($0.epochs, $0.steps, $0.snapshots) = (2, .max, 1)
        })
      try trainer.run()
      #expect(trainer.position.snapshots.map(\.epoch) == [2])
    }

    @Test("A run epoch by epoch has the bits of a run in one, and does not go on after its end")
    func parts() throws {
      let topology = try Topology(inputs: 5, hidden: [6], outputs: 3)
      func threeEpochs() throws -> Trainer {
        try Trainer(
          topology, training: Self.data.samples,
          configuration: TrainingConfiguration {
            $0.batchSize = .samples(7)
            $0.epochs = 3
            $0.workers = 2
          })
      }
      let whole = try threeEpochs()
      try whole.run()
      let trainer = try threeEpochs()
      var epochs = 0
      while try trainer.nextEpoch() != nil { epochs += 1 }
      #expect(epochs == 3 && trainer.epochsDone == 3 && trainer.stepsDone == 9)
      let end = trainer.parameters.bits
      #expect(end == whole.parameters.bits)
      #expect(try trainer.nextEpoch() == nil && trainer.parameters.bits == end)
    }

    @Test("Each stop criterion ends the run on the first epoch that meets it, and is its reason")
    func criteria() throws {
      func configuration(_ stop: StopCriteria, rate: Double = 0.1) -> TrainingConfiguration {
        TrainingConfiguration {
          $0.learningRate = rate
          $0.batchSize = .samples(7)
          $0.epochs = 30
          $0.stop = stop
          $0.workers = 2
        }
      }
      let free = try Self.run(configuration(StopCriteria()))
      #expect(free.epochs.count == 30 && free.reason == .epochs)

      let loss = free.epochs[4].trainLoss
      let byLoss = try Self.run(configuration(StopCriteria(loss: loss)))
      #expect(
        byLoss.reason == .stopLoss && byLoss.epochs.count == 1 + (free.epochs.firstIndex { $0.trainLoss <= loss } ?? 0))

      let norm = free.epochs[9].gradientNorm
      let byNorm = try Self.run(configuration(StopCriteria(gradientNorm: norm)))
      #expect(
        byNorm.reason == .stopGradientNorm
          && byNorm.epochs.count == 1 + (free.epochs.firstIndex { $0.gradientNorm <= norm } ?? 0))

      let accuracy = try #require(free.epochs.compactMap(\.testAccuracy).max())
      let byAccuracy = try Self.run(configuration(StopCriteria(accuracy: accuracy)))
      #expect(
        byAccuracy.reason == .targetAccuracy
          && byAccuracy.epochs.count == 1 + (free.epochs.firstIndex { $0.testAccuracy ?? 0 >= accuracy } ?? 0))

      // Uphill: the validation loss only gets worse, so the first epoch stays the best.
      var opposite = Self.data
      if case .classes(let classes, let labels) = opposite.targets {
        opposite.targets = .classes(classes.map { ($0 + 1) % 3 }, labels: labels)
      }
      let patient = try Self.run(
        configuration(StopCriteria(patience: 3), rate: 0.3), validation: opposite.samples)
      let losses = patient.epochs.compactMap(\.validationLoss)
      let best = losses.indices.min { losses[$0] < losses[$1] } ?? 0
      #expect(patient.reason == .patience && patient.epochs.count == best + 4)
    }

    @Test("A diverged run has the test accuracy of the model it keeps or none, and the number of epochs it reported")
    func diverged() throws {
      let topology = try Topology(inputs: 5, hidden: [6], outputs: 3)
      for keepsBest in [false, true] {
        let trainer = try Trainer(
          topology, training: Self.data.samples, validation: Self.data.samples, test: Self.data.samples,
          configuration: TrainingConfiguration {
            // The first update multiplies the weights by so much that the second overflows.
            $0.learningRate = 1e12
            $0.batchSize = .full
            $0.workers = 2
            $0.keepsBest = keepsBest
          })
        #expect(throws: TrainingError.self) { try trainer.run() }
        let end = try #require(trainer.end(.diverged))
        let first = try #require(trainer.history.first)
        #expect(trainer.history.count == 1 && end.epochs == 1 && end.steps == 2)
        #expect(end.testAccuracy == (keepsBest ? first.testAccuracy : nil))
        #expect(end.saved == (keepsBest ? .best(1) : nil))
      }
    }

    @Test("Which epochs had the best validation loss is reported")
    func best() throws {
      let topology = try Topology(inputs: 5, hidden: [6], outputs: 3)
      let trainer = try Trainer(
        topology, training: Self.data.samples, validation: Self.data.samples,
        configuration: TrainingConfiguration {
          $0.learningRate = 2
          $0.batchSize = .samples(7)
          $0.epochs = 20
          $0.workers = 2
        })
      var lowest = Double.infinity
      while let epoch = try trainer.nextEpoch() {
        let loss = try #require(epoch.validationLoss)
        #expect(trainer.lastEpochIsBest == (loss < lowest), "epoch \(epoch.epoch)")
        lowest = min(lowest, loss)
      }
    }

    @Test(
      "A part of an epoch that a stop ends is the best one if it is, and a resumed run goes on",
      arguments: [true, false])
    func unfinishedBest(isBest: Bool) throws {
      let topology = try Topology(inputs: 5, hidden: [6], outputs: 3)
      var validation = Self.data
      // Uphill: the validation loss only gets worse.
      if !isBest, case .classes(let classes, let labels) = validation.targets {
        validation.targets = .classes(classes.map { ($0 + 1) % 3 }, labels: labels)
      }
      func trainer() throws -> Trainer {
        try Trainer(
          topology, training: Self.data.samples, validation: validation.samples, test: Self.data.samples,
          configuration: TrainingConfiguration {
            $0.learningRate = 0.05
            $0.batchSize = .samples(7)
            $0.epochs = 2
            $0.keepsBest = true
            $0.workers = 2
          })
      }
      let stopped = try trainer()
      let first = try #require(try stopped.nextEpoch())
      let initial = stopped.parameters
      #expect(try stopped.advance(steps: 1) == .paused)
      let part = try #require(try stopped.unfinishedEpoch())
      try #require((try #require(part.validationLoss) < #require(first.validationLoss)) == isBest)
      let end = try #require(stopped.end(.interrupted))
      #expect(end.saved == .best(isBest ? 2 : 1) && stopped.keptMetrics?.epoch == (isBest ? 2 : 1))
      #expect(end.testAccuracy == (isBest ? part : first).testAccuracy)
      #expect(stopped.keptParameters.bits == (isBest ? stopped.parameters : initial).bits)
      #expect(stopped.position.best?.epoch == 1)
      let (second, through) = (try #require(try stopped.nextEpoch()), try trainer())
      try through.run()
      #expect(second.validationLoss == through.history.last?.validationLoss)
      #expect(
        stopped.end()?.saved == through.end()?.saved && stopped.end()?.testAccuracy == through.end()?.testAccuracy)
      #expect(stopped.keptParameters.bits == through.keptParameters.bits)
    }

    @Test("A run that diverges throws at once, with epoch and step", arguments: GradientStrategy.allCases)
    func diverges(strategy: GradientStrategy) throws {
      let topology = try Topology(inputs: 5, hidden: [6], outputs: 3, output: .identity)
      let trainer = try Trainer(
        topology, training: Self.data.samples,
        configuration: TrainingConfiguration {
          $0.learningRate = 1e6
          $0.batchSize = .samples(7)
          $0.epochs = 100
          $0.workers = 3
          $0.gradients = strategy
        })
      var epochs = 0
      do {
        while try trainer.nextEpoch() != nil { epochs += 1 }
        Issue.record("nothing was thrown")
      } catch TrainingError.diverged(let epoch, let step) {
        #expect(epoch == epochs + 1 && (1...3).contains(step) && trainer.stepsDone == 3 * epochs + step)
        #expect(epoch < 20, "the loss overflows within a few steps")
      }
    }

    @Test(
      "A stop from another thread ends the run after the current step, for all workers",
      arguments: GradientStrategy.allCases, [2, 4])
    func stop(strategy: GradientStrategy, panels: Int) throws {
      // Two panels are too few for a division by columns among four workers.
      let hidden = panels * Kernels.fastest.shape.panelWidth
      let topology = try Topology(inputs: 50, hidden: [hidden], outputs: 3)
      let data = SmallData(samples: 500, width: 50, outputs: 3, classes: 3, seed: 2)
      let trainer = try Trainer(
        topology, training: data.samples,
        configuration: TrainingConfiguration {
          $0.learningRate = 0.001
          $0.batchSize = .samples(1)
          $0.epochs = nil
          $0.workers = 4
          $0.gradients = strategy
          $0.input = .dense
        })
      #expect((trainer.engine.context.decision.exchange == .dividedByColumns) == (strategy == .owned && panels == 4))
      trainer.stopOnceUnderWay()
      #expect(throws: TrainingError.stopped) { while try trainer.nextEpoch() != nil {} }
      let steps = trainer.stepsDone
      let parameters = trainer.parameters.bits
      #expect(steps > 0)
      // A worker that still ran would change the parameters within this time.
      DispatchSemaphore(value: 0).wait(milliseconds: 50)
      #expect(trainer.stepsDone == steps && trainer.parameters.bits == parameters)
      #expect(throws: TrainingError.stopped) { try trainer.nextEpoch() }
    }

    @Test("A stop before the start ends the run without a step")
    func stopAtOnce() throws {
      let topology = try Topology(inputs: 5, hidden: [6], outputs: 3)
      let trainer = try Trainer(
        topology, training: Self.data.samples,
        configuration: TrainingConfiguration {
          $0.batchSize = .samples(7)
          $0.workers = 2
        })
      trainer.stop()
      #expect(throws: TrainingError.stopped) { try trainer.nextEpoch() }
      #expect(trainer.stepsDone == 0 && trainer.epochsDone == 0)
    }
  }
}

extension Trainer {
  /// Has another thread stop the run after its first steps.
  func stopOnceUnderWay() {
    let (progress, stop) = (progress, stop)
    DispatchQueue(label: "stop").async {
      while progress.reading.steps == 0 { usleep(1000) }
      stop()
    }
  }
}

extension DispatchSemaphore {
  /// Sleeps.
  func wait(milliseconds: Int) { _ = wait(timeout: .now() + .milliseconds(milliseconds)) }
}
