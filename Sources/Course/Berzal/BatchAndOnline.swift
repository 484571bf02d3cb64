import Descent

/// Batch and online learning of the café's prices, as two paths on the same error surface.
enum BatchAndOnline {
  static let exercise = CourseExercise(
    name: "berzal-batch-online", document: .berzal,
    what: .init(
      "batch (por lotes) and online (stochastic) learning of the prices: both paths to the minimum",
      es: "aprendizaje por lotes (batch) y en línea (estocástico) de los precios: ambos caminos hacia el mínimo"),
    asks:
      .init(
        "The slides draw two paths over the ellipses of E: batch learning goes down across them, online "
          + "learning zigzags from one week's constraint to the next. Both end at the least-squares prices.",
        es: "Las diapositivas dibujan dos caminos sobre las elipses de E: el aprendizaje por lotes baja "
          + "cruzándolas, el aprendizaje en línea va en zigzag de la restricción de una semana a la de la "
          + "siguiente. Ambos acaban en los precios de mínimos cuadrados."),
    command: Cafe.command("--no-shuffle --batch-size full --learning-rate 0.048 --epochs 20"),
    table: Cafe.table(),
    notes: [
      .init(
        "The slides' weeks are in lost figures: these six, of which the first is that of the delta rule, are ours.",
        es: "Las semanas de las diapositivas están en figuras perdidas: estas seis, la primera la de la regla "
          + "delta, son nuestras."),
      .init(
        "E is ½ Σ over weeks; the command's loss is the mean, hence its learning rate of 6 · 0.008.",
        es: "E es ½ Σ sobre las semanas; la pérdida de la orden es la media, de ahí su tasa de aprendizaje de "
          + "6 · 0.008."),
    ],
    expectations: [
      .init(
        "batch1.coffee",
        "batch, η = 0.008: coffee after 1 step",
        es: "por lotes, η = 0.008: café tras 1 paso", 112.4, within: 1e-3),
      .init("batch1.juice", "batch: juice after 1 step", es: "por lotes: zumo tras 1 paso", 113.2, within: 1e-3),
      .init("batch1.toast", "batch: toast after 1 step", es: "por lotes: tostada tras 1 paso", 104.4, within: 1e-3),
      .init(
        "batch20.coffee", "batch: coffee after 20 steps", es: "por lotes: café tras 20 pasos", 51.56498380335073,
        within: 5e-3),
      .init(
        "batch20.juice", "batch: juice after 20 steps", es: "por lotes: zumo tras 20 pasos", 147.0981494359327,
        within: 5e-3),
      .init(
        "batch20.toast",
        "batch: toast after 20 steps",
        es: "por lotes: tostada tras 20 pasos", 100.9273116766852, within: 5e-3),
      .init(
        "batch20.error", "batch: E after 20 steps", es: "por lotes: E tras 20 pasos", 100.71584046989841, within: 0.05),
      .init(
        "batch.plain",
        "batch: E after 20 steps, Double network",
        es: "por lotes: E tras 20 pasos, red en doble precisión", 100.71584046989841, within: 1e-6),
      .init(
        "online1.error",
        "online, η = 0.02: E after 1 step",
        es: "en línea, η = 0.02: E tras 1 paso", 185967.5, within: 1),
      .init(
        "online5.error",
        "online: E after 5 steps, larger than after 4",
        es: "en línea: E tras 5 pasos, mayor que tras 4", 72053.73669613735, within: 1),
      .init(
        "online20.coffee",
        "online: coffee after 20 steps",
        es: "en línea: café tras 20 pasos", 59.51288872366574, within: 5e-3),
      .init(
        "online20.juice", "online: juice after 20 steps", es: "en línea: zumo tras 20 pasos", 140.6292940066976,
        within: 5e-3),
      .init(
        "online20.toast",
        "online: toast after 20 steps",
        es: "en línea: tostada tras 20 pasos", 101.14898851200083, within: 5e-3),
      .init(
        "online.plain",
        "online: E after 20 steps, Double network",
        es: "en línea: E tras 20 pasos, red en doble precisión", 2025.1707573309577, within: 1e-6),
      .init(
        "online.ups",
        "online: steps of 20 that increased E",
        es: "en línea: pasos, de 20, que aumentaron E", 9, within: 0),
      .init(
        "end.coffee",
        "least squares, reached by batch in 2000 steps: coffee",
        es: "mínimos cuadrados, alcanzados por lotes en 2000 pasos: café", 50, within: 1e-2),
      .init("end.juice", "least squares: juice", es: "mínimos cuadrados: zumo", 150, within: 1e-2),
      .init("end.toast", "least squares: toast", es: "mínimos cuadrados: tostada", 100, within: 1e-2),
    ],
    compute: { _ in try compute() })

  private static func compute() throws -> ExerciseResult {
    let examples = Cafe.examples(Cafe.weeks)
    let samples = Samples(examples)
    let topology = try Cafe.topology()
    let start = Parameters(try Cafe.neuron())
    var result = ExerciseResult()
    var paths: [(name: LocalizedText, prices: [[Double]], errors: [Double])] = []
    for (name, label, eta, batchSize) in [("batch", LocalizedText.batch, 0.008, 6), ("online", .online, 0.02, 1)] {
      let path = try CourseDescent.path(
        topology, start, training: samples, Cafe.configuration(eta: eta, batchSize: batchSize), steps: 20)
      let errors = try Cafe.errors(path, examples)
      var table = CourseTable(label.followed(by: ", η = \(eta)"), [.step, .coffee, .juice, .toast, "E"])
      for (step, parameters) in path.enumerated() {
        table.add("\(step)", parameters.flat + [errors[step]])
        for (price, item) in zip(parameters.flat, Cafe.Item.allCases) {
          result["\(name)\(step).\(item)"] = price
        }
        result["\(name)\(step).error"] = errors[step]
      }
      result.tables.append(table)
      paths.append((label, path.map(\.flat), errors))
      result["\(name).ups"] = Double(increases(errors))
      let plain = try Cafe.plainPath(examples, eta: eta, batchSize: batchSize, steps: 20)
      result["\(name).plain"] = Cafe.error(try Cafe.neuron(plain[20]), examples)
    }
    let end = try CourseDescent(
      topology, start, training: samples, Cafe.configuration(eta: 0.008, batchSize: 6, epochs: 2000))
    for (price, item) in zip(end.parameters.flat, Cafe.Item.allCases) { result["end.\(item)"] = price }
    result.figures = try figures(paths, examples)
    return result
  }

  private static func figures(
    _ paths: [(name: LocalizedText, prices: [[Double]], errors: [Double])], _ examples: PlainExamples
  ) throws -> [CourseFigure] {
    [
      try CafeSurface(examples).figure(
        .init("The error surface and two paths of descent", es: "La superficie de error y dos caminos de descenso"),
        axes: (.coffee, .juice),
        .init(
          "Contours of E over the prices of coffee and juice, with the price of toast that minimizes E; both "
            + "paths begin at 50 cents each. Batch learning (por lotes) goes down across the ellipses, online learning "
            + "zigzags from week to week.",
          es: "Curvas de nivel de E sobre los precios del café y del zumo, con la tostada al precio que hace "
            + "mínimo E; ambos caminos empiezan en 50 céntimos por artículo. El aprendizaje por lotes baja "
            + "cruzando las elipses, el aprendizaje en línea va en zigzag de semana en semana."),
        paths: paths.map { ($0.name, $0.prices) }),
      .curves(
        .init("E after each step", es: "E después de cada paso"),
        .init(
          "Batch learning lowers E in every step, online learning does not.",
          es: "El aprendizaje por lotes reduce E en cada paso, el aprendizaje en línea no."), x: .step, y: "E",
        paths.map { CourseFigure.Path($0.name, $0.errors) }, isLogarithmic: true),
    ]
  }
}
