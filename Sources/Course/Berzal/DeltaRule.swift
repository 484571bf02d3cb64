import Descent

/// One step of the delta rule, Δwᵢ = η xᵢ (t − y), worked out on a slide.
enum DeltaRule {
  static let exercise = CourseExercise(
    name: "berzal-delta-rule", document: .berzal,
    what: .init(
      "one step of the delta rule (regla delta) on the café's bill, and the estimate that gets worse",
      es: "un paso de la regla delta con la cuenta de la cafetería, y la estimación que empeora"),
    asks:
      .init(
        "A bill for coffee, juice and toast is paid every week. One week's total is 350 cents above the estimate, "
          + "with 50 cents for each item. The delta rule with η = 1/35 corrects the three prices. The slide shows "
          + "the corrections and the new error. It remarks that the estimate of the price of coffee got worse.",
        es: "Cada semana se paga una cuenta de café, zumo y tostadas. El total de una semana supera en 350 céntimos la "
          + "estimación, de 50 céntimos por artículo. La regla delta con η = 1/35 corrige los tres precios. La "
          + "diapositiva muestra las correcciones y el nuevo error. Observa que la estimación del precio del café "
          + "empeoró."),
    command:
      Cafe.command("--batch-size 1 --learning-rate 0.0285714 --steps 1"),
    table: Cafe.table([Cafe.week]),
    notes: [
      .init(
        "D-16: the quantities, the true prices and the total are in figures that the text lacks. x = (5, 2, 3) "
          + "follows from Δw, η and the residual, so the total is 850; prices of 50, 150 and 100 cents fit, and "
          + "coffee's true price must be below 75.",
        es: "D-16: las cantidades, los precios verdaderos y el total están en figuras que el texto perdió. x = "
          + "(5, 2, 3) se deduce de Δw, η y el residuo, así que el total es 850; los precios de 50, 150 y 100 "
          + "céntimos encajan, y el precio verdadero del café debe ser menor que 75."),
      .init(
        "The slides order café, zumo, tostadas; exchanged, the first two give Δ = (+20, +50, +30): the same "
          + "problem.",
        es: "Las diapositivas ordenan café, zumo, tostadas; si se intercambian los dos primeros resulta Δ = "
          + "(+20, +50, +30): el mismo problema."),
    ],
    expectations: [
      .init("dw0", "Δw of coffee (café), cents", es: "Δw del café, céntimos", 50, within: 1e-3, isPrinted: true),
      .init("dw1", "Δw of juice (zumo), cents", es: "Δw del zumo, céntimos", 20, within: 1e-3, isPrinted: true),
      .init("dw2", "Δw of toast (tostada), cents", es: "Δw de la tostada, céntimos", 30, within: 1e-3, isPrinted: true),
      .init(
        "residual0",
        "residual t − y before the step, cents",
        es: "residuo t − y antes del paso, céntimos", 350, within: 1e-3, isPrinted: true),
      .init(
        "residual1",
        "residual t − y after the step, cents",
        es: "residuo t − y después del paso, céntimos", -30, within: 1e-2, isPrinted: true),
      .init(
        "worse",
        "increase of the error of coffee's estimated price, cents",
        es: "aumento del error del precio estimado del café, céntimos", 50, within: 1e-3),
      .init(
        "better",
        "decrease of that of juice, cents",
        es: "disminución del error del zumo, céntimos", 20, within: 1e-3),
      .init("error0", "E = ½(t − y)² before the step", es: "E = ½(t − y)² antes del paso", 61250, within: 0.1),
      .init("error1", "E after the step", es: "E después del paso", 450, within: 0.5),
      .init(
        "plain0", "Δw of coffee, Double network", es: "Δw del café, red en doble precisión", 50, within: 1e-9,
        isPrinted: true),
      .init(
        "plain1", "Δw of juice, Double network", es: "Δw del zumo, red en doble precisión", 20, within: 1e-9,
        isPrinted: true),
      .init(
        "plain2",
        "Δw of toast, Double network",
        es: "Δw de la tostada, red en doble precisión", 30, within: 1e-9, isPrinted: true),
    ],
    compute: { _ in try compute() })

  private static func compute() throws -> ExerciseResult {
    let examples = Cafe.examples([Cafe.week])
    let topology = try Cafe.topology()
    let start = try Cafe.neuron()
    let path = try CourseDescent.path(
      topology, Parameters(start), training: Samples(examples), Cafe.configuration(eta: 1.0 / 35, batchSize: 1),
      steps: 1
    ).map { PlainNetwork(topology: topology, parameters: $0) }
    let plain = try Cafe.plainPath(examples, eta: 1.0 / 35, batchSize: 1, steps: 1)
    var result = ExerciseResult()
    var table = CourseTable(
      .init("Prices in cents", es: "Precios en céntimos"), ["", .coffee, .juice, .toast, "t − y"])
    for (network, label) in zip(
      path, [LocalizedText("estimate", es: "estimación"), .init("after the step", es: "después del paso")])
    {
      table.add(label, network.weights[0] + [residual(network, examples)])
    }
    result.tables = [table]
    result.figures = [
      figure(path), distances(path),
    ]
    for price in 0..<3 {
      result["dw\(price)"] = path[1].weights[0][price] - path[0].weights[0][price]
      result["plain\(price)"] = plain[1][price] - plain[0][price]
    }
    for step in 0...1 {
      result["residual\(step)"] = residual(path[step], examples)
      result["error\(step)"] = Cafe.error(path[step], examples)
    }
    func distance(_ step: Int, _ price: Int) -> Double { abs(path[step].weights[0][price] - Cafe.prices[price]) }
    result["worse"] = distance(1, 0) - distance(0, 0)
    result["better"] = distance(0, 1) - distance(1, 1)
    return result
  }

  /// Each price's distance to the true one, before and after the step.
  private static func distances(_ path: [PlainNetwork]) -> CourseFigure {
    .curves(
      .init("Distance from the true price", es: "Distancia al precio verdadero"),
      .init(
        "Cents between each estimate and its true price before (0) and after (1) one step of the delta rule "
          + "(regla delta): juice and toast improve; coffee was correct and becomes wrong.",
        es: "Céntimos entre cada estimación y su precio verdadero antes (0) y después (1) de un paso de la "
          + "regla delta: zumo y tostada mejoran; el café era correcto y deja de serlo."), x: .step, y: .cents,
      Cafe.Item.allCases.map { item in
        CourseFigure.Path(
          item.label, path.map { abs($0.weights[0][item.rawValue] - Cafe.prices[item.rawValue]) })
      })
  }

  /// The neuron before the step, and the step on its connections.
  private static func figure(_ path: [PlainNetwork]) -> CourseFigure {
    let (week, weights) = (Cafe.week, path[0].weights[0])
    let output = path[0].forward(week).output[0]
    let total = Cafe.total(week)
    let items = Cafe.Item.allCases.map { item in
      CourseFigure.Network.Unit(
        name: item.label, symbols: ["x", "w"], numbers: [week[item.rawValue], weights[item.rawValue]])
    }
    return CourseFigure(
      .init("The neuron and its first step", es: "La neurona y su primer paso"),
      .init(
        "Quantities x and estimated prices w of a week, its estimate y = Σ xᵢwᵢ and the total t, in cents. On the connections: "
          + "the correction Δwᵢ = η xᵢ (t − y), the largest for the item of which most was bought.",
        es:
          "Cantidades x y precios estimados w de una semana, su estimación y = Σ xᵢwᵢ y el total t, en céntimos. En las "
          + "conexiones: la corrección Δwᵢ = η xᵢ (t − y), la mayor para el artículo del que más se compró."),
      .network(
        .init(
          layers: [
            .init(name: .init("the week", es: "la semana"), units: items),
            .init(
              name: .init("linear neuron", es: "neurona lineal"),
              units: [
                .init(
                  name: .init("total", es: "total"), symbols: ["y", "t", "t − y"],
                  numbers: [output, total, total - output])
              ]),
          ], connection: "Δw", connections: [zip(weights, path[1].weights[0]).map { $1 - $0 }])))
  }

  private static func residual(_ network: PlainNetwork, _ examples: PlainExamples) -> Double {
    examples.targets[0][0] - network.forward(examples.inputs[0]).output[0]
  }
}
