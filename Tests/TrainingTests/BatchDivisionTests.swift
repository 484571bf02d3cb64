import Datasets
import Kernels
import Networks
import Optimizers
import Testing

@testable import Training

@Suite("The division of an epoch into batches")
struct BatchDivisionTests {
  /// Samples, batch size, treatment of the rest, and the sizes of all batches.
  static let cases: [(samples: Int, batchSize: Int, LastBatch, sizes: [Int])] = [
    (10, 4, .keep, [4, 4, 2]), (10, 4, .drop, [4, 4]), (10, 4, .merge, [5, 5]), (11, 4, .merge, [6, 5]),
    (12, 4, .keep, [4, 4, 4]), (12, 4, .drop, [4, 4, 4]), (12, 4, .merge, [4, 4, 4]), (7, 4, .merge, [7]),
    (7, 4, .drop, [4]), (3, 3, .merge, [3]), (3, 100, .keep, [3]), (3, 100, .drop, [3]), (1, 1, .merge, [1]),
    (5, 1, .merge, [1, 1, 1, 1, 1]), (17, 5, .merge, [6, 6, 5]),
  ]

  @Test("has the sizes that --last-batch says, one batch after the other", arguments: cases.indices)
  func sizes(index: Int) {
    let (samples, batchSize, lastBatch, sizes) = Self.cases[index]
    let batches = BatchDivision(samples: samples, batchSize: batchSize, lastBatch: lastBatch)
    #expect(batches.steps == sizes.count)
    #expect((0..<sizes.count).map(batches.size) == sizes)
    let starts: [Int] = (0...sizes.count).map { sizes[..<$0].reduce(0, +) }
    #expect((0...sizes.count).map(batches.start) == starts)
    #expect(batches.size(of: sizes.count) == 0)
    #expect(batches.largest == sizes.max() && batches.samplesPerEpoch == sizes.reduce(0, +))
  }

  @Test("keeps every sample, distributes a rest evenly, and counts samples and steps of several epochs consistently")
  func properties() {
    for samples in 1...40 {
      for batchSize in 1...samples {
        for lastBatch in LastBatch.allCases {
          let batches = BatchDivision(samples: samples, batchSize: batchSize, lastBatch: lastBatch)
          let sizes = (0..<batches.steps).map(batches.size)
          let comment = "\(samples) samples, batches of \(batchSize), \(lastBatch)"
          #expect(lastBatch == .drop || sizes.reduce(0, +) == samples, "\(comment)")
          if lastBatch == .merge {
            #expect(sizes.max()! - sizes.min()! <= 1 && sizes.allSatisfy { $0 < 2 * batchSize }, "\(comment)")
          }
          for steps in 0...(2 * batches.steps + 1) {
            let seen = batches.samples(after: steps)
            #expect(batches.steps(seeing: seen) == steps, "\(comment), \(steps) steps")
            #expect(
              steps == 0 || batches.steps(seeing: seen - batches.size(of: (steps - 1) % batches.steps) + 1) == steps)
          }
        }
      }
    }
  }
}

extension ParallelTraining {
  @Suite("Parallel training with --last-batch")
  struct ParallelLastBatchTests {
    static let data = SmallData(samples: 75, width: 300, outputs: 3, classes: 3, seed: 9)

    static func bits(_ configuration: TrainingConfiguration) throws -> [UInt64] {
      let topology = try Topology(inputs: 300, hidden: [70, 7], outputs: 3)
      return try FinishedRun(
        topology, parameters: .small(topology, seed: 5), training: data.samples, test: data.samples, configuration
      ).bits
    }

    @Test(
      "has the bits of batches of that size: every strategy, input form and number of workers",
      arguments: GradientStrategy.allCases, InputForm.allCases)
    func sameBits(strategy: GradientStrategy, form: InputForm) throws {
      for workers in [1, 2, 3] {
        func bits(_ size: Int, _ lastBatch: LastBatch, epochs: Int? = 3, steps: Int? = nil) throws -> [UInt64] {
          var configuration = TrainingConfiguration {
            $0.optimizer = Adam()
            $0.batchSize = .samples(size)
            $0.epochs = epochs
            $0.steps = steps
            $0.workers = workers
            $0.gradients = strategy
            $0.input = form
          }
          configuration.lastBatch = lastBatch
          return try Self.bits(configuration)
        }
        for (merged, equal) in [(14, 15), (40, 75), (24, 25)].thinned(2) {
          #expect(try bits(merged, .merge) == bits(equal, .keep), "batches of \(merged), \(workers) workers")
        }
        // Five whole batches, and the epoch is over.
        #expect(try bits(14, .drop, epochs: 1) == bits(14, .keep, epochs: nil, steps: 5), "\(workers) workers")
      }
    }

    @Test(
      "owned gradients have the same bits for any number of workers in batches of unequal size",
      arguments: LastBatch.allCases)
    func anyWorkers(lastBatch: LastBatch) throws {
      let runs = try [1, 2, 3, 5].map { workers in
        var configuration = TrainingConfiguration {
          $0.batchSize = .samples(9)
          $0.epochs = 2
          $0.workers = workers
          $0.gradients = .owned
          $0.input = .masked
        }
        configuration.lastBatch = lastBatch
        return try Self.bits(configuration)
      }
      #expect(runs.allSatisfy { $0 == runs[0] })
    }

    @Test("resumes after an interruption with the bits of an uninterrupted run", arguments: LastBatch.allCases)
    func resumes(lastBatch: LastBatch) throws {
      var configuration = TrainingConfiguration {
        $0.optimizer = Adam()
        $0.batchSize = .samples(9)
        $0.epochs = 4
        $0.workers = 2
      }
      configuration.lastBatch = lastBatch
      try ParallelResumeTests.expectSame(configuration, at: [0, 3, 7, 11], "\(lastBatch)")
      let trainer = try ParallelResumeTests.trainer(configuration)
      let state = trainer.state()
      configuration.lastBatch = lastBatch == .keep ? .drop : .keep
      #expect(throws: TrainingError.self) { try ParallelResumeTests.trainer(configuration, resuming: state) }
    }
  }
}
