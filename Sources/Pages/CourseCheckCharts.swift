import Charts
import Course
import Reports

/// Charts of the agreement with the course documents: two for any set of exercises.
enum CourseCheckCharts {
  /// The numbers of agreeing and disagreeing checks of each of several exercises.
  static func counts(_ results: [CourseResult]) -> any Chart {
    func values(_ count: (CourseResult) -> Int) -> [Double] { results.map { Double(count($0)) } }
    let series = [
      BarChart.Series("agree", values { $0.outcome.checks.count(where: \.agrees) }, color: 0),
      BarChart.Series("disagree", values { $0.outcome.checks.count { !$0.agrees } }, color: 1),
      BarChart.Series("not run", values { $0.outcome.skipped == nil ? 0 : $0.exercise.expectations.count }, color: 7),
    ].filter { $0.values.contains { $0 > 0 } }
    return BarChart(
      "Checks",
      summary: "The number of values of each exercise that are compared with its document, and how many agree.",
      categories: results.map(\.exercise.name), axis: Axis("checks", .count), series: series)
  }

  /// The largest difference of each exercise, relative to its check's tolerance.
  static func largest(_ results: [CourseResult]) -> any Chart {
    let ran = results.filter { $0.outcome.skipped == nil }
    return differences(
      "Largest difference per exercise",
      ran.map { result in
        (result.exercise.name, result.outcome.checks.map(\.partOfTolerance).max { isLess($0, $1) } ?? .nan)
      })
  }

  /// The difference of each check, relative to its tolerance.
  static func differences(_ checks: [CourseCheck]) -> any Chart {
    let parts = checks.map { (name: $0.what, part: $0.partOfTolerance) }
    guard parts.count > mostBars else { return differences("Differences from the document", parts) }
    let largest = parts.sorted { isLess($1.part, $0.part) }.prefix(mostBars)
    return differences("Differences from the document: the \(mostBars) largest of \(parts.count)", Array(largest))
  }

  private static let mostBars = 24

  /// The tolerances of an exercise's checks, whether run or not.
  static func tolerances(_ exercise: CourseExercise) -> any Chart {
    let points = exercise.expectations.enumerated().compactMap { index, expectation -> Point? in
      let part = expectation.tolerance / abs(expectation.expected)
      return part.isFinite && part > 0 ? Point(Double(index + 1), part) : nil
    }
    let exact = exercise.expectations.count { $0.tolerance == 0 }
    let zero = exercise.expectations.count { $0.tolerance > 0 && $0.expected == 0 }
    var words = "The relative tolerance of each check, in the table's order."
    if exact > 0 { words += " Of the \(exercise.expectations.count), \(exact) must agree exactly." }
    if zero > 0 { words += " For \(zero), the expected value is zero: their absolute tolerance is not drawn." }
    return LineChart(
      "Relative tolerances", summary: words,
      x: Axis("check", .count, domain: 0...Double(exercise.expectations.count + 1)),
      y: Axis("tolerance / number", scale: .logarithmic), series: [Series("checks", points, style: .scatter)])
  }

  private static func differences(_ title: String, _ parts: [(name: String, part: Double)]) -> any Chart {
    let agree = parts.map { $0.part <= 1 ? $0.part : .nan }
    // A missing value has no difference; its bar has full length.
    let disagree = parts.map { $0.part <= 1 ? Double.nan : $0.part.isFinite ? $0.part : 2 }
    let isRight = !disagree.contains { !$0.isNaN }
    var series = [BarChart.Series("agrees", agree, color: 0)]
    if !isRight { series.append(BarChart.Series("disagrees", disagree, color: 1)) }
    return BarChart(
      title,
      summary: "Relative to the tolerance: 100 % is the tolerance; no bar is exact agreement."
        + (isRight ? "" : " Bars of checks that disagree are cut at 200 %."),
      categories: parts.map(\.name), axis: Axis("of the tolerance", .fraction, domain: 0...(isRight ? 1 : 2)),
      series: series)
  }

  /// An order in which NaN is greater than all numbers.
  private static func isLess(_ one: Double, _ other: Double) -> Bool {
    other.isNaN ? !one.isNaN : one < other
  }
}

extension CourseCheck {
  /// |got − expected| divided by the tolerance, 0 for exact agreement; not finite if there is no value.
  var partOfTolerance: Double {
    guard let got, got.isFinite else { return .nan }
    let difference = abs(got - expected)
    return difference == 0 ? 0 : difference / tolerance
  }
}
