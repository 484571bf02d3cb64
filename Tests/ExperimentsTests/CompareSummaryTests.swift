import Kernels
import Networks
import Testing

@testable import Experiments
@testable import Training

@Suite("Summary of a comparison")
struct CompareSummaryTests {
  /// A run over steps 0, 1, 10, …, with these accuracies.
  private static func run(seed: UInt64, accuracies: [Double], steps: Int?, diverges: Bool = false) -> CompareRun {
    let updates = [0, 1, 10, 100, 1000]
    return CompareRun(
      setting: 0, seed: seed, batchSize: 8, learningRate: 0.1,
      choices: TrainingChoices(
        workers: 1, gradients: .owned, input: .dense, instructionSet: .portable, batchSize: 8, stepsPerEpoch: 10,
        inputDensity: 1), updates: updates[accuracies.count - 1] + (diverges ? 5 : 0), isDiverged: diverges,
      stepsToTarget: steps, gradientNoiseScale: nil,
      curve: zip(updates, accuracies).map { updates, accuracy in
        ComparePoint(
          samples: 8 * updates, updates: updates, seconds: Double(updates) * Double(seed), trainLoss: 1 - accuracy,
          testLoss: 2 - accuracy, testAccuracy: accuracy)
      })
  }

  @Test("Figures are medians over seeds, bands reach from the lowest to the highest")
  func medians() throws {
    let summary = CompareSummary([
      Self.run(seed: 1, accuracies: [0.1, 0.5, 0.8], steps: 10),
      Self.run(seed: 2, accuracies: [0.2, 0.4, 0.9], steps: 1),
      Self.run(seed: 3, accuracies: [0.1, 0.6, 0.7], steps: nil),
    ])
    #expect(summary.runs == 3 && summary.diverged == 0)
    #expect(summary.curve.map(\.updates) == [0, 1, 10])
    #expect(summary.curve[1].testAccuracy == Spread([0.4, 0.5, 0.6]))
    #expect(summary.curve[2].seconds == 20)
    let end = try #require(summary.end)
    #expect(end.testAccuracy?.median == 0.8 && end.testAccuracy?.low == 0.7 && end.testAccuracy?.high == 0.9)
    #expect(summary.stepsToTarget?.median == 10 && summary.stepsToTarget?.low == 1)
    #expect(
      [summary.stepsToTarget, summary.secondsToTarget, summary.samplesToTarget].map { $0?.infinite } == [1, 1, 1])
    #expect(end.testAccuracy?.infinite == 0 && summary.bestAccuracy == 0.8)
  }

  @Test("A run that diverged counts as worse than every other, at the end and on the curve from then on")
  func divergence() throws {
    let summary = CompareSummary([
      Self.run(seed: 1, accuracies: [0.1, 0.5], steps: nil, diverges: true),
      Self.run(seed: 2, accuracies: [0.1, 0.4, 0.9], steps: 10),
      Self.run(seed: 3, accuracies: [0.1, 0.4, 0.8], steps: nil),
    ])
    #expect(summary.diverged == 1 && summary.divergence == "1 of 3 diverged")
    #expect(summary.curve.map(\.updates) == [0, 1, 10])
    #expect(summary.curve[1].testAccuracy?.median == 0.4)
    let end = try #require(summary.end)
    #expect(summary.curve[2].testAccuracy == end.testAccuracy && summary.curve[2].testLoss == end.testLoss)
    #expect(end.testAccuracy?.median == 0.8 && end.testAccuracy?.low == 0.8 && end.testAccuracy?.high == 0.9)
    #expect(end.testLoss?.median == 1.2 && abs(end.trainLoss.median - 0.2) < 1e-12 && end.updates == 10)
    #expect(summary.bestAccuracy == 0.8)
    // Two of three never came there.
    #expect(summary.stepsToTarget == nil)
  }

  @Test("The best accuracy is the median of the runs' own, which they may have at different steps")
  func bestAccuracy() {
    let summary = CompareSummary([
      Self.run(seed: 1, accuracies: [0.1, 0.9, 0.8], steps: nil),
      Self.run(seed: 2, accuracies: [0.1, 0.7, 0.95], steps: nil),
      Self.run(seed: 3, accuracies: [0.85, 0.8, 0.8], steps: nil),
    ])
    #expect(summary.curve.compactMap { $0.testAccuracy?.median } == [0.1, 0.8, 0.8] && summary.bestAccuracy == 0.9)
  }

  @Test("With half of its runs or more diverged a setting has no final figures, but the updates until then")
  func mostDiverged() {
    let alone = CompareSummary([Self.run(seed: 1, accuracies: [0.1], steps: nil, diverges: true)])
    #expect(alone.bestAccuracy == nil)
    #expect(alone.end == nil && alone.curve.count == 1 && alone.updates == 5 && alone.divergence == "diverged")
    let half = CompareSummary([
      Self.run(seed: 1, accuracies: [0.1, 0.5], steps: nil, diverges: true),
      Self.run(seed: 2, accuracies: [0.1, 0.4, 0.9], steps: 10),
    ])
    #expect(half.end == nil && half.updates == 10)
  }

  @Test("Steps that follow Smin (1 + Bcrit/B) give both back, and the share of perfect scaling")
  func scaling() throws {
    let sizes = [1, 4, 16, 64, 256, 1024]
    let scaling = BatchScaling(
      sizes.reversed().map { .init(batchSize: $0, steps: 100 * (1 + 50 / Double($0))) })
    #expect(scaling.measurements.map(\.batchSize) == sizes)
    #expect(abs(try #require(scaling.criticalBatchSize) - 50) < 1e-6)
    #expect(abs(try #require(scaling.leastSteps) - 100) < 1e-6)
    #expect(abs(try #require(scaling.fittedSteps(batchSize: 25)) - 300) < 1e-6)
    #expect(scaling.perfectSteps(batchSize: 10) == 510)
    #expect(scaling.efficiency(of: scaling.measurements[0]) == 1)
    // ln (5100 / 1350) / ln 4.
    #expect(abs(try #require(scaling.firstExponent) - 0.958769) < 1e-5)
    #expect(BatchScaling([scaling.measurements[0]]).firstExponent == nil)
    #expect(abs(scaling.efficiency(of: scaling.measurements[5]) - 5100 / 1024 / (100 + 5000 / 1024.0)) < 1e-9)
  }

  @Test("A critical batch size above the largest measured batch is extrapolated")
  func extrapolated() throws {
    func scaling(_ sizes: [Int]) -> BatchScaling {
      BatchScaling(sizes.map { .init(batchSize: $0, steps: 100 * (1 + 50 / Double($0))) })
    }
    let outside = scaling([1, 4, 16])
    // 51 · 100/16 over 412.5.
    #expect(abs(outside.efficiency(of: outside.largest) - 0.7727) < 1e-4)
    #expect(abs(try #require(outside.criticalBatchSize) - 50) < 1e-6 && outside.isExtrapolated)
    #expect(!scaling([1, 16, 64]).isExtrapolated)
  }

  @Test("Without curvature, or with two sizes, there is no critical batch size")
  func straight() {
    let straight = BatchScaling([1, 2, 4, 8].map { .init(batchSize: $0, steps: 800 / Double($0)) })
    #expect(straight.criticalBatchSize == nil && straight.leastSteps == nil && straight.isPerfect)
    // Whole steps of perfect scaling, of which rounding makes a curve.
    let rounded = BatchScaling(zip([4, 8, 16, 32], [447.0, 224, 112, 56]).map { .init(batchSize: $0, steps: $1) })
    #expect(rounded.criticalBatchSize == nil && rounded.isPerfect && !rounded.isExtrapolated)
    // Full saturation, and perfect scaling, in ranges too narrow to tell them apart.
    for steps in [[50.0, 50, 50], [60, 55, 50]] {
      let narrow = BatchScaling(zip([100, 110, 120], steps).map { .init(batchSize: $0, steps: $1) })
      #expect(narrow.efficiency(of: narrow.largest) > 0.8 && narrow.criticalBatchSize == nil && !narrow.isPerfect)
    }
    #expect(!BatchScaling([4, 8, 15].map { .init(batchSize: $0, steps: 600 / Double($0)) }).isPerfect)
    // Saturation with less than a step for an infinite batch is none that these steps can show.
    let few = BatchScaling(zip([1, 2, 4], [4.0, 2.9, 1.3]).map { .init(batchSize: $0, steps: $1) })
    #expect(few.criticalBatchSize == nil && !few.isPerfect)
    #expect(BatchScaling([.init(batchSize: 1, steps: 9), .init(batchSize: 2, steps: 8)]).criticalBatchSize == nil)
  }
}

@Suite("Medians")
struct MedianTests {
  @Test(
    "are the middle value or the mean of the two in the middle",
    arguments: [
      ([3, 1, 2], 2), ([4, 1, 3, 2], 2.5), ([5], 5), ([], nil), ([1, .infinity], .infinity), ([1, 2, .infinity], 2),
      ([1e308, 1.5e308], 1.25e308), ([-1e308, 1e308], 0),
      ([.leastNonzeroMagnitude, .leastNonzeroMagnitude], .leastNonzeroMagnitude),
      ([-.infinity, -1e308], -.infinity),
    ] as [([Double], Double?)])
  func middle(values: [Double], median: Double?) {
    #expect(values.median == median)
  }

  @Test("Medians of whole numbers are rounded, of any size")
  func whole() {
    #expect([1, 4].median == 3 && [7].median == 7 && [Int]().median == nil)
    #expect([Int.max, Int.max].median == .max && [Int.max, Int.max - 1].median == .max)
    #expect([.max, 0].median == 1 << 62)
    #expect([.min, Int.max].median == 0 && [5, 1, 9].median == 5 && [8, 1, 3, 2].median == 3)
  }
}
