import Networks
import Testing

@testable import Training

@Suite("Classification report")
struct ClassificationReportTests {
  private static func topology(outputs: Int, output: Activation = .softmax) throws -> Topology {
    try Topology(inputs: 1, hidden: [], outputs: outputs, output: output)
  }

  @Test("counts, quotients and means are those of the definitions")
  func figures() throws {
    // True 0: given 0, 0, 1. True 1: given 1. True 2: given 0, and 2 was never predicted.
    let outputs: [Float] = [
      0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.3, 0.5, 0.2, 0.1, 0.8, 0.1, 0.4, 0.3, 0.3,
    ]
    let report = try ClassificationReport(
      outputs: outputs, classes: [0, 0, 0, 1, 2], labels: ["a", "b", "c"], topology: Self.topology(outputs: 3))
    #expect(report.confusion.counts == [[2, 1, 0], [0, 1, 0], [1, 0, 0]])
    #expect(report.support == [3, 1, 1])
    #expect(report.classes.map(\.precision) == [2.0 / 3, 0.5, 0])
    #expect(report.classes.map(\.recall) == [2.0 / 3, 1, 0])
    let f1 = report.classes.map(\.f1)
    #expect(abs(f1[0] - 2.0 / 3) < 1e-15 && abs(f1[1] - 2.0 / 3) < 1e-15 && f1[2] == 0)
    #expect(abs(report.macro.precision - 7.0 / 18) < 1e-15)
    #expect(abs(report.weighted.recall - 0.6) < 1e-15)
    // The second of equals is the lowest: sample 4's is class 1, not its own.
    #expect(report.top2Accuracy == 0.8)
    // Every confidence has a bin of its own.
    let gaps = [0.3, 0.4, 0.5, 0.2, 0.4].reduce(0, +) / 5
    #expect(abs((report.expectedCalibrationError ?? 0) - gaps) < 1e-6)
  }

  @Test("the macro mean is over the classes that are true or predicted, as scikit-learn's")
  func macroOfOccurring() throws {
    // Of five classes, 0 is true and predicted, 1 true only, 3 predicted only; 2 and 4 do not occur.
    let predicted = [0, 0, 3, 0]
    let outputs = predicted.flatMap { answer in (0..<5).map { $0 == answer ? Float(1) : 0 } }
    let report = try ClassificationReport(
      outputs: outputs, classes: [0, 0, 0, 1], labels: ["a", "b", "c", "d", "e"], topology: Self.topology(outputs: 5))
    // precision_recall_fscore_support([0, 0, 0, 1], [0, 0, 3, 0], average="macro") of scikit-learn.
    let mean = report.macro
    #expect(
      abs(mean.precision - 2.0 / 9) < 1e-15 && abs(mean.recall - 2.0 / 9) < 1e-15 && abs(mean.f1 - 2.0 / 9) < 1e-15)
    #expect(abs(report.weighted.recall - 0.5) < 1e-15)
  }

  @Test("of very many classes only nonzero cells are stored, and the requested ones are reported")
  func manyClasses() throws {
    let classes = 70_000
    var outputs = [Float](repeating: 0, count: 4 * classes)
    for (sample, predicted) in [69_999, 5, 69_999, 0].enumerated() { outputs[sample * classes + predicted] = 1 }
    let report = try ClassificationReport(
      outputs: outputs, classes: [69_999, 69_999, 69_999, 7], labels: (0..<classes).map(String.init),
      topology: Self.topology(outputs: classes))
    #expect(
      report.confusion.cells == [
        .init(truth: 7, predicted: 0, count: 1), .init(truth: 69_999, predicted: 5, count: 1),
        .init(truth: 69_999, predicted: 69_999, count: 2),
      ])
    #expect(report.confusion.counts(of: [69_999, 5, 6]) == [[2, 1, 0], [0, 0, 0], [0, 0, 0]])
    #expect(report.support[69_999] == 3 && report.support[7] == 1 && report.support[0] == 0)
    #expect(report.classes[69_999] == .init(precision: 1, recall: 2.0 / 3, f1: 0.8))
  }

  @Test("a bin's confidence is set against its accuracy")
  func calibration() throws {
    // Four answers of 0.95, three of them right.
    let outputs = [Float](repeating: 0.95, count: 4)
    let report = try ClassificationReport(
      outputs: outputs, classes: [1, 1, 1, 0], labels: ["0", "1"], topology: Self.topology(outputs: 1, output: .sigmoid)
    )
    #expect(abs((report.expectedCalibrationError ?? 0) - 0.2) < 1e-6)
    #expect(report.confusion.counts == [[0, 1], [0, 3]] && report.top2Accuracy == 1)
    let identity = try ClassificationReport(
      outputs: [1, 2], classes: [1], labels: ["0", "1"], topology: Self.topology(outputs: 2, output: .identity))
    #expect(identity.expectedCalibrationError == nil)
  }
}
