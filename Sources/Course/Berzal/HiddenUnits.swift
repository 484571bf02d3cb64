import Descent

/// XOR with and without hidden units, and with linear ones.
enum HiddenUnits {
  static let xor = CourseExercise(
    name: "berzal-xor", document: .berzal,
    what: .init(
      "XOR without hidden units (neuronas ocultas), and with them",
      es: "XOR sin neuronas ocultas, y con ellas"),
    asks:
      .init(
        "Networks without hidden units are very limited in what they can learn. XOR is the example: the best "
          + "that a single sigmoid neuron can do is to answer ½ everywhere.",
        es: "Las redes sin neuronas ocultas están muy limitadas en lo que pueden aprender. El ejemplo es XOR: "
          + "lo mejor que puede hacer una sola neurona sigmoide es responder ½ en todas partes."),
    command:
      "descent train --data - --label last --test-fraction 0 --no-standardize --hidden 4 --activation tanh --output sigmoid "
      + "--loss squared-error --batch-size full --optimizer momentum --learning-rate 0.5 --epochs 2000",
    table: table,
    notes: [
      .init(
        "The slides name the limit without an example; XOR is the usual one.",
        es: "Las diapositivas mencionan la limitación sin un ejemplo; XOR es el habitual.")
    ],
    expectations: [
      .init(
        "none.loss",
        "without hidden units: ½(t − y)², mean after 4000 steps (y = ½: 1/8)",
        es: "sin neuronas ocultas: ½(t − y)², media tras 4000 pasos (y = ½: 1/8)", 0.125, within: 1e-4),
      .init(
        "none.y",
        "without hidden units: the largest distance of an answer from ½",
        es: "sin neuronas ocultas: mayor distancia de una respuesta a ½", 0, within: 1e-2),
      .init(
        "hidden.loss",
        "four hidden tanh units: mean loss after 2000 steps",
        es: "cuatro neuronas ocultas tanh: pérdida media tras 2000 pasos", 0, within: 2e-3),
      .init(
        "hidden.correct",
        "four hidden tanh units: correct of 4",
        es: "cuatro neuronas ocultas tanh: respuestas correctas de 4", 4, within: 0),
      .plain("hidden.plain", " after 50 steps", es: " tras 50 pasos"),
    ],
    compute: { _ in try computeXOR() })

  static let linearLayers = CourseExercise(
    name: "berzal-linear-layers", document: .berzal,
    what: .init(
      "extra linear layers stay linear: they are one layer with the product of the weights, and can't learn XOR",
      es: "más capas lineales siguen siendo lineales: equivalen a una capa con el producto de los pesos, y no "
        + "pueden aprender XOR"),
    asks: .init(
      "Additional layers of linear neurons don't help, since their output is again a linear function of the input.",
      es: "Las capas adicionales de neuronas lineales no ayudan, pues su salida vuelve a ser una función lineal "
        + "de la entrada."),
    command:
      "descent train --data - --targets 1 --test-fraction 0 \(CourseExercise.unscaled) --hidden 8,8 --activation identity "
      + "--output identity --batch-size full --learning-rate 0.05 --epochs 4000",
    table: table,
    expectations: [
      .init(
        "product",
        "three linear layers against one with W₃W₂W₁: largest difference of answers",
        es: "tres capas lineales frente a una con W₃W₂W₁: mayor diferencia de las respuestas", 0, within: 1e-5),
      .init("plain", "the same, Double networks", es: "lo mismo, redes en doble precisión", 0, within: 1e-12),
      .init(
        "xor",
        "XOR by three linear layers: mean ½(t − y)² after 4000 steps (y = ½: 1/8)",
        es: "XOR con tres capas lineales: media de ½(t − y)² tras 4000 pasos (y = ½: 1/8)", 0.125, within: 1e-4),
      .init("one", "XOR by one linear layer: the same", es: "XOR con una capa lineal: lo mismo", 0.125, within: 1e-4),
    ],
    compute: { _ in try computeLinearLayers() })

  private static let corners = [[0.0, 0], [0, 1], [1, 0], [1, 1]]
  private static let examples = PlainExamples(inputs: corners, targets: [[0], [1], [1], [0]])
  /// The shell command that writes the examples as a table.
  private static let table = CourseExercise.printing(zip(examples.inputs, examples.targets).map { $0 + $1 })

  private static func configuration(_ optimizer: any Optimizer, _ rate: Double, _ epochs: Int) -> TrainingConfiguration
  {
    .course(optimizer, learningRate: rate, epochs: epochs)
  }

  private static func computeXOR() throws -> ExerciseResult {
    let samples = Samples(examples)
    var result = ExerciseResult()
    let single = try Topology(inputs: 2, hidden: [], outputs: 1, output: .sigmoid, loss: .squaredError)
    let none = try CourseDescent(single, training: samples, configuration(SGD(), 1, 4000))
    let noneAnswers = FastPass(PlainNetwork(topology: single, parameters: none.parameters), examples)
    result["none.loss"] = noneAnswers.meanLoss
    result["none.y"] = noneAnswers.activations[0].map { abs($0[0] - 0.5) }.max()
    let topology = try Topology(
      inputs: 2, hidden: [4], outputs: 1, activations: [.tanh], output: .sigmoid, loss: .squaredError)
    let start = Parameters.initial(topology: topology, seed: 1)
    let hidden = try CourseDescent(topology, start, training: samples, configuration(Momentum(), 0.5, 2000))
    let answers = FastPass(PlainNetwork(topology: topology, parameters: hidden.parameters), examples)
    result["hidden.loss"] = answers.meanLoss
    result["hidden.correct"] = Double(
      zip(answers.activations[1], examples.targets).count { ($0[0] >= 0.5) == ($1[0] == 1) })
    result["hidden.plain"] = try PlainDescent.distance(
      topology, start, training: samples, configuration(Momentum(), 0.5, 50))
    var table = CourseTable(.init("Answers", es: "Respuestas"), ["x", "t", .noHiddenUnits, .fourHiddenUnits])
    for (row, corner) in corners.enumerated() {
      table.add(
        "\(Int(corner[0])) \(Int(corner[1]))",
        [examples.targets[row][0], noneAnswers.activations[0][row][0], answers.activations[1][row][0]])
    }
    result.tables = [table]
    result.figures =
      regions(
        none: PlainNetwork(topology: single, parameters: none.parameters),
        hidden: PlainNetwork(topology: topology, parameters: hidden.parameters)) + [lossCurves(none, hidden)]
    return result
  }

  private static func regions(none: PlainNetwork, hidden: PlainNetwork) -> [CourseFigure] {
    [
      regions(
        .init("XOR without hidden units", es: "XOR sin neuronas ocultas"),
        .init(
          "A single sigmoid neuron answers ½ everywhere, so there is neither color nor a decision boundary.",
          es: "Una sola neurona sigmoide responde ½ en todas partes, así que no hay color ni frontera de decisión."),
        none),
      regions(
        .init("XOR with four hidden units", es: "XOR con cuatro neuronas ocultas"),
        .init(
          "Four tanh units draw two lines, which separate the corners.",
          es: "Cuatro neuronas tanh trazan dos rectas, que separan las esquinas."),
        hidden),
    ]
  }

  private static func lossCurves(_ none: CourseDescent, _ hidden: CourseDescent) -> CourseFigure {
    .curves(
      .init("Loss on the four corners", es: "Pérdida en las cuatro esquinas"),
      .init(
        "Mean ½(t − y)²; answers of ½ everywhere have 1/8.",
        es: "Media de ½(t − y)²; responder ½ en todas partes da 1/8."), x: .epoch, y: .loss,
      [
        CourseFigure.Path(.noHiddenUnits, Array(none.losses.prefix(2000))),
        CourseFigure.Path(.fourHiddenUnits, hidden.losses),
      ], isLogarithmic: true)
  }

  /// The output of a network in the square [−½, 1½]².
  private static func regions(_ title: LocalizedText, _ summary: LocalizedText, _ network: PlainNetwork)
    -> CourseFigure
  {
    let grid = CourseFigure.Grid(x: -0.5...1.5, y: -0.5...1.5, count: 81) { x, y in
      network.forward([x, y]).output[0]
    }
    let samples = [0.0, 1].map { target in
      let positions = zip(examples.inputs, examples.targets).filter { $0.1[0] == target }.map(\.0)
      return CourseFigure.Path("t = \(Int(target))", positions.map { CourseFigure.Position($0[0], $0[1]) })
    }
    return CourseFigure(title, summary, .regions(.init(x: "x₁", y: "x₂", grid: grid, samples: samples)))
  }

  private static func computeLinearLayers() throws -> ExerciseResult {
    var result = ExerciseResult()
    let deep = try Topology(
      inputs: 3, hidden: [4, 2], outputs: 1, activations: [.identity], output: .identity, hasBiases: false)
    let network = PlainNetwork(topology: deep, parameters: .initial(topology: deep, seed: 1))
    let matrices = zip(network.weights, deep.layers).map { rows($0, width: $1.inputs) }
    let single = product(matrices[2], product(matrices[1], matrices[0]))
    let flat = PlainNetwork(
      topology: try Topology(inputs: 3, hidden: [], outputs: 1, output: .identity, hasBiases: false),
      weights: [single.flatMap(\.self)], biases: [[]])
    let weeks = Cafe.examples(Cafe.weeks)
    result["product"] = largestDifference(
      FastPass(network, weeks).activations[2].map { $0[0] }, FastPass(flat, weeks).activations[0].map { $0[0] })
    result["plain"] = largestDifference(
      Cafe.weeks.map { network.forward($0).output[0] }, Cafe.weeks.map { flat.forward($0).output[0] })
    let one = LocalizedText("one linear layer", es: "una capa lineal")
    let three = LocalizedText("three linear layers", es: "tres capas lineales")
    var lines: [CourseFigure.Path] = []
    for (key, hidden) in [("xor", [8, 8]), ("one", [])] {
      let topology = try Topology(
        inputs: 2, hidden: hidden, outputs: 1, activations: [.identity], output: .identity)
      let run = try CourseDescent(topology, training: Samples(examples), configuration(SGD(), 0.05, 4000))
      result[key] = run.losses.last
      lines.append(CourseFigure.Path(key == "one" ? one : three, run.losses))
      if key == "xor" {
        result.figures = [
          regions(
            .init("XOR by three linear layers", es: "XOR con tres capas lineales"),
            .init(
              "Three linear layers are one, and answer ½ everywhere: there is neither color nor a decision boundary.",
              es:
                "Tres capas lineales equivalen a una y responden ½ en todas partes: no hay color ni frontera de decisión."
            ),
            PlainNetwork(topology: topology, parameters: run.parameters))
        ]
      }
    }
    result.figures.append(linearCurves(lines))
    return result
  }

  private static func linearCurves(_ lines: [CourseFigure.Path]) -> CourseFigure {
    .curves(
      .init("Loss on the four corners", es: "Pérdida en las cuatro esquinas"),
      .init(
        "Both end at 1/8, the loss of answering ½ everywhere.",
        es: "Ambas acaban en 1/8, la pérdida de responder ½ en todas partes."), x: .epoch, y: .loss,
      lines, isLogarithmic: true)
  }
}
