import Descent

/// The update rules of Rivera's exercise 4 on a small problem: the café's prices.
enum OptimizerRules {
  static let exercise = CourseExercise(
    name: "rivera-optimizer-rules", document: .rivera,
    what: .init(
      "Nesterov's look-ahead and Adam's first steps, computed independently of the optimizers",
      es: "la anticipación de Nesterov y los primeros pasos de Adam, calculados con independencia de los "
        + "optimizadores"),
    asks:
      .init(
        "Nesterov's method evaluates the gradient at θ + μv: v ← μv − α∇L(θ + μv), θ ← θ + v. "
          + "Adam's first step changes every weight by η, whatever the magnitude of its gradient.",
        es: "El método de Nesterov evalúa el gradiente en θ + μv: v ← μv − α∇L(θ + μv), θ ← θ + v. El "
          + "primer paso de Adam cambia cada peso en η, sea cual sea la magnitud de su gradiente."),
    command: Cafe.command("--batch-size full --optimizer nesterov --learning-rate 0.012 --steps 10"),
    table: Cafe.table(),
    notes: [
      .init(
        "The trainer keeps θ + μv, at which the gradient is evaluated, as PyTorch does: the paths are the same.",
        es: "El entrenador guarda θ + μv, donde se evalúa el gradiente, como hace PyTorch: los caminos son los mismos.")
    ],
    expectations: [
      .init(
        "nesterov",
        "Nesterov by its look-ahead form: largest distance of prices in 10 steps, cents",
        es: "Nesterov en su forma con anticipación: mayor distancia de los precios en 10 pasos, céntimos", 0,
        within: 2e-3),
      .init(
        "heavyBall",
        "momentum without look-ahead differs from it by, cents",
        es: "el momento sin anticipación difiere de ella en, céntimos", from: 5, to: 100),
      .init("coffee", "Nesterov after 10 steps: coffee", es: "Nesterov tras 10 pasos: café", 36.62829162, within: 5e-3),
      .init("juice", "Nesterov after 10 steps: juice", es: "Nesterov tras 10 pasos: zumo", 150.95091466, within: 5e-3),
      .init(
        "toast", "Nesterov after 10 steps: toast", es: "Nesterov tras 10 pasos: tostada", 104.51928963, within: 5e-3),
      .init(
        "adam0",
        "Adam, η = 2: first step of coffee, cents",
        es: "Adam, η = 2: primer paso del café, céntimos", 2, within: 1e-4),
      .init("adam1", "Adam: first step of juice", es: "Adam: primer paso del zumo", 2, within: 1e-4),
      .init("adam2", "Adam: first step of toast", es: "Adam: primer paso de la tostada", 2, within: 1e-4),
      .init(
        "adam",
        "Adam by its formulas: largest distance of prices in 10 steps, cents",
        es: "Adam según sus fórmulas: mayor distancia de los precios en 10 pasos, céntimos", 0, within: 2e-3),
    ],
    compute: { _ in try compute() })

  private static func path(_ optimizer: any Optimizer, rate: Double) throws -> [[Double]] {
    let examples = Cafe.examples(Cafe.weeks)
    return try CourseDescent.path(
      Cafe.topology(), Parameters(Cafe.neuron()), training: Samples(examples),
      .course(optimizer, learningRate: rate), steps: 10
    ).map(\.flat)
  }

  private static func compute() throws -> ExerciseResult {
    var result = ExerciseResult()
    let nesterov = try path(Nesterov(), rate: 0.012)
    let lookAhead = lookAheadPath(rate: 0.012, momentum: 0.9)
    result["nesterov"] = largestDifference(nesterov.flatMap(\.self), lookAhead.flatMap(\.self))
    let momentum = try path(Momentum(), rate: 0.012)
    result["heavyBall"] = largestDifference(nesterov.flatMap(\.self), momentum.flatMap(\.self))
    for (item, price) in zip(Cafe.Item.allCases, nesterov[10]) { result["\(item)"] = price }
    let adam = try path(Adam(), rate: 2)
    for price in 0..<3 { result["adam\(price)"] = adam[1][price] - adam[0][price] }
    result["adam"] = largestDifference(adam.flatMap(\.self), adamPath(rate: 2).flatMap(\.self))
    var table = CourseTable(
      .init("Prices by steps", es: "Precios por pasos"),
      [
        .step, .init("Nesterov: coffee", es: "Nesterov: café"), .juice, .toast, .init("Adam: coffee", es: "Adam: café"),
        .juice, .toast,
      ])
    for step in 0...10 { table.add("\(step)", nesterov[step] + adam[step]) }
    result.tables = [table]
    result.figures = [
      try CafeSurface(Cafe.examples(Cafe.weeks)).figure(
        .init("Ten steps of three optimizers", es: "Diez pasos de tres optimizadores"), axes: (.coffee, .juice),
        .init(
          "Contours of the café's E over the prices of coffee and juice, with the price of toast that "
            + "minimizes E. Momentum overshoots the minimum, Nesterov's look-ahead reduces that, Adam's first steps are "
            + "η = 2 cents each.",
          es: "Curvas de nivel de E de la cafetería sobre los precios del café y del zumo, con la tostada al "
            + "precio que hace mínimo E. El momento se pasa del mínimo, la anticipación de Nesterov lo reduce, "
            + "los primeros pasos de Adam son de η = 2 céntimos cada uno."),
        paths: [("Nesterov", nesterov), (.init("momentum", es: "momento"), momentum), ("Adam", adam)])
    ]
    return result
  }

  /// The gradient of the mean loss, −(1/m) Σ x (t − w·x).
  private static func gradient(_ prices: [Double]) -> [Double] {
    var sum = [0.0, 0, 0]
    for week in Cafe.weeks {
      let residual = Cafe.total(week) - dot(week, prices)
      for item in 0..<3 { sum[item] -= week[item] * residual / Double(Cafe.weeks.count) }
    }
    return sum
  }

  /// The positions θ + μv after each step of v ← μv − α∇L(θ + μv), θ ← θ + v, in Double.
  private static func lookAheadPath(rate: Double, momentum: Double) -> [[Double]] {
    var theta = Cafe.estimate
    var velocity = [0.0, 0, 0]
    var positions = [theta]
    for _ in 0..<10 {
      let ahead = zip(theta, velocity).map { $0 + momentum * $1 }
      velocity = zip(velocity, gradient(ahead)).map { momentum * $0 - rate * $1 }
      theta = zip(theta, velocity).map { $0 + $1 }
      positions.append(zip(theta, velocity).map { $0 + momentum * $1 })
    }
    return positions
  }

  /// The prices after each step of Adam (Kingma and Ba, 2015, algorithm 1), in Double.
  private static func adamPath(rate: Double) -> [[Double]] {
    var theta = Cafe.estimate
    var first = [0.0, 0, 0]
    var second = [0.0, 0, 0]
    var positions = [theta]
    var powers = (1.0, 1.0)
    for _ in 0..<10 {
      powers = (powers.0 * 0.9, powers.1 * 0.999)
      for (item, value) in gradient(theta).enumerated() {
        first[item] = 0.9 * first[item] + 0.1 * value
        second[item] = 0.999 * second[item] + 0.001 * value * value
        theta[item] -= rate * (first[item] / (1 - powers.0)) / ((second[item] / (1 - powers.1)).squareRoot() + 1e-8)
      }
      positions.append(theta)
    }
    return positions
  }
}
