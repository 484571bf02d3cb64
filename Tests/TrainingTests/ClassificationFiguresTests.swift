import Foundation
import JSON
import Networks
import Testing

@testable import Training

/// `Resources/classification-figures.json` is scikit-learn's, made by the script beside it.
@Suite("Figures of classifiers")
struct ClassificationFiguresTests {
  struct Case {
    var name: String
    var report: ClassificationReport
    var expected: JSONValue
  }

  static let cases: [Case] = {
    let url = TestData.root.appendingPathComponent("Tests/TrainingTests/Resources/classification-figures.json")
    guard let data = try? Data(contentsOf: url), case .array(let cases)? = try? JSONValue.parse(data) else { return [] }
    return cases.compactMap { json in
      guard case .array(let outputs)? = json["outputs"], case .array(let truth)? = json["truth"],
        let count = json["classes"]?.int, let name = json["name"]?.string
      else { return nil }
      let width = outputs.count / truth.count
      guard
        let topology = try? Topology(inputs: 1, hidden: [], outputs: width, output: width == 1 ? .sigmoid : .softmax)
      else { return nil }
      return Case(
        name: name,
        report: ClassificationReport(
          outputs: outputs.compactMap { $0.double.map { Float($0) } },
          classes: truth.compactMap { $0.int.map { Int32($0) } },
          labels: (0..<count).map(String.init), topology: topology), expected: json)
    }
  }()

  @Test("Figures of classifiers are scikit-learn's to 1e-9")
  func reference() {
    #expect(Self.cases.count == 8)
    for one in Self.cases {
      let figures: [(String, Double?)] = [
        ("roc_auc", one.report.rocAUC), ("average_precision", one.report.averagePrecision),
        ("balanced_accuracy", one.report.balancedAccuracy), ("matthews", one.report.matthews),
        ("expected_calibration_error", one.report.expectedCalibrationError),
      ]
      for (name, value) in figures {
        let expected = one.expected[name]?.double ?? .nan
        #expect(abs((value ?? .nan) - expected) < 1e-9, "\(one.name), \(name): \(value ?? .nan) for \(expected)")
      }
    }
  }

  @Test("Scores of any size and sign are ranked as by comparison, −0 as 0")
  func ranking() throws {
    var scores: [Float] = [
      0, -0.0, 1, -1, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude, .infinity,
    ]
    for index in 0..<300 { scores.append(Float((index * 7919 % 601) - 300) * 0x1p-7) }
    let samples = scores.enumerated().map { (score: $1, isPositive: $0 % 3 == 0) }
    let ranked = RankedScores(samples)
    let sorted = samples.sorted { $0.score > $1.score }
    #expect(ranked.count == sorted.count)
    for index in 1..<sorted.count {
      let isTie = sorted[index].score == sorted[index - 1].score
      #expect((ranked.score(index) == ranked.score(index - 1)) == isTie, "\(index)")
    }
    for score in Set(sorted.map(\.score)) {
      let range = sorted.firstIndex { $0.score == score }!...sorted.lastIndex { $0.score == score }!
      #expect(range.count { ranked.isPositive($0) } == range.count { sorted[$0].isPositive }, "\(score)")
    }
  }

  private static func report(_ scores: [Float], _ truth: [Int32]) throws -> ClassificationReport {
    ClassificationReport(
      outputs: scores, classes: truth, labels: ["no", "yes"],
      topology: try Topology(inputs: 1, hidden: [], outputs: 1, output: .sigmoid))
  }

  @Test("are missing if only one class occurs, or a score is NaN")
  func undefined() throws {
    for report in [
      try Self.report([0.2, 0.7], [1, 1]), try Self.report([0.2, .nan], [0, 1]), try Self.report([], []),
    ] {
      #expect(report.rocAUC == nil && report.averagePrecision == nil)
    }
    #expect(try Self.report([0.7, 0.7], [1, 1]).matthews == 0)
    #expect(try Self.report([0.2, 0.7], [1, 1]).balancedAccuracy == 0.5)
    #expect(try Self.report([], []).balancedAccuracy == nil)
  }

  @Test("take samples of one score together, and their curves go from no sample to all")
  func curve() throws {
    // Scores 0.9: yes; 0.5: yes, no; 0.1: no.
    let ranking = try #require(try Self.report([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0]).rankings.first)
    #expect(ranking.curve.map(\.recall) == [0, 0.5, 1, 1])
    #expect(ranking.curve.map(\.falsePositiveRate) == [0, 0, 0.5, 1])
    let precisions: [Double] = [1, 1, 2.0 / 3, 0.5]
    #expect(ranking.curve.map(\.precision) == precisions)
    #expect(ranking.rocAUC == 0.875)
    #expect(abs(ranking.averagePrecision - (0.5 + 0.5 * 2 / 3)) < 1e-15)
  }
}
