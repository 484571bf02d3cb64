import Datasets
import Experiments
import Networks
import Optimizers
import Random
import Testing
import Training

/// Runs of real trainers on small data, several workers among them.
@Suite("Parallel comparison", .serialized)
struct ParallelComparisonTests {
  let topology: Topology
  let training: Samples
  let test: Samples

  init() throws {
    topology = try Topology(inputs: 8, hidden: [16], outputs: 3)
    (training, test) = (try Self.clouds(240, seed: 5), try Self.clouds(90, seed: 6))
  }

  /// Three clouds of points that overlap a little.
  private static func clouds(_ count: Int, seed: UInt64) throws -> Samples {
    var random = RandomSource(seed: seed, purpose: .sampling)
    var features: [Float] = []
    for index in 0..<count {
      features += (0..<8).map { Float(($0 % 3 == index % 3 ? 1.0 : 0) + 0.7 * random.normal()) }
    }
    return try Samples(features: features, width: 8, labels: (0..<count).map { $0 % 3 })
  }

  private func setting(
    _ batchSize: BatchSize, searches: Bool = false, _ change: (inout TrainingConfiguration) -> Void = { _ in }
  ) -> CompareSetting {
    var configuration = TrainingConfiguration {
      $0.learningRate = 0.1
      $0.batchSize = batchSize
    }
    change(&configuration)
    let batch = if case .samples(let size) = batchSize { "batch \(size)" } else { "full batch" }
    return CompareSetting(
      batch: batch, topology: topology, configuration: configuration, search: searches ? .init(key: batch) : nil)
  }

  private func comparison(_ settings: [CompareSetting], _ change: (inout Comparison) -> Void = { _ in }) -> Comparison {
    var comparison = Comparison(settings: settings, training: training, test: test, budget: .epochs(4))
    change(&comparison)
    return comparison
  }

  @Test("An estimate of the time stops when asked to, and has the seconds of every run")
  func estimate() throws {
    let settings = [setting(.samples(10), searches: true), setting(.full)]
    #expect(throws: TrainingError.stopped) { try CompareEstimate(comparison(settings), shouldStop: { true }) }
    let estimate = try CompareEstimate(comparison(settings) { $0.seeds = [1, 2] })
    #expect(estimate.runs.count == 2 && estimate.searches.count == 1 && estimate.search == estimate.searches[0])
    #expect(abs(estimate.allRuns - 2 * (estimate.runs[0] + estimate.runs[1])) < 1e-9 * estimate.allRuns)
    #expect(estimate.allSteps <= estimate.allRuns && estimate.evaluations.allSatisfy { $0 > 0 })
  }

  @Test("An estimate stops between two steps of a setting, not only between settings")
  func stoppedWithinSetting() throws {
    var (looks, seen): (Int, [Int]) = (0, [])
    #expect(throws: TrainingError.stopped) {
      try CompareEstimate(
        comparison([setting(.full)]),
        shouldStop: {
          looks += 1
          return looks == 2
        }, observe: { seen.append($0) })
    }
    #expect(seen == [0])
  }

  @Test("A batch of many samples is timed with a part of them, by a line search too")
  func largeBatch() throws {
    var large = comparison([setting(.full) { $0.optimizer = LBFGS() }, setting(.samples(5000))])
    (large.training, large.test) = (try Self.clouds(9000, seed: 7), try Self.clouds(5000, seed: 8))
    let estimate = try CompareEstimate(large)
    #expect(estimate.runs.allSatisfy { $0 > 0 } && estimate.evaluations.allSatisfy { $0 > 0 })
  }

  @Test("A comparison that is asked to stop hands over the runs under way, and those that are complete")
  func stopped() throws {
    var looks = 0
    var (runs, unfinished): ([CompareRun], [UnfinishedRun]) = ([], [])
    var groups: [[Int]] = []
    let all = comparison([setting(.samples(1)), setting(.samples(50)), setting(.full)])
    #expect(throws: TrainingError.stopped) {
      // A full batch has a step an epoch: its run is over before the others.
      try all.run(shouldStop: { looks > 2 && runs.count == 1 }) { event in
        looks += 1
        switch event {
        case .began(let settings, seed: 1): groups.append(settings)
        case .end(let run): runs.append(run)
        case .unfinished(let run): unfinished.append(run)
        default: break
        }
      }
    }
    #expect(groups == [[0, 1, 2]])
    #expect(runs.count == 1 && Set(runs.map(\.setting) + unfinished.map(\.run.setting)) == [0, 1, 2])
    let whole = try all.run().runs
    for one in unfinished {
      #expect((0..<1).contains(one.fraction) && !one.run.curve.isEmpty)
      let other = whole[one.run.setting].curve.map(\.trainLoss)
      #expect(Array(other.prefix(one.run.curve.count)) == one.run.curve.map(\.trainLoss))
    }
  }

  @Test("Runs start with the same weights, have equal budgets, and end like those of train")
  func sameBeginning() throws {
    let settings = [setting(.samples(1)), setting(.samples(50)), setting(.full)]
    let result = try comparison(settings).run()
    #expect(result.runs.map(\.updates) == [960, 20, 4])
    #expect(result.runs.map { $0.curve.last?.samples } == [960, 960, 960])
    #expect(result.runs.map { $0.curve.first?.updates } == [0, 0, 0])
    #expect(Set(result.runs.map { $0.curve[0].testLoss }).count == 1)
    #expect(Set(result.runs.map { $0.curve[0].trainLoss }).count == 1)
    #expect(result.searches.isEmpty)
    // Pauses and turns change no bit: the same order of samples from the same weights.
    let trainer = try Trainer(
      topology, training: training, test: test,
      configuration: TrainingConfiguration {
        $0.learningRate = 0.1
        $0.batchSize = .samples(50)
        $0.epochs = 4
      })
    var last: EpochMetrics?
    while let epoch = try trainer.nextEpoch() { last = epoch }
    #expect(result.runs[1].curve.last?.testLoss == last?.testLoss)
    #expect(result.runs[1].curve.last?.testAccuracy == last?.testAccuracy)
  }

  @Test("The same comparison has the same figures, times apart; another seed has others")
  func repeatable() throws {
    let settings = [setting(.samples(10)), setting(.full) { $0.gradients = .partial }]
    let once = try comparison(settings) { $0.seeds = [1, 2] }.run()
    let twice = try comparison(settings) { $0.seeds = [1, 2] }.run()
    #expect(once.runs.map { $0.curve.map(\.trainLoss) } == twice.runs.map { $0.curve.map(\.trainLoss) })
    #expect(once.runs.map { [$0.setting, Int($0.seed)] } == [[0, 1], [0, 2], [1, 1], [1, 2]])
    #expect(once.runs[0].curve[0].trainLoss == once.runs[2].curve[0].trainLoss)
    #expect(once.runs[0].curve[0].trainLoss != once.runs[1].curve[0].trainLoss)
  }

  @Test(
    "Budgets in samples, steps and seconds end runs",
    arguments: [CompareBudget.samples(600), .steps(12), .seconds(0.02)])
  func budgets(budget: CompareBudget) throws {
    let result = try comparison([setting(.samples(50)), setting(.full)]) { $0.budget = budget }.run()
    switch budget {
    // Two epochs of five steps, then the three that reach 120; the third full batch.
    case .samples: #expect(result.runs.map(\.updates) == [13, 3])
    case .steps: #expect(result.runs.map(\.updates) == [12, 12])
    default: #expect(result.runs.allSatisfy { ($0.curve.last?.seconds ?? 0) >= 0.02 && $0.updates > 0 })
    }
  }

  @Test("Evaluations are where the schedule says, and the target is met at one of them")
  func schedule() throws {
    let result = try comparison([setting(.samples(10))]) {
      $0.schedule = .every(25)
      $0.targetAccuracy = 0.7
    }.run()
    let run = result.runs[0]
    #expect(run.curve.map(\.updates) == [0, 25, 50, 75, 96])
    #expect(run.stepsToTarget == run.curve.first { ($0.testAccuracy ?? 0) >= 0.7 }?.updates)
    #expect(run.stepsToTarget != nil)
  }

  @Test("A search chooses the rate of its lowest validation loss, drops what diverges, and the run has all samples")
  func search() throws {
    let adam = setting(.full, searches: true) { $0.optimizer = Adam() }
    let result = try comparison([setting(.samples(10), searches: true), adam]).run()
    #expect(result.searches.map(\.setting) == [0, 1])
    for (search, run) in zip(result.searches, result.runs) {
      let best = search.trials.min { ($0.validationLoss ?? .infinity) < ($1.validationLoss ?? .infinity) }
      #expect(search.learningRate == best?.learningRate, "\(search)")
      #expect(run.learningRate == search.learningRate)
      #expect(run.curve.last?.samples == 960)
      #expect(search.trials.count >= 5 && search.trials.count <= LearningRateSearch.maximumTrials)
    }
    // A step of the search sees the training split without a tenth.
    #expect(result.searches[1].batchSize == 216)
    #expect(result.searches[1].trials.allSatisfy { $0.validationLoss == nil || $0.updates == 4 })
  }

  @Test("Settings of one key share a search")
  func sharedSweep() throws {
    let one = setting(.samples(20), searches: true)
    let other = setting(.samples(20), searches: true) { $0.gradients = .partial }
    let result = try comparison([one, other]).run()
    #expect(result.searches.count == 1)
    #expect(result.runs[0].learningRate == result.runs[1].learningRate)
  }

  @Test("A diverged run is a result with finite figures; the others continue")
  func divergence() throws {
    let wild = setting(.samples(10)) {
      $0.learningRate = 1e30
      $0.optimizer = SGD()
    }
    let result = try comparison([wild, setting(.samples(10))]).run()
    #expect(result.runs.map(\.isDiverged) == [true, false])
    #expect(result.runs[0].updates < 96 && result.runs[1].updates == 96)
    #expect(result.runs[0].curve.allSatisfy { $0.trainLoss.isFinite && ($0.testLoss ?? 0).isFinite })
    #expect(!result.runs[0].curve.isEmpty)
  }

  @Test("The noise scale is reported where a step has shards")
  func noise() throws {
    let settings = [
      setting(.samples(1)) { ($0.gradients, $0.workers) = (.partial, 2) },
      setting(.samples(60)) { ($0.gradients, $0.workers) = (.partial, 2) },
      setting(.samples(60)) { ($0.gradients, $0.workers) = (.owned, 2) },
      setting(.samples(60)) { ($0.gradients, $0.workers) = (.partial, 1) },
    ]
    let result = try comparison(settings).run()
    #expect(result.runs.map { $0.gradientNoiseScale != nil } == [false, true, false, false])
    #expect(result.runs[1].curve.last?.gradientNoiseScale != nil)
    #expect(result.runs[2].curve.allSatisfy { $0.gradientNoiseScale == nil })
  }

  @Test("It stops on request, in the search and after it")
  func stops() throws {
    for searches in [true, false] {
      var asked = 0
      #expect(throws: TrainingError.stopped) {
        try comparison([setting(.samples(1), searches: searches)]).run(shouldStop: {
          asked += 1
          return asked > 2
        })
      }
    }
  }

  @Test("One sample leaves nothing to hold out, and the error names the option")
  func nothingToHoldOut() throws {
    let one = training.selecting([0])
    let error = #expect(throws: CompareError.self) {
      try comparison([setting(.full, searches: true)]) { $0.training = one }.run()
    }
    #expect(error?.description.hasPrefix("learningRate auto: found 1 sample to") == true)
  }
}
