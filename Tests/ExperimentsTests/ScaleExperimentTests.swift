import Datasets
import Networks
import Testing
import Training

@testable import Experiments

/// The actions of `scale`, in order.
@Suite("Scale: the experiment", .serialized) struct ScaleExperimentTests {
  @Test("A round runs groups in order, every second one reversed, and starts with another group each time")
  func order() {
    // Cells 0, 1 and 4 are one group.
    let schedule = ScaleSchedule(groups: [7, 7, 3, 3, 7, 5])
    #expect(schedule.groups == [[0, 1, 4], [2, 3], [5]])
    #expect(schedule.order(round: 0) == [0, 1, 4, 2, 3, 5])
    #expect(schedule.order(round: 1) == [3, 2, 5, 4, 1, 0])
    #expect(schedule.order(round: 2) == [5, 0, 1, 4, 2, 3])
    #expect(schedule.order(round: 3) == [4, 1, 0, 3, 2, 5])
    #expect((0..<20).allSatisfy { schedule.order(round: $0).sorted() == [0, 1, 2, 3, 4, 5] })
    #expect(ScaleSchedule(groups: []).order(round: 3) == [])
  }

  @Test("Cells beyond the memory's budget are timed part by part, groups never torn apart")
  func parts() {
    let schedule = ScaleSchedule(groups: [0, 0, 1, 1, 2, 2])
    func parts(_ budget: Double) -> [[[Int]]] {
      schedule.parts(cost: { _ in 1 }, budget: budget).map(\.groups)
    }
    #expect(parts(100) == [[[0, 1], [2, 3], [4, 5]]])
    #expect(parts(4) == [[[0, 1], [2, 3]], [[4, 5]]])
    #expect(parts(1) == [[[0, 1]], [[2, 3]], [[4, 5]]])
  }

  @Test("The estimate of the time stops when asked to")
  func stoppedEstimate() throws {
    var experiment = ScaleExperiment(cells: try Self.cells(workers: [1], batches: [4]))
    experiment.shouldStop = { true }
    #expect(throws: TrainingError.stopped) { try experiment.estimatedSeconds() }
    // Between the timings of a cell, too.
    var looks = 0
    experiment.shouldStop = {
      looks += 1
      return looks == 2
    }
    var seen: [Int] = []
    #expect(throws: TrainingError.stopped) { try experiment.estimatedSeconds { seen.append($0) } }
    #expect(seen == [0])
    experiment.shouldStop = { false }
    #expect(try experiment.estimatedSeconds() > 0)
  }

  @Test("A timing has whole epochs if these are short, else steps of a tenth of a second")
  func length() {
    func steps(_ seconds: Double, _ perEpoch: Int, most: Int = .max) -> Int {
      TimingLength(secondsPerStep: seconds, stepsPerEpoch: perEpoch, most: most).steps
    }
    #expect(steps(1e-4, 1000) == 1000)
    #expect(steps(1e-4, 10) == 500)
    #expect(steps(1e-3, 1000) == 100)
    #expect(steps(5, 1000) == 1)
    #expect(steps(1e-4, 1000, most: 7) == 7)
    #expect(steps(0, 3) > 0)
  }

  private static func cells(
    workers: [Int], batches: [Int], epochs: Int? = 2, steps: Int? = nil, learningRate: Double = 0.1
  ) throws -> [ScaleCell] {
    let topology = try Topology(inputs: 12, hidden: [8], outputs: 3)
    let samples = GradientSamples.make(topology, count: 90, classes: true, seed: 11)
    return batches.enumerated().flatMap { group, batch in
      workers.map { count in
        ScaleCell(
          topology: topology, training: samples, test: samples,
          configuration: TrainingConfiguration {
            $0.learningRate = learningRate
            $0.batchSize = .samples(batch)
            $0.epochs = epochs
            $0.steps = steps
            $0.workers = count
            $0.gradients = .owned
          },
          group: group)
      }
    }
  }

  @Test("An experiment whose time is spent is not timed again when resumed, also if warm-up took most of it")
  func spent() throws {
    var experiment = ScaleExperiment(cells: try Self.cells(workers: [1], batches: [4, 90], steps: 20))
    experiment.timeLimit = 0
    var known = ScaleKnown()
    experiment.observe = { event in
      switch event {
      case .timing(let timing, let cell): known.timings[cell, default: []].append(timing)
      case .phases(let phases, let cell): known.phases[cell] = phases
      default: break
      }
    }
    _ = try experiment.run()
    #expect(known.timings.values.map(\.count) == [ScaleExperiment.minimumRounds, ScaleExperiment.minimumRounds])
    let times = known.timings.values.map { timings in timings.compactMap(\.spent) }
    #expect(times.allSatisfy { $0.count == ScaleExperiment.minimumRounds && $0 == $0.sorted() })
    let timed = known.timings.values.joined().reduce(0) { $0 + $1.seconds }
    #expect(known.spent([0, 1], rounds: .max) >= timed)
    // A limit below the time of everything, but above that of the timings alone.
    for cell in known.timings.keys { known.timings[cell]?[ScaleExperiment.minimumRounds - 1].spent = timed + 2000 }
    (experiment.known, experiment.timeLimit) = (known, timed + 1000)
    experiment.observe = { event in if case .timing = event { Issue.record("timed again") } }
    #expect(try experiment.run().map(\.timings) == (0..<2).map { known.timings[$0] ?? [] })
    // No time is left, and the phases are known; a greater limit leaves time for further rounds.
    #expect(try experiment.estimatedSeconds() == 0)
    experiment.timeLimit = 1e9
    #expect(try experiment.estimatedSeconds() > 0)
  }

  @Test(
    "The progress of a resumed experiment is that of its remaining rounds, as many as the time limit is expected to allow"
  )
  func resumedProgress() throws {
    var experiment = ScaleExperiment(cells: try Self.cells(workers: [1], batches: [4], steps: 20), rounds: 4)
    experiment.known.timings[0] = (1...2).map { ScaleTiming(round: $0, steps: 1, samples: 4, seconds: 1, spent: 10) }
    func fractions() throws -> [Double] {
      var fractions: [Double] = []
      var resumed = experiment
      resumed.observe = { event in
        if case .progress(.timing, _, let fraction) = event { fractions.append(fraction) }
      }
      _ = try resumed.run()
      return fractions
    }
    #expect(try fractions() == [0, 1.0 / 3, 2.0 / 3])
    // Rounds 3 to 5 of 25: two took most of the time.
    (experiment.rounds, experiment.timeLimit) = (nil, 11)
    let limited = try fractions()
    #expect(limited.count >= 4 && limited[1...3] == [0.25, 0.5, 0.75], "\(limited)")
  }

  @Test("Every cell is timed once a round, warm-ups aside, and its figures follow from its timings")
  func run() throws {
    var experiment = ScaleExperiment(cells: try Self.cells(workers: [1, 2], batches: [7, 90], steps: 20), rounds: 3)
    var timed: [[Int]] = [[], [], [], []]
    var stages: [ScaleStage] = []
    var readings: [CoreReading] = []
    experiment.observe = { event in
      switch event {
      case .cores(let reading): readings.append(reading)
      case .timing(let timing, let cell): timed[timing.round].append(cell)
      case .progress(let stage, _, let fraction):
        stages.append(stage)
        #expect(fraction >= 0 && fraction <= 1)
      case .phases(let phases, _): #expect(phases.count == StepPhase.allCases.count)
      case .evaluation, .reach: Issue.record("nothing is evaluated without a target")
      }
    }
    let runs = try experiment.run()
    // One a round, where two workers have a core each.
    #expect(
      readings.count == (Cores.available > 1 ? 3 : 0)
        && readings.allSatisfy { $0.cores == 2 && (0...100).contains($0.speedup) && (1e-8...0.1).contains($0.barrier) },
      "\(readings)")
    #expect(timed == [[], [3, 2, 1, 0], [0, 1, 2, 3], [3, 2, 1, 0]])
    #expect(stages.first == .warmUp && stages.last == .phases)
    try #require(runs.count == 4)
    for (index, run) in runs.enumerated() {
      #expect(run.workers == [1, 2, 1, 2][index] && run.choices.batchSize == [7, 7, 90, 90][index])
      #expect(run.timings.map(\.round) == [1, 2, 3])
      // The budget's 20 steps, or 2 epochs of one; on a busy machine a step may take so long that fewer are enough.
      let steps = run.timings[0].steps
      #expect((1...[20, 20, 2, 2][index]).contains(steps))
      #expect(run.timings.allSatisfy { $0.steps == steps && $0.seconds > 0 }, "\(run.timings)")
      #expect(run.seconds == Quartiles(run.timings.map { $0.secondsPerSample * 90 }))
      #expect(abs(run.samplesPerSecond * run.seconds.median / 90 - 1) < 1e-9)
      #expect(abs(run.phases.reduce(0, +) - 1) < 1e-9 && run.reach == nil && run.secondsToTarget == nil)
    }
    #expect(runs[0].speedup?.median == 1 && runs[0].serialFraction == nil && runs[0].efficiency == 1)
    let pairs = zip(runs[2].timings, runs[3].timings).map { $0.secondsPerSample / $1.secondsPerSample }
    #expect(runs[3].speedup == Quartiles(pairs))
    #expect(runs[3].efficiency == runs[3].speedup.map { $0.median / 2 })
  }

  @Test("The speed of several cores is the median over rounds, of the readings with the most cores")
  func coresTogether() {
    let readings = [(2, 1.9, 5), (4, 3.0, 3), (4, 2.0, 7), (2, 1.1, 1), (4, 1.0, 4)].map {
      CoreReading(cores: $0.0, speedup: $0.1, barrier: $0.2)
    }
    let together = CoresTogether(readings)
    #expect(together?.cores == 4)
    #expect(together?.speedup == Quartiles(lower: 1.5, median: 2, upper: 2.5))
    #expect(together?.barrier == Quartiles(lower: 3.5, median: 4, upper: 5.5))
    #expect(CoresTogether([]) == nil)
  }

  @Test("Of the repetitions the fastest count, and readings above the number of cores are none of the machine")
  func disturbedCores() throws {
    // One of three repetitions was interrupted, alone and together.
    let reading = CoreReading(alone: [9, 2, 2.5], together: [[2, 2.5], [20, 4], [2.5, 2]], barrier: 1)
    #expect(reading.cores == 2 && abs(reading.speedup - 1.8) < 1e-12)
    let readings = [1.9, 8.78, 2.04].map { CoreReading(cores: 2, speedup: $0, barrier: 1) }
    #expect(CoresTogether(readings)?.speedup.upper ?? 9 < 2.04)
    #expect(CoresTogether([readings[1]]) == nil)
  }

  @Test("Without one worker there is no speed-up, and workers beyond the cores are marked")
  func oversubscribed() throws {
    let many = min(Cores.available * 2, 128)
    let experiment = ScaleExperiment(cells: try Self.cells(workers: [many], batches: [30], steps: 6), rounds: 1)
    let run = try #require(try experiment.run().first)
    #expect(run.speedup == nil && run.efficiency == nil && run.serialFraction == nil)
    #expect(run.isOversubscribed == (many > Cores.available))
  }

  @Test(
    "A run to the target continues to its end, is evaluated as scheduled, and reports the first step that reached it")
  func target() throws {
    let cells = try Self.cells(workers: [1, 2], batches: [10], epochs: 40)
    var experiment = ScaleExperiment(cells: cells, rounds: 1, targetAccuracy: 0.6)
    experiment.evaluations = .every(50)
    var evaluations: [[ScaleEvaluation]] = [[], []]
    experiment.observe = { event in
      if case .evaluation(let evaluation, let cell) = event { evaluations[cell].append(evaluation) }
    }
    let runs = try experiment.run()
    for (run, evaluations) in zip(runs, evaluations) {
      #expect(evaluations.map(\.steps) == [0, 50, 100, 150, 200, 250, 300, 350, 360])
      let first = evaluations.first { $0.testAccuracy ?? 0 >= 0.6 }
      #expect(first != nil && run.reach?.steps == first?.steps)
      #expect(run.secondsToTarget == first.map { Double($0.steps) * run.secondsPerStep })
    }
    // `owned` has the same bits for any number of workers.
    #expect(evaluations[0].map(\.testLoss) == evaluations[1].map(\.testLoss))
    experiment.targetAccuracy = 1.1
    #expect(try experiment.run().allSatisfy { $0.reach == nil && $0.secondsToTarget == nil })
  }

  @Test("Without a number of rounds there are as many as usual, and training that diverges is an error")
  func rounds() throws {
    let usual = try ScaleExperiment(cells: try Self.cells(workers: [1], batches: [90], steps: 1)).run()
    #expect(usual.first?.timings.count == ScaleExperiment.usualRounds)
    let wild = try Self.cells(workers: [1], batches: [9], steps: 50, learningRate: 1e30)
    #expect(throws: TrainingError.self) { try ScaleExperiment(cells: wild, rounds: 1).run() }
  }
}
