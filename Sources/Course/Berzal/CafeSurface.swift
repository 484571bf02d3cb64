import Descent

/// The café's error as a function of two of its three prices, with the optimal third price.
struct CafeSurface {
  private let examples: PlainExamples

  /// - Parameter examples: weeks with their totals.
  init(_ examples: PlainExamples) { self.examples = examples }

  /// The contours of E in a region that contains the paths and the true prices.
  ///
  /// - Parameters:
  ///   - axes: the two prices of the axes.
  ///   - paths: the three prices after each step of a run.
  func figure(
    _ title: LocalizedText, axes: (Cafe.Item, Cafe.Item), _ summary: LocalizedText,
    paths: [(name: LocalizedText, prices: [[Double]])]
  ) throws -> CourseFigure {
    let positions = paths.map { path in
      CourseFigure.Path(
        path.name, path.prices.map { CourseFigure.Position($0[axes.0.rawValue], $0[axes.1.rawValue]) })
    }
    let minimum = CourseFigure.Path(
      .init("true prices", es: "precios verdaderos"),
      [CourseFigure.Position(Cafe.prices[axes.0.rawValue], Cafe.prices[axes.1.rawValue])])
    let all = (positions + [minimum]).flatMap(\.positions)
    let grid = try CourseFigure.Grid(x: Self.range(all.map(\.x)), y: Self.range(all.map(\.y))) { x, y in
      try least(axes, x, y)
    }
    return CourseFigure(
      title, summary,
      .surface(.init(x: axes.0.axis, y: axes.1.axis, height: "E", grid: grid, paths: positions, marks: [minimum])))
  }

  /// E at two given prices, with the third price that minimizes it.
  private func least(_ axes: (Cafe.Item, Cafe.Item), _ x: Double, _ y: Double) throws -> Double {
    let third = 3 - axes.0.rawValue - axes.1.rawValue
    var prices = [0.0, 0, 0]
    prices[axes.0.rawValue] = x
    prices[axes.1.rawValue] = y
    let residuals = zip(examples.inputs, examples.targets).map { week, total in
      total[0] - dot(week, prices)
    }
    let quantities = examples.inputs.map { $0[third] }
    prices[third] = dot(quantities, residuals) / dot(quantities, quantities)
    return Cafe.error(try Cafe.neuron(prices), examples)
  }

  /// A range that contains all values, with a margin.
  private static func range(_ values: [Double]) -> ClosedRange<Double> {
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let margin = max(0.15 * (high - low), 5)
    return (low - margin)...(high + margin)
  }
}
