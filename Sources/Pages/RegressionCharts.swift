import Charts
import Datasets
import Reports

/// The charts of a split with numeric targets.
enum RegressionCharts {
  /// The largest number of outputs that have a chart each.
  private static let maximumOutputs = 4
  /// The largest number of points in a scatter chart, beyond which they only overlap.
  private static let maximumPoints = 500

  static func all(_ result: SplitResult) -> [any Chart] {
    guard case .values(let targets, let width) = result.samples.targets, width > 0 else { return [] }
    return (0..<min(width, maximumOutputs)).flatMap { column -> [any Chart] in
      let origin = result.samples.targetOrigins?[column] ?? 0
      let pairs = (0..<result.samples.count).map { row in
        (
          target: origin + Double(targets[row * width + column]),
          output: origin + Double(result.outputs[row * width + column])
        )
      }
      let name = width == 1 ? "" : ", " + (result.targetNames?[column] ?? "output \(column)")
      return [scatter(pairs, name, result.name), errors(pairs, name, result.name)]
    }
  }

  private static func scatter(
    _ pairs: [(target: Double, output: Double)], _ name: String, _ split: String
  ) -> any Chart {
    let every = max(1, (pairs.count + maximumPoints - 1) / maximumPoints)
    let points = stride(from: 0, to: pairs.count, by: every).map { Point(pairs[$0].target, pairs[$0].output) }
    let targets = pairs.map(\.target).filter(\.isFinite)
    let ends = [targets.min(), targets.max()].compactMap { $0 }
    return LineChart(
      "Output against target" + name,
      summary: "Samples of the \(split) split" + (every > 1 ? ", one in \(every)" : "")
        + "; on the dotted line output and target are equal.",
      x: Axis("target"), y: Axis("output"),
      series: [
        Series("samples", points, style: .scatter),
        Series("agreement", ends.map { Point($0, $0) }, style: .reference),
      ])
  }

  /// A histogram of residuals, in intervals of a round width with one of them around zero.
  private static func errors(
    _ pairs: [(target: Double, output: Double)], _ name: String, _ split: String
  ) -> any Chart {
    let errors = pairs.map { $0.output - $0.target }.filter(\.isFinite)
    let largest = errors.map(abs).max() ?? 0
    let step = roundStep(largest > 0 ? largest / 6 : 1)
    let reach = Int((largest / step).rounded())
    var counts = [Double](repeating: 0, count: 2 * reach + 1)
    for error in errors { counts[min(max(Int((error / step).rounded()) + reach, 0), 2 * reach)] += 1 }
    let categories = (-reach...reach).map { position in
      (position < 0 ? "−" : "") + NumberText.headline(Double(abs(position)) * step)
    }
    return BarChart(
      "Errors" + name,
      summary: "Residuals (output minus target) of the \(split) split, in intervals of width "
        + "\(NumberText.headline(step)) centered at the values beside the bars.",
      categories: categories, axis: Axis("samples", .count), series: [.init("", counts)])
  }

  /// The smallest of 1, 2 and 5 times a power of ten that is at least `rough`.
  private static func roundStep(_ rough: Double) -> Double {
    var power = 1.0
    while power < rough { power *= 10 }
    while power / 10 >= rough, power > 1e-60 { power /= 10 }
    return [power / 5, power / 2].first { $0 >= rough } ?? power
  }
}
