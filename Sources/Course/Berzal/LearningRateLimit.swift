import Descent

/// The upper bound of the learning rate: 2/λ_max, λ_max the largest eigenvalue of the Hessian XᵀX.
enum LearningRateLimit {
  static let exercise = CourseExercise(
    name: "berzal-learning-rate", document: .berzal,
    what: "the learning rate's (tasa de aprendizaje) limit 2/λ_max, and divergence beyond it",
    asks:
      "Too large a learning rate overshoots the minimum; a small enough one converges. For the quadratic E "
      + "the bound is "
      + "known: batch descent converges below η = 2/λ_max and diverges above.",
    command: "descent train --data cafe.csv --targets 1 --test-fraction 0 --hidden none --no-bias --output identity "
      + "--initializer constant:50 --batch-size full --learning-rate 0.0756501 --epochs 20",
    expectations: [
      .init("limit", "2/λ_max of the six weeks", 0.012007951681675726, within: 1e-9),
      .init("above.error20", "η = 1.05 · 2/λ_max: E after 20 steps", 22676961.909332138, within: 2000),
      .init("above.growth", "steps of 20 in which E grew", 20, within: 0),
      .init("above.plain", "η = 1.05 · 2/λ_max: E after 20 steps, Double network", 22676961.909332138, within: 1e-3),
      .init("below.end", "η = 0.95 · 2/λ_max: E after 400 steps", 0, within: 1e-3),
      .init("below.growth", "η = 0.95 · 2/λ_max: steps of the first 100 in which E grew", 0, within: 0),
      .init("diverged", "η = 20 · 2/λ_max: 1 if the trainer reports divergence", 1, within: 0),
    ],
    compute: { _ in try compute() })

  private static func compute() throws -> CourseFigures {
    let examples = Cafe.examples(Cafe.weeks)
    let samples = Samples(examples)
    let topology = try Cafe.topology()
    let start = Parameters(try Cafe.neuron())
    let limit = 2 / Hessian(examples.inputs).largestEigenvalue
    var figures = CourseFigures()
    figures["limit"] = limit
    func errors(_ factor: Double, epochs: Int) throws -> [Double] {
      try CourseDescent(
        topology, start, training: samples, Cafe.configuration(eta: factor * limit, batchSize: 6, epochs: epochs)
      ).losses.map { 6 * $0 }
    }
    // A loss is that before its step: the loss after 20 steps is the 21st.
    let above = try errors(1.05, epochs: 21)
    let below = try errors(0.95, epochs: 401)
    func growth(_ errors: ArraySlice<Double>) -> Double { Double(zip(errors, errors.dropFirst()).count { $0 < $1 }) }
    figures["above.error20"] = above[20]
    figures["above.growth"] = growth(above[...20])
    figures["below.growth"] = growth(below[...100])
    figures["below.end"] = below[400]
    let plain = try Cafe.plainPath(examples, eta: 1.05 * limit, batchSize: 6, steps: 20)
    figures["above.plain"] = Cafe.error(try Cafe.neuron(plain[20]), examples)
    do {
      _ = try errors(20, epochs: 400)
      figures["diverged"] = 0
    } catch TrainingError.diverged {
      figures["diverged"] = 1
    }
    var page = CoursePage("E after each step", ["step", "η = 0.95 · 2/λ_max", "η = 1.05 · 2/λ_max"])
    for step in stride(from: 0, through: 20, by: 2) { page.add("\(step)", [below[step], above[step]]) }
    figures.pages = [page]
    figures.pictures = [picture(below: below, above: above)]
    return figures
  }

  private static func picture(below: [Double], above: [Double]) -> CoursePicture {
    .curves(
      "Below and above the limit", "Full-batch descent with a learning rate 5 % below and 5 % above 2/λ_max.",
      x: "step", y: "E",
      [
        CoursePicture.Path("η = 0.95 · 2/λ_max", Array(below[...100])),
        CoursePicture.Path("η = 1.05 · 2/λ_max", above),
      ], isLogarithmic: true)
  }
}
