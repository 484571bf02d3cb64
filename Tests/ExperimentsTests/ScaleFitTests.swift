import Datasets
import Foundation
import Kernels
import Networks
import Optimizers
import Random
import Testing
import Training

@testable import Experiments

/// The cost model of `scale`, and the arithmetic below it.
@Suite("Scale: fit and figures") struct ScaleFitTests {
  @Test(
    "Karp–Flatt: 0 for the ideal speed-up, 1 for none, above 1 for a loss, nothing for one worker",
    arguments: [
      (2.0, 2, 0.0), (1.0, 2, 1.0), (8, 8, 0), (4, 8, 1.0 / 7), (0.5, 2, 3), (2.2, 2, -1.0 / 11),
    ] as [(Double, Int, Double)])
  func serialFraction(speedup: Double, workers: Int, expected: Double) throws {
    #expect(abs(try #require(karpFlatt(speedup: speedup, workers: workers)) - expected) < 1e-12)
    #expect(karpFlatt(speedup: 1, workers: 1) == nil)
  }

  @Test("Quartiles are NumPy's")
  func quartiles() {
    #expect(Quartiles([]) == nil)
    #expect(Quartiles([3]) == Quartiles(lower: 3, median: 3, upper: 3))
    #expect(Quartiles([4, 1, 3, 2]) == Quartiles(lower: 1.75, median: 2.5, upper: 3.25))
    #expect(Quartiles([5, 1, 2, 9, 7]) == Quartiles(lower: 2, median: 5, upper: 7))
  }

  @Test("A speed-up compares times of one round, whatever happened in the others")
  func pairedSpeedup() {
    // A machine at half its speed from round 2 to 4 of 5; the second cell's round 3 is missing.
    func timings(_ seconds: [Double]) -> [ScaleTiming] {
      seconds.enumerated().map { ScaleTiming(round: $0 + 1, steps: 1, samples: 10, seconds: $1) }
    }
    let single = timings([1, 2, 2, 2, 1])
    let double = timings([0.5, 1, 1, 1, 0.5]).filter { $0.round != 3 }
    #expect(ScaleRun.speedup(of: double, to: single) == Quartiles(lower: 2, median: 2, upper: 2))
    #expect(ScaleRun.speedup(of: single, to: single)?.median == 1)
    #expect(ScaleRun.speedup(of: double, to: []) == nil)
  }

  // MARK: Least squares

  @Test("Non-negative least squares finds the coefficients, and 0 for those that would be negative")
  func leastSquares() {
    let rows = [[1.0, 0, 1], [0, 1, 1], [1, 1, 0], [2, 1, 0.5]]
    func product(_ x: [Double]) -> [Double] { rows.map { zip($0, x).reduce(0) { $0 + $1.0 * $1.1 } } }
    for x in [[1.0, 2, 3], [0, 2, 0], [1e-9, 5, 1], [0, 0, 0]] {
      let found = nonNegativeLeastSquares(rows: rows, values: product(x))
      #expect(zip(found, x).allSatisfy { abs($0 - $1) < 1e-8 }, "\(found) for \(x)")
    }
    #expect(nonNegativeLeastSquares(rows: [], values: []) == [])
    // By hand: x1 alone, (1·1 + 1·(−3)) / 2 < 0, so nothing.
    #expect(nonNegativeLeastSquares(rows: [[1], [1]], values: [1, -3]) == [0])
    let one = nonNegativeLeastSquares(rows: [[1, 0], [1, 0]], values: [1, 2])
    #expect(abs(one[0] - 1.5) < 1e-12 && one[1] == 0)
  }

  /// Karush, Kuhn and Tucker: x ≥ 0, no slope downhill, none at all where x > 0. They hold at the minimum and nowhere else.
  @Test("Its result meets the conditions of a minimum, with columns that depend on one another too", arguments: 1...60)
  func optimality(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .sampling)
    let width = 1 + Int(random.below(6))
    var rows = (0..<(width + Int(random.below(8)))).map { _ in
      (0..<width).map { _ in random.below(4) == 0 ? 0 : random.uniform() }
    }
    if seed % 3 == 0, width > 2 { for i in rows.indices { rows[i][2] = rows[i][0] + 2 * rows[i][1] } }
    let scales = (0..<width).map { _ in Double(sign: .plus, exponent: Int(random.below(60)) - 30, significand: 1) }
    rows = rows.map { zip($0, scales).map { $0 * $1 } }
    let values = rows.map { _ in random.normal() }
    let x = nonNegativeLeastSquares(rows: rows, values: values)
    let errors = zip(rows, values).map { row, value in value - zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
    for column in 0..<width {
      let slope = zip(rows, errors).reduce(0) { $0 + $1.0[column] * $1.1 } / scales[column]
      #expect(x[column] >= 0 && slope < 1e-6 && (x[column] == 0 || abs(slope) < 1e-6), "seed \(seed), column \(column)")
    }
  }

  // MARK: The model

  /// Runs whose steps take exactly what a model with these numbers says.
  private static func runs(
    hidden: [[Int]], batches: [Int], workers: [Int], strategies: [GradientStrategy], noise: Double = 0,
    growth: CostModel.Growth = .linear
  ) throws -> (runs: [ScaleRun], groups: [Int]) {
    var random = RandomSource(seed: 5, purpose: .sampling)
    var runs: [ScaleRun] = []
    var groups: [Int] = []
    for widths in hidden {
      let topology = try Topology(inputs: 40, hidden: widths, outputs: 4)
      let samples = GradientSamples.make(topology, count: 600, classes: true, seed: 3)
      for strategy in strategies {
        for batch in batches {
          for count in workers {
            let configuration = TrainingConfiguration {
              $0.batchSize = .samples(batch)
              $0.workers = count
              $0.gradients = strategy
              $0.input = .dense
              $0.instructionSet = .portable
            }
            let trainer = try Trainer(topology, training: samples, configuration: configuration)
            let work = trainer.stepWork
            let truth = Self.seconds(work, workers: count, growth) * (1 + noise * random.normal())
            let epoch = truth * Double(trainer.choices.stepsPerEpoch)
            runs.append(
              ScaleRun(
                choices: trainer.choices, trainingSamples: samples.count, samplesPerEpoch: samples.count, work: work,
                optimizer: "sgd", timings: [],
                seconds: Quartiles(lower: epoch, median: epoch, upper: epoch), speedup: nil, phases: [], reach: nil,
                isOversubscribed: count > 4))
            groups.append((runs.count - 1) / workers.count)
          }
        }
      }
    }
    return (runs, groups)
  }

  static let truth: [CostModel.Part: Double] = [
    .arithmetic(.portable, .dense, .float32): 2e-11, .update(optimizer: "sgd"): 3e-10, .samples: 4e-9, .barriers: 5e-7,
    .reduction: 6e-10,
  ]

  private static func seconds(_ work: StepWork, workers: Int, _ growth: CostModel.Growth) -> Double {
    let (count, parameters) = (Double(workers), Double(work.parameters))
    let moved = work.strategy == .partial ? parameters * (count - 1) / count : 0
    return 2e-11 * work.operations / count + 3e-10 * parameters / count + 4e-9 * Double(work.batchSize)
      + 5e-7 * Double(work.barriers(workers: workers)) * Self.multiple(growth, count) + 6e-10 * moved
  }

  private static func multiple(_ growth: CostModel.Growth, _ workers: Double) -> Double {
    switch growth {
    case .constant: workers > 1 ? 1 : 0
    case .logarithmic: log2(workers)
    case .linear: workers - 1
    }
  }

  @Test("Cells whose workers lost time to other programs are not fitted, whatever their times")
  func disturbed() throws {
    var (runs, groups) = try Self.runs(
      hidden: [[64], [128, 32]], batches: [16, 64, 256], workers: [1, 2], strategies: [.owned])
    func disturb(_ indices: some Sequence<Int>) {
      for index in indices {
        runs[index].seconds.median *= 5
        let use = ProcessorUse(available: 1, used: 0.2, others: 0.9)
        runs[index].timings = [ScaleTiming(round: 1, steps: 1, samples: 10, seconds: 1, processorUse: use)]
      }
    }
    disturb([1, 4])
    let prediction = try ScalePrediction.predict(runs, groups: groups, cores: 4).get()
    #expect(prediction.model.cells == runs.count - 2 && prediction.model.largestError < 1e-8)
    // None of several workers is left.
    disturb(stride(from: 1, to: runs.count, by: 2))
    guard case .failure(let missing) = ScalePrediction.predict(runs, groups: groups, cores: 4) else {
      Issue.record("there is a prediction")
      return
    }
    #expect(missing == .disturbed(7, of: runs.count))
    #expect(
      "\(missing)".hasPrefix("other programs kept the workers of 7 of the 12 combinations within the cores waiting"))
  }

  @Test(
    "The numbers that made the times are found again, and with them the times of more cores",
    arguments: CostModel.Growth.allCases)
  func recovered(growth: CostModel.Growth) throws {
    let (runs, groups) = try Self.runs(
      hidden: [[64], [128, 32]], batches: [16, 64, 256], workers: [1, 2, 4], strategies: GradientStrategy.allCases,
      growth: growth)
    let prediction = try ScalePrediction.predict(runs, groups: groups, cores: 4).get()
    for (part, seconds) in Self.truth {
      let found = prediction.model.seconds[part] ?? 0
      #expect(abs(found / seconds - 1) < 1e-5, "\(part): \(found)")
    }
    #expect(prediction.model.growth == growth && prediction.knowsGrowth)
    #expect(prediction.model.cells == runs.count && prediction.model.largestError < 1e-8)
    #expect(Set(prediction.runs.map(\.workers)) == [8, 16, 32, 64])
    let wrong = prediction.runs.filter { run in
      let work = runs[run.like].work
      let expected = Self.seconds(work, workers: 1, growth) / Self.seconds(work, workers: run.workers, growth)
      return abs(run.speedup / expected - 1) > 1e-5
        || !run.speedupRange.contains(run.speedup) || run.efficiency != run.speedup / Double(run.workers)
    }
    #expect(wrong.isEmpty, "\(wrong)")
    // No more workers than samples a step.
    #expect(prediction.runs.filter { runs[$0.like].choices.batchSize == 16 }.map(\.workers).max() == 16)
  }

  @Test("Noise shows in the error, and workers beyond the cores change nothing")
  func noisy() throws {
    let all = try Self.runs(
      hidden: [[64]], batches: [16, 64, 256], workers: [1, 2, 4], strategies: GradientStrategy.allCases, noise: 0.05)
    let two = try ScalePrediction.predict(all.runs, groups: all.groups, cores: 2).get()
    #expect(two.model.cells == 12 && two.model.relativeError > 0.005 && two.model.relativeError < 0.1)
    #expect(two.model.largestError >= two.model.relativeError && two.cores == 2)
    // At two workers all growths are one: the range holds them all.
    #expect(two.model.growth == .logarithmic && !two.knowsGrowth)
    for growth in CostModel.Growth.allCases {
      let measured = all.runs.filter { $0.workers <= 2 }.map { ($0.cell(workers: $0.workers), $0.secondsPerStep) }
      let model = CostModel(measured.map { (cell: $0.0, seconds: $0.1) }, growth: growth)
      let outside = two.runs.filter { run in
        let like = all.runs[run.like]
        let speedup = model.stepSeconds(like.cell(workers: 1)) / model.stepSeconds(like.cell(workers: run.workers))
        return !run.speedupRange.contains(speedup)
      }
      #expect(outside.isEmpty, "\(growth)")
    }
    var slow = all.runs
    for index in slow.indices where slow[index].workers == 4 {
      slow[index].seconds = Quartiles(lower: 1e3, median: 1e3, upper: 1e3)
    }
    #expect(try ScalePrediction.predict(slow, groups: all.groups, cores: 2).get().model == two.model)
  }

  @Test("A fit with a large error, or without time for the arithmetic, predicts nothing")
  func refused() throws {
    let measured = try Self.runs(hidden: [[64]], batches: [16, 64, 256], workers: [1, 2, 4], strategies: [.owned])
    func reason(_ seconds: (Int, ScaleRun) -> Double) -> ScalePrediction.Missing? {
      var runs = measured.runs
      for index in runs.indices { runs[index].seconds.median = seconds(index, runs[index]) }
      let prediction = ScalePrediction.predict(runs, groups: measured.groups, cores: 4)
      if case .failure(let reason) = prediction { return reason }
      return nil
    }
    #expect(reason { $1.seconds.median } == nil)
    let poor = reason { $0.isMultiple(of: 2) ? $1.seconds.median : 5 * $1.seconds.median }
    guard case .poorFit(let error) = poor else {
      Issue.record("\(String(describing: poor))")
      return
    }
    #expect(error > 0.25 && "\(ScalePrediction.Missing.poorFit(0.634))".contains("a relative error of 63 %"))
    // Times of no length, as a row of --metrics that was edited may have.
    #expect(reason { _, _ in 0 }.map { "\($0)" }?.contains("a relative error of more than 1e9 %") == true)
    // Time in proportion to the samples alone, whatever the workers.
    #expect(reason { 1e-6 * Double($1.choices.batchSize * $1.choices.stepsPerEpoch) } == .noArithmetic)
  }

  @Test("Too few cells within the cores, or none with several workers, give a reason instead of a prediction")
  func missing() throws {
    let few = try Self.runs(hidden: [[8]], batches: [16], workers: [1, 2, 4], strategies: [.owned])
    let one = try Self.runs(hidden: [[8]], batches: [2, 4, 8, 16], workers: [1, 2], strategies: [.owned])
    func reason(_ of: (runs: [ScaleRun], groups: [Int]), cores: Int) -> ScalePrediction.Missing? {
      if case .failure(let reason) = ScalePrediction.predict(of.runs, groups: of.groups, cores: cores) { return reason }
      return nil
    }
    #expect(reason(few, cores: 4) == .tooFewCells(3))
    #expect(reason(one, cores: 1) == .oneWorkerOnly(cores: 1))
    #expect(reason(one, cores: 2) == nil)
    #expect(ScalePrediction.Missing.tooFewCells(1).description.hasPrefix("1 combination with workers within the cores"))
  }
}
