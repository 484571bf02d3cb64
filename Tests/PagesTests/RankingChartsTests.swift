import Charts
import Networks
import Testing
import Training

@testable import Pages

@Suite("ROC and precision–recall curves")
struct RankingChartsTests {
  /// The precision–recall curve and the ROC curve of a ranking, the highest score first, without ties.
  private static func curves(_ ranking: [Bool]) -> [[Point]] {
    let positives = ranking.count { $0 }
    var (found, others) = (0, 0)
    var (precision, receiver) = ([Point(0, 1)], [Point(0, 0)])
    for isPositive in ranking {
      if isPositive { found += 1 } else { others += 1 }
      let recall = Double(found) / Double(positives)
      precision.append(Point(recall, Double(found) / Double(found + others)))
      receiver.append(Point(Double(others) / Double(ranking.count - positives), recall))
    }
    return [precision, receiver]
  }

  /// The distance of a point from the nearest segment of a line.
  private static func distance(_ point: Point, from line: [Point]) -> Double {
    zip(line, line.dropFirst()).map { start, end in
      let (x, y) = (end.x - start.x, end.y - start.y)
      let length = x * x + y * y
      let along = length > 0 ? ((point.x - start.x) * x + (point.y - start.y) * y) / length : 0
      let part = min(max(along, 0), 1)
      let (dx, dy) = (point.x - start.x - part * x, point.y - start.y - part * y)
      return (dx * dx + dy * dy).squareRoot()
    }.min() ?? .infinity
  }

  /// Rankings of 10,000 samples: 20 positive ones first, 20 last, and 20 and 3,000 among random scores that favor them.
  private static let rankings: [[Bool]] = {
    let rare = (0..<10_000).map { $0 < 20 }
    let noisy = [20, 3000].map { positives -> [Bool] in
      // Scores in a disordered order: multiples of a number modulo a prime.
      let scores = (0..<10_000).map { sample -> Int in
        let score = (sample + 1) * 7919 % 10_007
        return sample < positives ? score + 4003 : score
      }
      return scores.indices.sorted { scores[$0] > scores[$1] }.map { $0 < positives }
    }
    return [rare, rare.reversed()] + noisy
  }()

  @Test("keep their shape, also for a rare class, with few points", arguments: rankings.indices)
  func shape(index: Int) {
    for curve in Self.curves(Self.rankings[index]) {
      let line = RankingCharts.thinned(curve)
      #expect(line.count <= 1000 && line.first == curve.first && line.last == curve.last, "\(line.count) points")
      // Every tenth sample, and all at the beginning, where precision changes fastest.
      let far = curve.indices.filter { $0 < 200 || $0.isMultiple(of: 10) }
        .max { Self.distance(curve[$0], from: line) < Self.distance(curve[$1], from: line) }
      let worst = far.map { Self.distance(curve[$0], from: line) } ?? .infinity
      #expect(worst <= 2.0.squareRoot() * RankingFigures.resolution, "\(worst) at sample \(far ?? 0)")
    }
  }

  @Test("of figures that keep few points are those of all points", arguments: rankings.indices)
  func kept(index: Int) throws {
    let ranking = Self.rankings[index]
    let report = ClassificationReport(
      outputs: ranking.indices.map { 1 - Float($0) / Float(ranking.count) }, classes: ranking.map { $0 ? 1 : 0 },
      labels: ["no", "yes"], topology: try Topology(inputs: 1, hidden: [], outputs: 1, output: .sigmoid))
    let figures = try #require(report.rankings.first)
    #expect(figures.curve.count <= 3000, "\(figures.curve.count) of \(ranking.count) points")
    let all = Self.curves(ranking)
    let precision = figures.curve.map { Point($0.recall, $0.precision) }
    #expect(RankingCharts.thinned(precision) == RankingCharts.thinned(all[0]))
    let receiver = figures.curve.map { Point($0.falsePositiveRate, $0.recall) }
    #expect(RankingCharts.thinned(receiver) == RankingCharts.thinned(all[1]))
  }

  @Test("of a perfect ranking of a rare class have precision 1 at every recall")
  func perfect() {
    let line = RankingCharts.thinned(Self.curves(Self.rankings[0])[0])
    #expect(line.filter { $0.y == 1 }.map(\.x) == (0...20).map { Double($0) / 20 })
  }
}
