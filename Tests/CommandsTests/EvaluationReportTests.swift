import JSON
import Networks
import Testing

@testable import Commands
@testable import Training

@Suite("The output of evaluate")
struct EvaluationReportTests {
  private static func matrix(_ counts: [[Int]]) -> ConfusionMatrix {
    let answers = counts.enumerated().flatMap { truth, row in
      row.enumerated().flatMap { predicted, count in
        [(truth: Int, predicted: Int)](repeating: (truth, predicted), count: count)
      }
    }
    return ConfusionMatrix(classes: counts.count, answers: answers)
  }

  /// A sample for each of these classes, each given class 0.
  private static func report(classes: Int, truths: [Int32]) throws -> EvaluationReport {
    let outputs = truths.flatMap { _ in [1] + [Float](repeating: 0, count: classes - 1) }
    let topology = try Topology(inputs: 1, hidden: [], outputs: classes, output: .softmax)
    return EvaluationReport(
      evaluation: Evaluation(samples: truths.count, loss: 1, accuracy: 0),
      classes: ClassificationReport(
        outputs: outputs, classes: truths, labels: (0..<classes).map(String.init), topology: topology))
  }

  @Test("The confusion matrix shows zeros as points")
  func points() {
    let text = ConfusionTable.text(Self.matrix([[5, 0], [12, 100]]), labels: ["cat", "dog"], width: 80)
    let saved = """
      true \\ predicted  cat  dog
      cat                 5    ·
      dog                12  100

      """
    #expect(text == saved)
  }

  @Test("The matrix is printed if it fits the width, with shortened labels if that helps")
  func width() {
    func text(_ width: Int) -> String {
      ConfusionTable.text(Self.matrix([[5, 0], [12, 100]]), labels: ["a long label", "猫"], width: width)
    }
    let lines = { (text: String) in text.split(separator: "\n").map(String.init) }
    for (width, heading) in [
      (35, "  a long label   猫"), (34, "  a long …   猫"), (30, "  a lon…   猫"), (27, "  a l…   猫"),
    ] {
      #expect(lines(text(width))[0] == "true \\ predicted" + heading, "\(width)")
    }
    #expect(lines(text(26))[0] == "true  predicted     samples")
  }

  @Test("If the matrix is too wide, the most frequent errors are listed")
  func mistakes() {
    let classes = 30
    var counts = (0..<classes).map { row in (0..<classes).map { $0 == row ? 1000 : 0 } }
    counts[3][5] = 7
    counts[4][9] = 9
    counts[4][1] = 7
    let text = ConfusionTable.text(Self.matrix(counts), labels: (0..<classes).map(String.init), width: 80)
    let saved = """
      true  predicted  samples
      4     9                9
      3     5                7
      4     1                7

      """
    #expect(text == saved)
  }

  @Test("With thousands of classes no matrix is built to check the width")
  func manyClasses() throws {
    let report = try Self.report(classes: 3000, truths: [0, 1, 2999])
    let seconds = ProcessorTime.seconds {
      #expect(report.text(width: 100).hasSuffix("2999  0                1\n"))
    }
    #expect(seconds < 12)
  }

  @Test("JSON has the whole matrix up to 4096 classes, and null beyond")
  func json() throws {
    let three = try Self.report(classes: 3, truths: [0, 2, 2])
    #expect(three.json["confusion"]?.text == "[[1,0,0],[0,0,0],[2,0,0]]")
    let many = try Self.report(classes: 4097, truths: [0, 4096])
    // Compared outside the macro, which would write seventeen million numbers of a matrix into its message.
    let isNull = many.json["confusion"] == .null
    #expect(isNull)
    #expect(many.json["classes"]?.text.hasSuffix(#","support":1}]"#) == true)
  }
}
