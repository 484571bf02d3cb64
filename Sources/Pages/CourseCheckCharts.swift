import Charts
import Course
import Reports

/// Charts of the agreement with the course documents: two for any set of exercises.
struct CourseCheckCharts {
  let language: CourseLanguage

  private func text(_ english: String, es spanish: String) -> String { LocalizedText(english, es: spanish)[language] }

  /// The numbers of agreeing and disagreeing checks of each of several exercises.
  func counts(_ results: [CourseResult]) -> any Chart {
    func values(_ count: (CourseResult) -> Int) -> [Double] { results.map { Double(count($0)) } }
    let agreeing = text("agree", es: "coinciden")
    let series = [
      BarChart.Series(agreeing, values { $0.outcome.checks.count(where: \.agrees) }, color: 0),
      BarChart.Series(
        text("disagree", es: "difieren"), values { $0.outcome.checks.count { !$0.agrees } }, color: 1),
      BarChart.Series(
        text("not run", es: "sin ejecutar"),
        values { $0.outcome.skipped == nil ? 0 : $0.exercise.expectations.count }, color: 7),
    ].filter { $0.values.contains { $0 > 0 } }
    var chart = BarChart(
      text("Checks", es: "Comprobaciones"),
      summary: text(
        "The number of checks of each exercise, and how many agree.",
        es: "El número de comprobaciones de cada ejercicio, y cuántas coinciden."),
      categories: results.map(\.exercise.name), axis: Axis(text("checks", es: "comprobaciones"), .count), series: series
    )
    // Without a legend, exercises that were not run would look like agreeing ones.
    chart.namesSingleSeries = series.contains { $0.name != agreeing }
    return chart
  }

  /// The largest difference of each exercise, relative to its check's tolerance.
  func largest(_ results: [CourseResult]) -> any Chart {
    let parts = results.enumerated().compactMap { index, result -> Part? in
      guard result.outcome.skipped == nil else { return nil }
      let largest = result.outcome.checks.map(\.partOfTolerance).max { Self.isLess($0, $1) } ?? .nan
      return Part(position: index + 1, value: largest)
    }
    return differences(
      text("Largest difference per exercise", es: "Mayor diferencia por ejercicio"), parts,
      of: text("exercise, in the order of this report", es: "ejercicio, en el orden de este informe"))
  }

  /// The difference of each check, relative to its tolerance.
  func differences(_ checks: [CourseCheck]) -> any Chart {
    differences(
      text("Differences from the expected numbers", es: "Diferencias respecto de los números esperados"),
      checks.enumerated().map { Part(position: $0.offset + 1, value: $0.element.partOfTolerance) },
      of: text("check, in the table's order", es: "comprobación, en el orden de la tabla"))
  }

  /// The tolerances of an exercise's checks, whether run or not.
  func tolerances(_ exercise: CourseExercise) -> any Chart {
    let points = exercise.expectations.enumerated().compactMap { index, expectation -> Point? in
      let part = expectation.tolerance / abs(expectation.expected)
      return part.isFinite && part > 0 ? Point(Double(index + 1), part) : nil
    }
    let exact = exercise.expectations.count { $0.tolerance == 0 }
    let zero = exercise.expectations.count { $0.tolerance > 0 && $0.expected == 0 }
    var words = text(
      "The relative tolerance of each check, in the table's order.",
      es: "La tolerancia relativa de cada comprobación, en el orden de la tabla.")
    if exact > 0 {
      words += text(
        " Of the \(exercise.expectations.count), \(exact) must agree exactly.",
        es: " De las \(exercise.expectations.count), \(exact) deben coincidir exactamente.")
    }
    if zero > 0 {
      words += text(
        " For \(zero), the expected value is zero: their absolute tolerance is not drawn.",
        es: " En \(zero), el valor esperado es cero: su tolerancia absoluta no se dibuja.")
    }
    return LineChart(
      text("Relative tolerances", es: "Tolerancias relativas"), summary: words,
      x: Axis(
        text("check", es: "comprobación"), .count, domain: 0...Double(exercise.expectations.count + 1)),
      y: Axis(text("tolerance / number", es: "tolerancia / número"), scale: .logarithmic),
      series: [Series(text("checks", es: "comprobaciones"), points, style: .scatter)])
  }

  /// A difference relative to its tolerance, at a position of the horizontal axis.
  private struct Part {
    var position: Int
    var value: Double
  }

  /// Smaller differences, also 0, are drawn at this multiple of the tolerance.
  private static let least = 1e-6
  /// Larger differences, also those of missing values, are drawn at this multiple of the tolerance.
  private static let most = 100.0

  /// Points on a logarithmic scale: most differences are a small fraction of their tolerance, and bars of them would be invisible.
  private func differences(_ title: String, _ parts: [Part], of positions: String) -> any Chart {
    func points(_ isIncluded: (Double) -> Bool) -> [Point] {
      parts.filter { isIncluded($0.value) }.map { part in
        let value = part.value.isFinite ? part.value : Self.most
        return Point(Double(part.position), min(max(value, Self.least), Self.most))
      }
    }
    let wrong = points { !($0 <= 1) }
    let last = Double(parts.map(\.position).max() ?? 0) + 1
    var series = [Series(text("agrees", es: "coincide"), points { $0 <= 1 }, style: .scatter, color: 0)]
    if !wrong.isEmpty { series.append(Series(text("disagrees", es: "difiere"), wrong, style: .scatter, color: 1)) }
    series.append(
      Series(text("tolerance", es: "tolerancia"), [Point(0, 1), Point(last, 1)], style: .reference, color: 7))
    return LineChart(
      title,
      summary: text(
        "Relative to the tolerance, on a logarithmic scale: at 1 the tolerance is used up. Points at the lower edge agree to a "
          + "millionth of the tolerance or exactly.",
        es:
          "Relativas a la tolerancia, en escala logarítmica: en 1 la tolerancia está agotada. Los puntos del borde inferior "
          + "coinciden hasta una millonésima de la tolerancia o exactamente.")
        + (wrong.isEmpty
          ? "" : text(" Points above 1 disagree.", es: " Los puntos por encima de 1 difieren.")),
      x: Axis(positions, .count, domain: 0...last),
      y: Axis(
        text("difference / tolerance", es: "diferencia / tolerancia"), scale: .logarithmic,
        domain: Self.least / 2...(wrong.isEmpty ? 2 : 2 * Self.most)),
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
