import Descent

/// The upper bound of the learning rate: 2/λ_max, λ_max the largest eigenvalue of the Hessian XᵀX.
enum LearningRateLimit {
  static let exercise = CourseExercise(
    name: "berzal-learning-rate", document: .berzal,
    what: .init(
      "the learning rate's (tasa de aprendizaje) limit 2/λ_max, and divergence beyond it",
      es: "el límite 2/λ_max de la tasa de aprendizaje, y la divergencia más allá de él"),
    asks:
      .init(
        "Too large a learning rate overshoots the minimum; a small enough one converges. For the quadratic E "
          + "the bound is known: batch descent converges below η = 2/λ_max and diverges above.",
        es: "Una tasa de aprendizaje demasiado grande se pasa del mínimo; una lo bastante pequeña converge. "
          + "Para E cuadrática se conoce la cota: el descenso por lotes converge por debajo de η = 2/λ_max y "
          + "diverge por encima."),
    command: Cafe.command("--batch-size full --learning-rate 0.0756501 --epochs 20"),
    table: Cafe.table(),
    expectations: [
      .init("limit", "2/λ_max of the six weeks", es: "2/λ_max de las seis semanas", 0.012007951681675726, within: 1e-9),
      .init(
        "above.error20",
        "η = 1.05 · 2/λ_max: E after 20 steps",
        es: "η = 1.05 · 2/λ_max: E tras 20 pasos", 22676961.909332138, within: 2000),
      .init(
        "above.growth",
        "steps of 20 in which E grew",
        es: "pasos, de 20, en los que E creció", 20, within: 0),
      .init(
        "above.plain",
        "η = 1.05 · 2/λ_max: E after 20 steps, Double network",
        es: "η = 1.05 · 2/λ_max: E tras 20 pasos, red en doble precisión", 22676961.909332138, within: 1e-3),
      .init(
        "below.end",
        "η = 0.95 · 2/λ_max: E after 400 steps",
        es: "η = 0.95 · 2/λ_max: E tras 400 pasos", 0, within: 1e-3),
      .init(
        "below.growth",
        "η = 0.95 · 2/λ_max: steps of the first 100 in which E grew",
        es: "η = 0.95 · 2/λ_max: pasos, de los primeros 100, en los que E creció", 0, within: 0),
      .init(
        "diverged",
        "η = 20 · 2/λ_max: 1 if the trainer reports divergence",
        es: "η = 20 · 2/λ_max: 1 si el entrenador informa de divergencia", 1, within: 0),
    ],
    compute: { _ in try compute() })

  private static func compute() throws -> ExerciseResult {
    let examples = Cafe.examples(Cafe.weeks)
    let samples = Samples(examples)
    let topology = try Cafe.topology()
    let start = Parameters(try Cafe.neuron())
    let limit = 2 / Hessian(examples.inputs).largestEigenvalue
    var result = ExerciseResult()
    result["limit"] = limit
    func errors(_ factor: Double, epochs: Int) throws -> [Double] {
      try CourseDescent(
        topology, start, training: samples, Cafe.configuration(eta: factor * limit, batchSize: 6, epochs: epochs)
      ).losses.map { 6 * $0 }
    }
    // An epoch's loss is that before its step, so the loss after 20 steps is the 21st.
    let above = try errors(1.05, epochs: 21)
    let below = try errors(0.95, epochs: 401)
    result["above.error20"] = above[20]
    result["above.growth"] = Double(increases(above[...20]))
    result["below.growth"] = Double(increases(below[...100]))
    result["below.end"] = below[400]
    let plain = try Cafe.plainPath(examples, eta: 1.05 * limit, batchSize: 6, steps: 20)
    result["above.plain"] = Cafe.error(try Cafe.neuron(plain[20]), examples)
    do {
      _ = try errors(20, epochs: 400)
      result["diverged"] = 0
    } catch TrainingError.diverged {
      result["diverged"] = 1
    }
    var table = CourseTable(
      .init("E after each step", es: "E después de cada paso"), [.step, "η = 0.95 · 2/λ_max", "η = 1.05 · 2/λ_max"])
    for step in stride(from: 0, through: 20, by: 2) { table.add("\(step)", [below[step], above[step]]) }
    result.tables = [table]
    result.figures = [figure(below: below, above: above)]
    return result
  }

  private static func figure(below: [Double], above: [Double]) -> CourseFigure {
    .curves(
      .init("Below and above the limit", es: "Por debajo y por encima del límite"),
      .init(
        "Full-batch descent with a learning rate 5 % below and 5 % above 2/λ_max.",
        es: "Descenso con el lote completo y una tasa de aprendizaje un 5 % inferior y un 5 % superior a 2/λ_max."),
      x: .step, y: "E",
      [
        CourseFigure.Path("η = 0.95 · 2/λ_max", Array(below[...100])),
        CourseFigure.Path("η = 1.05 · 2/λ_max", above),
      ], isLogarithmic: true)
  }
}
