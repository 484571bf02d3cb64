import Charts
import Reports
import Testing
import Training

@testable import Commands

@Suite("Live curves of train")
struct LiveCurvesTests {
  private static func epochs(_ count: Int) -> [EpochMetrics] {
    (1...count).map { number in
      var epoch = EpochMetrics(
        epoch: number, steps: 938, seconds: 0.0247, trainLoss: 1 / Double(number), trainAccuracy: 0.9,
        samplesPerSecond: 2_430_000, learningRate: 0.1, gradientNorm: 1)
      (epoch.testLoss, epoch.testAccuracy) = (1.1 / Double(number), 0.94)
      return epoch
    }
  }

  private static let terminal = Terminal(descriptor: 2, isInteractive: true, hasColor: true, hasUnicode: true)

  @Test(
    "are drawn only in a window of 120 columns and 30 rows or more, from the second epoch on",
    arguments: [
      (80, 24, 5, false), (119, 40, 5, false), (120, 29, 5, false), (120, 40, 1, false), (120, 40, 2, true),
      (200, 50, 2000, true),
    ])
  func size(width: Int, height: Int, epochs: Int, isDrawn: Bool) {
    let curves = LiveCurves(Self.terminal)
    for epoch in Self.epochs(epochs) { curves.add(epoch) }
    let lines = curves.lines(width: width, height: height)
    #expect(lines.isEmpty != isDrawn && lines.count < 16)
    let texts = lines.map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") }
    #expect(texts.allSatisfy { $0.count < width })
    guard isDrawn else { return }
    for word in ["loss", "accuracy", "train", "test"] { #expect(texts.contains { $0.contains(word) }, "\(word)") }
  }

  @Test("are those of the epochs: loss and accuracy of the parts that were measured")
  func points() {
    let epochs = Self.epochs(3)
    let charts = LiveCurves.charts(epochs)
    #expect(charts.map(\.title) == ["loss", "accuracy"])
    #expect(charts[0].series.map(\.name) == ["train", "test"])
    #expect(charts[0].series[1].points == epochs.map { Point(Double($0.epoch), $0.testLoss ?? .nan) })
  }
}
