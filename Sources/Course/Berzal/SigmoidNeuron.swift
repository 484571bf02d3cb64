import Descent

/// The gradient of a sigmoid neuron, with the extra term y(1 − y), the slope of the logistic function.
enum SigmoidNeuron {
  static let exercise = CourseExercise(
    name: "berzal-sigmoid-neuron", document: .berzal,
    what: .init(
      "the sigmoid neuron's gradient with its extra term y(1 − y), in batch and online",
      es: "el gradiente de la neurona sigmoide con su término extra y(1 − y), por lotes y en línea"),
    asks:
      .init(
        "z = Σ xᵢwᵢ without bias, y = 1/(1+e⁻ᶻ), E = ½ Σ (t − y)²; the gradient is −Σ xᵢ y(1 − y)(t − y), the "
          + "linear neuron's with the slope of the logistic function as an extra term (término extra). With "
          + "cross-entropy the term cancels.",
        es: "z = Σ xᵢwᵢ sin sesgo, y = 1/(1+e⁻ᶻ), E = ½ Σ (t − y)²; el gradiente es −Σ xᵢ y(1 − y)(t − y), el "
          + "de la neurona lineal con la pendiente de la función logística como término extra. Con la entropía "
          + "cruzada el término se cancela."),
    command:
      "descent train --data - --targets 1 --test-fraction 0 --no-standardize --hidden none --no-bias --output sigmoid "
      + "--loss squared-error --no-shuffle --batch-size full --learning-rate 2 --epochs 5",
    table: CourseExercise.printing(zip(examples.inputs, examples.targets).map { $0 + $1 }),
    notes: [
      .init(
        "D-17: E is a sum over examples on the slides of one neuron, and that of one example on those of "
          + "hidden neurons; batch and online are the steps for each.",
        es: "D-17: E es una suma sobre los ejemplos en las diapositivas de una neurona, y la de un ejemplo en "
          + "las de neuronas ocultas; los pasos por lotes y en línea corresponden a cada una."),
      .init(
        "The slides have no numbers here: four examples, w = (0.1, −0.2), η = 0.5 on the sum.",
        es: "Las diapositivas no tienen números aquí: cuatro ejemplos, w = (0.1, −0.2), η = 0.5 sobre la suma."),
      .init(
        "The command begins with weights that it draws, not with w = (0.1, −0.2), so that its figures are not those "
          + "of the table.",
        es:
          "La orden empieza con pesos que extrae al azar, no con w = (0.1, −0.2), por lo que sus números no son los de "
          + "la tabla."),
    ],
    expectations: [
      .init("y0", "y of the first example", es: "y del primer ejemplo", 0.5621765008857981, within: 1e-6),
      .init("error0", "E at the start", es: "E al principio", 0.5164743297033104, within: 1e-6),
      .init("gradient0", "∂E/∂w₁ = −Σ x₁ y(1 − y)(t − y)", -0.43398870727196204, within: 1e-6),
      .init("gradient1", "∂E/∂w₂", -0.33391159949447213, within: 1e-6),
      .init(
        "plain0", "∂E/∂w₁, Double network", es: "∂E/∂w₁, red en doble precisión", -0.43398870727196204, within: 1e-14),
      .init(
        "plain1", "∂E/∂w₂, Double network", es: "∂E/∂w₂, red en doble precisión", -0.33391159949447213, within: 1e-14),
      .init(
        "extra",
        "largest difference of δ from y(1 − y)(y − t)",
        es: "mayor diferencia entre δ e y(1 − y)(y − t)", 0, within: 1e-7),
      .init(
        "crossEntropy",
        "largest difference of cross-entropy's δ from y − t",
        es: "mayor diferencia entre la δ de la entropía cruzada e y − t", 0, within: 1e-7),
      .init("batch.w1", "batch: w₁ after 5 steps", es: "por lotes: w₁ tras 5 pasos", 0.7268434069004984, within: 2e-6),
      .init("batch.w2", "batch: w₂ after 5 steps", es: "por lotes: w₂ tras 5 pasos", 0.3419957808890888, within: 2e-6),
      .init(
        "batch.error", "batch: E after 5 steps", es: "por lotes: E tras 5 pasos", 0.23668428861528004, within: 2e-6),
      .init(
        "online.w1", "online: w₁ after 5 steps", es: "en línea: w₁ tras 5 pasos", 0.27053996058571195, within: 2e-6),
      .init(
        "online.w2", "online: w₂ after 5 steps", es: "en línea: w₂ tras 5 pasos", 0.032994566447570824, within: 2e-6),
      .init(
        "online.error", "online: E after 5 steps", es: "en línea: E tras 5 pasos", 0.3829326047846605, within: 2e-6),
    ],
    compute: { _ in try compute() })

  private static let examples = PlainExamples(
    inputs: [[0.5, -1], [1.5, 2], [-0.75, 0.25], [2, -0.5]], targets: [[0], [1], [0], [1]])

  private static func neuron(_ loss: Loss) throws -> PlainNetwork {
    let topology = try Topology(inputs: 2, hidden: [], outputs: 1, output: .sigmoid, loss: loss, hasBiases: false)
    return PlainNetwork(topology: topology, weights: [[0.1, -0.2]], biases: [[]])
  }

  private static func compute() throws -> ExerciseResult {
    let neuron = try neuron(.squaredError)
    let pass = FastPass(neuron, examples)
    let y = pass.activations[0].map { $0[0] }
    let targets = examples.targets.map { $0[0] }
    let residuals = zip(y, targets).map { $0 - $1 }
    let plain = neuron.gradient(examples)
    var result = ExerciseResult()
    result["y0"] = y[0]
    result["error0"] = pass.losses.reduce(0, +)
    for (index, value) in pass.gradientSum.flat.enumerated() {
      result["gradient\(index)"] = value
      result["plain\(index)"] = 4 * plain.weights[0][index]
    }
    result["extra"] = largestDifference(
      pass.deltas[0].map { $0[0] }, zip(y, residuals).map { $0 * (1 - $0) * $1 })
    result["crossEntropy"] = largestDifference(
      FastPass(try self.neuron(.crossEntropy), examples).deltas[0].map { $0[0] }, residuals)
    var table = CourseTable(
      .init("E after each step, η = 0.5", es: "E después de cada paso, η = 0.5"), [.step, .batch, .online])
    var errors: [[Double]] = []
    var paths: [CourseFigure.Path] = []
    for (name, label, batchSize) in [("batch", LocalizedText.batch, 4), ("online", .online, 1)] {
      let path = try CourseDescent.path(
        neuron.topology, Parameters(neuron), training: Samples(examples),
        Cafe.configuration(eta: 0.5, batchSize: batchSize), steps: 5)
      paths.append(CourseFigure.Path(label, path.map { CourseFigure.Position($0.flat[0], $0.flat[1]) }))
      result["\(name).w1"] = path[5].flat[0]
      result["\(name).w2"] = path[5].flat[1]
      errors.append(
        path.map { 4 * PlainNetwork(topology: neuron.topology, parameters: $0).meanLoss(examples) })
      result["\(name).error"] = errors[errors.count - 1][5]
    }
    for step in 0...5 { table.add("\(step)", [errors[0][step], errors[1][step]]) }
    result.tables = [table]
    result.figures = figures(neuron, paths: paths, errors: errors)
    return result
  }

  private static func figures(
    _ neuron: PlainNetwork, paths: [CourseFigure.Path], errors: [[Double]]
  ) -> [CourseFigure] {
    let grid = CourseFigure.Grid(x: -0.5...1.5, y: -0.5...1.5) { w1, w2 in
      4 * PlainNetwork(topology: neuron.topology, weights: [[w1, w2]], biases: [[]]).meanLoss(examples)
    }
    return [
      .trace(
        .init("The first example", es: "El primer ejemplo"),
        LocalizedText(
          "The output y, and the error signal δ = y(1 − y)(y − t) with the extra term. ",
          es: "La salida y, y la señal de error δ = y(1 − y)(y − t) con el término extra. "
        ).followed(by: CourseFigure.gradientLines), neuron, input: examples.inputs[0], target: examples.targets[0],
        symbols: ("x", "y", "δ")),
      CourseFigure(
        .init("The sigmoid neuron's error surface", es: "La superficie de error de la neurona sigmoide"),
        .init(
          "Contours of E = ½ Σ (t − y)² over both weights, with five steps of batch and five of online "
            + "learning, η = 0.5: no longer ellipses, and no minimum nearby.",
          es: "Curvas de nivel de E = ½ Σ (t − y)² sobre ambos pesos, con cinco pasos de aprendizaje por lotes "
            + "y cinco en línea, η = 0.5: ya no son elipses, y no hay un mínimo cerca."),
        .surface(.init(x: "w₁", y: "w₂", height: "E", grid: grid, paths: paths, marks: []))),
      .curves(
        .init("E after each step", es: "E después de cada paso"),
        .init(
          "An online step uses one example, a batch step all four.",
          es: "Un paso en línea usa un ejemplo, un paso por lotes los cuatro."), x: .step, y: "E",
        zip([LocalizedText.batch, .online], errors).map { CourseFigure.Path($0, $1) }),
    ]
  }
}
