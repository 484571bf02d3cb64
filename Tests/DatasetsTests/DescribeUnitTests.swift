import Files
import Testing

@testable import Datasets
@testable import Readers

@Suite("Describing large numbers with small differences")
struct DescribeUnitTests {
  private struct Expected {
    var minimum: Double
    var maximum: Double
    var mean: Double
    var deviation: Double

    init(_ values: [Double]) {
      (minimum, maximum) = (values.min() ?? 0, values.max() ?? 0)
      let first = values[0]
      let mean = first + values.reduce(0) { $0 + ($1 - first) } / Double(values.count)
      self.mean = mean
      deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
  }

  private static let seconds = (0..<200).map { 1_700_000_000 + Double($0) }
  private static let fractions = (0..<200).map { 1_000_000 + Double($0 * 37 % 200) / 1024 }
  private static let targets = (0..<200).map { 1_700_000_000 + Double($0 * 73 % 200) / 64 }

  private static func description(_ change: (inout DataOptions) -> Void) throws -> DatasetDescription {
    let folder = try ScratchFolder()
    let lines = seconds.indices.map { "\(seconds[$0]),\(fractions[$0]),\(targets[$0])\n" }
    let path = try folder.write("t.csv", Array(("time,f,t\n" + lines.joined()).utf8))
    try folder.write("test.csv", Array(("time,f,t\n" + lines.prefix(50).joined()).utf8))
    var options = DataOptions()
    options.targets = 1
    options.testFile = folder.file("test.csv")
    change(&options)
    let (first, test) = try DataLoader(source: DataSource(path), options: options).loadSplits(describes: true)
    var splits = [(name: "train", samples: first.samples)]
    if let test { splits.append((name: "test", samples: test)) }
    var description = DatasetDescription(source: "t.csv", splits: splits, moments: first.moments)
    description.columns = first.preprocessing.columns
    description.targetNames = first.targetNames
    return description
  }

  private func expect(
    _ spread: SplitDescription.Spread, _ values: [Double], _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let expected = Expected(values)
    #expect(abs(spread.deviation / expected.deviation - 1) < 1e-5, "\(name): \(spread)", sourceLocation: sourceLocation)
    for (got, level) in [
      (spread.minimum, expected.minimum), (spread.maximum, expected.maximum), (spread.mean, expected.mean),
    ] {
      #expect(
        abs(got - level) < 1e-5 * expected.deviation, "\(name): \(got), expected \(level)",
        sourceLocation: sourceLocation)
    }
  }

  @Test("Columns and targets have the deviations of the file, standardized or not", arguments: [nil, false, true])
  func deviations(standardize: Bool?) throws {
    let description = try Self.description { $0.standardize = standardize }
    for (split, count) in zip(description.splits, [200, 50]) {
      let figures = split.figures
      #expect(figures.constantFeatures == 0 && figures.density == 1)
      expect(figures.columns[0], Array(Self.seconds.prefix(count)), "\(split.name): time")
      expect(figures.columns[1], Array(Self.fractions.prefix(count)), "\(split.name): f")
      #expect(
        figures.stored.maximum == Self.seconds[count - 1]
          && figures.stored.minimum == Self.fractions.prefix(count).min())
      guard case .values(let outputs) = figures.answers, outputs.count == 1 else {
        Issue.record("there is one output, got \(figures.answers)")
        return
      }
      expect(outputs[0], Array(Self.targets.prefix(count)), "\(split.name): t")
    }
  }

  @Test("The text has the digits in which such numbers differ, also for targets of samples")
  func text() throws {
    let text = try Self.description { _ in }.text()
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let time = lines.first { $0.first == "time" }
    #expect(time?[1] == "1700000000" && time?[2] == "1700000199", "\(text)")
    let column = lines.first { $0.first == "f" }
    #expect(column?[1] == "1000000" && column?[2] == "1000000.194" && column?[4] == "0.056381", "\(text)")
    let output = lines.first { $0.first == "t" && $0.dropFirst().first == "train" }
    #expect(output?[2] == "1700000000" && output?[3] == "1700000003.11", "\(text)")
    #expect(text.contains("1700000001.14"), "the second sample's target: \(text)")
  }

  @Test("Ordinary numbers keep five digits")
  func ordinary() {
    let spread = SplitDescription.Spread(minimum: 1234.5678, maximum: 1300, mean: 1250.123456, deviation: 20.123456)
    #expect(DatasetDescription.cells(spread) == ["1234.6", "1300", "1250.1", "20.123"])
    let constant = SplitDescription.Spread(minimum: 0.1, maximum: 0.1, mean: 0.1, deviation: 0)
    #expect(DatasetDescription.cells(constant) == ["0.1", "0.1", "0.1", "0"])
  }
}
