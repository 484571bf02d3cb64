import Descent

/// Slow descent with correlated inputs, for which the ellipses of E are elongated.
enum CorrelatedInputs {
  static let exercise = CourseExercise(
    name: "berzal-correlated", document: .berzal,
    what: .init(
      "slow convergence with correlated inputs: 1739 steps instead of 49",
      es: "convergencia lenta con entradas correlacionadas: 1739 pasos en lugar de 49"),
    asks:
      .init(
        "If juice and toast are always ordered together, their prices are learned slowly: the ellipses of E "
          + "are long, and the gradient is almost perpendicular to the direction of the minimum.",
        es: "Si zumo y tostadas se piden siempre juntos, sus precios se aprenden despacio: las elipses de E "
          + "son alargadas y el gradiente es casi perpendicular a la dirección del mínimo."),
    command:
      Cafe.command("--batch-size full --learning-rate 0.0317464 --epochs 5000 --stop-loss 0.1666667"),
    table: Cafe.table(Cafe.correlatedWeeks),
    notes: [
      .init(
        "The slides have pictures only; the weeks are ours. η = 1/λ_max for both.",
        es: "Las diapositivas solo tienen dibujos; las semanas son nuestras. η = 1/λ_max en ambos casos.")
    ],
    expectations: [
      .init(
        "correlated.steps",
        "steps until E ≤ 1, juice and toast correlated (condition number 701)",
        es: "pasos hasta E ≤ 1, zumo y tostada correlacionados (número de condición 701)", 1739, within: 3),
      .init(
        "correlated.plain",
        "the same, Double network",
        es: "lo mismo, red en doble precisión", 1739, within: 0),
      .init(
        "usual.steps",
        "steps until E ≤ 1, the café's other six weeks (condition number 10)",
        es: "pasos hasta E ≤ 1, las otras seis semanas de la cafetería (número de condición 10)", 49, within: 0),
      .init("usual.plain", "the same, Double network", es: "lo mismo, red en doble precisión", 49, within: 0),
      .init(
        "correlated.error20",
        "E after 20 steps, correlated",
        es: "E tras 20 pasos, correlacionadas", 356.43016500990825, within: 0.5),
    ],
    compute: { _ in try compute() })

  private static func compute() throws -> ExerciseResult {
    var result = ExerciseResult()
    var errors: [CourseFigure.Path] = []
    var table = CourseTable(
      .init("E by steps, η = 1/λ_max", es: "E por pasos, η = 1/λ_max"), ["", "0", "10", "20", "40"])
    let usual = LocalizedText("usual", es: "habituales")
    let correlated = LocalizedText("correlated", es: "correlacionadas")
    for (name, label, weeks) in [
      ("usual", usual, Cafe.weeks), ("correlated", correlated, Cafe.correlatedWeeks),
    ] {
      let examples = Cafe.examples(weeks)
      let eta = 1 / Hessian(weeks).largestEigenvalue
      var configuration = Cafe.configuration(eta: eta, batchSize: 6, epochs: 5000)
      configuration.stop.loss = 1.0 / 6
      let run = try CourseDescent(
        Cafe.topology(), Parameters(Cafe.neuron()), training: Samples(examples), configuration)
      // The run ends after the step whose loss before the update is small enough, so the path to E ≤ 1 is one step shorter.
      configuration.stop = StopCriteria()
      let path = try CourseDescent.path(
        Cafe.topology(), Parameters(Cafe.neuron()), training: Samples(examples), configuration,
        steps: run.epochs.count - 1
      ).map(\.flat)
      result["\(name).steps"] = run.reason == .stopLoss ? Double(run.epochs.count - 1) : nil
      result["\(name).error20"] = 6 * run.losses[20]
      result["\(name).plain"] = try plainSteps(examples, eta: eta)
      table.add(label, [0, 10, 20, 40].map { 6 * run.losses[$0] })
      errors.append(CourseFigure.Path(label, run.losses.map { 6 * $0 }))
      result.figures.append(
        try surface(examples, path, isUsual: name == "usual"))
    }
    result.figures.append(
      .curves(
        .init("E by steps", es: "E por pasos"),
        .init("η = 1/λ_max for both, until E ≤ 1.", es: "η = 1/λ_max en ambos casos, hasta E ≤ 1."), x: .step, y: "E",
        errors, isLogarithmic: true))
    result.tables = [table]
    return result
  }

  private static func surface(
    _ examples: PlainExamples, _ path: [[Double]], isUsual: Bool
  ) throws -> CourseFigure {
    let title =
      isUsual
      ? LocalizedText("The usual weeks", es: "Las semanas habituales")
      : LocalizedText("Juice and toast together", es: "Zumo y tostadas juntos")
    let shape =
      isUsual
      ? LocalizedText("The ellipses are wide.", es: "Las elipses son anchas.")
      : LocalizedText(
        "With the two ordered together, E has a narrow valley.",
        es: "Cuando los dos se piden juntos, E tiene un valle estrecho.")
    let summary = LocalizedText(
      "Contours of E over the prices of juice and toast, with the price of coffee that minimizes E, and the "
        + "\(path.count - 1) steps of full-batch descent with η = 1/λ_max. ",
      es:
        "Curvas de nivel de E sobre los precios del zumo y de la tostada, con el café al precio que hace mínimo E, y los "
        + "\(path.count - 1) pasos de descenso de lote completo con η = 1/λ_max. ")
    return try CafeSurface(examples).figure(
      title, axes: (.juice, .toast), summary.followed(by: shape), paths: [(.batch, path)])
  }

  /// The number of steps of the Double network until E ≤ 1.
  private static func plainSteps(_ examples: PlainExamples, eta: Double) throws -> Double {
    var descent = PlainDescent(try Cafe.neuron())
    for step in 0..<5000 where descent.step(examples, learningRate: 6 * eta) * 6 <= 1 { return Double(step) }
    return .nan
  }
}
