import Charts
import Datasets
import Reports

/// The charts of a split whose targets are values.
enum RegressionCharts {
  /// Outputs that get a chart of their own.
  private static let mostOutputs = 4
  /// Points of a scatter diagram; more only make it a blot.
  private static let mostPoints = 500
  private static let bins = 15

  static func all(_ result: SplitResult) -> [any Chart] {
    guard case .values(let targets, let width) = result.samples.targets, width > 0 else { return [] }
    return (0..<min(width, mostOutputs)).flatMap { column -> [any Chart] in
      let pairs = (0..<result.samples.count).map { row in
        (target: Double(targets[row * width + column]), output: Double(result.outputs[row * width + column]))
      }
      let name = width == 1 ? "" : ", output \(column)"
      return [scatter(pairs, name, result.name), errors(pairs, name, result.name)]
    }
  }

  private static func scatter(
    _ pairs: [(target: Double, output: Double)], _ name: String, _ split: String
  ) -> any Chart {
    let every = max(1, (pairs.count + mostPoints - 1) / mostPoints)
    let points = stride(from: 0, to: pairs.count, by: every).map { Point(pairs[$0].target, pairs[$0].output) }
    let targets = pairs.map(\.target).filter(\.isFinite)
    let ends = [targets.min(), targets.max()].compactMap { $0 }
    return LineChart(
      "Output against target" + name,
      summary: "Samples of the \(split) split" + (every > 1 ? ", one in \(every)" : "")
        + "; on the dotted line output and target agree.",
      x: Axis("target"), y: Axis("output"),
      series: [
        Series("samples", points, style: .scatter),
        Series("agreement", ends.map { Point($0, $0) }, style: .reference),
      ])
  }

  /// How many samples are off by how much.
  private static func errors(
    _ pairs: [(target: Double, output: Double)], _ name: String, _ split: String
  ) -> any Chart {
    let errors = pairs.map { $0.output - $0.target }.filter(\.isFinite)
    let largest = errors.map(abs).max() ?? 0
    let bounds = largest > 0 ? largest : 1
    var counts = [Double](repeating: 0, count: bins)
    for error in errors {
      counts[min(Int((error + bounds) / (2 * bounds) * Double(bins)), bins - 1)] += 1
    }
    let edges = (0...bins).map { -bounds + 2 * bounds * Double($0) / Double(bins) }
    // The middle bin is around zero, so that no sign hides in it.
    let categories = counts.indices.map { index in
      NumberText.significant(edges[index], 2) + " to " + NumberText.significant(edges[index + 1], 2)
    }
    return BarChart(
      "Errors" + name, summary: "How many samples of the \(split) split are off by how much: output less target.",
      categories: categories, axis: Axis("samples", .count), series: [.init("", counts)])
  }
}
