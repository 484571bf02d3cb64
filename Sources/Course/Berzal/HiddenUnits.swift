import Descent

/// XOR with and without hidden units, and with linear ones.
enum HiddenUnits {
  static let xor = CourseExercise(
    name: "berzal-xor", document: .berzal, what: "XOR without hidden units (neuronas ocultas), and with them",
    asks:
      "Networks without hidden units are very limited in what they can learn. XOR is the example: the best that a "
      + "single sigmoid "
      + "neuron can do is to answer ½ everywhere.",
    command:
      "descent train --data xor.csv --label last --test-fraction 0 --hidden 4 --activation tanh --output sigmoid "
      + "--loss squared-error --batch-size full --optimizer momentum --learning-rate 0.5 --epochs 2000",
    notes: ["Z-02: the slides name the limit without an example; XOR is the usual one."],
    expectations: [
      .init("none.loss", "without hidden units: ½(t − y)², mean after 4000 steps (y = ½: 1/8)", 0.125, within: 1e-4),
      .init("none.y", "without hidden units: the largest distance of an answer from ½", 0, within: 1e-2),
      .init("hidden.loss", "four hidden tanh units: mean loss after 2000 steps", 0, within: 2e-3),
      .init("hidden.right", "four hidden tanh units: right answers of 4", 4, within: 0),
      .init("hidden.plain", "distance to the Double network after 50 steps, relative", 0, within: 1e-4),
    ],
    compute: { _ in try computeXOR() })

  static let linearLayers = CourseExercise(
    name: "berzal-linear-layers", document: .berzal,
    what: "extra linear layers stay linear: they are one layer with the product of the weights, and can't learn XOR",
    asks: "Additional layers of linear neurons don't help, since what they make of the input is linear again.",
    command:
      "descent train --data xor.csv --targets 1 --test-fraction 0 --hidden 8,8 --activation identity --output identity "
      + "--batch-size full --learning-rate 0.05 --epochs 4000",
    expectations: [
      .init("product", "three linear layers against one with W₃W₂W₁: largest difference of answers", 0, within: 1e-5),
      .init("plain", "the same, Double networks", 0, within: 1e-12),
      .init("xor", "XOR by three linear layers: mean ½(t − y)² after 4000 steps (y = ½: 1/8)", 0.125, within: 1e-4),
      .init("one", "XOR by one linear layer: the same", 0.125, within: 1e-4),
    ],
    compute: { _ in try computeLinearLayers() })

  private static let corners = [[0.0, 0], [0, 1], [1, 0], [1, 1]]
  private static let examples = PlainExamples(inputs: corners, targets: [[0], [1], [1], [0]])

  private static func configuration(_ optimizer: any Optimizer, _ rate: Double, _ epochs: Int) -> TrainingConfiguration
  {
    TrainingConfiguration {
      $0.optimizer = optimizer
      $0.learningRate = rate
      $0.batchSize = .full
      $0.epochs = epochs
      $0.shuffles = false
    }
  }

  private static func computeXOR() throws -> CourseFigures {
    let samples = Samples(examples)
    var figures = CourseFigures()
    let single = try Topology(inputs: 2, hidden: [], outputs: 1, output: .sigmoid, loss: .squaredError)
    let none = try CourseDescent(single, training: samples, configuration(SGD(), 1, 4000))
    let noneAnswers = FastPass(PlainNetwork(topology: single, parameters: none.parameters), examples)
    figures["none.loss"] = noneAnswers.meanLoss
    figures["none.y"] = noneAnswers.activations[0].map { abs($0[0] - 0.5) }.max()
    let topology = try Topology(
      inputs: 2, hidden: [4], outputs: 1, activations: [.tanh], output: .sigmoid, loss: .squaredError)
    let start = Parameters.initial(topology: topology, seed: 1)
    let hidden = try CourseDescent(topology, start, training: samples, configuration(Momentum(), 0.5, 2000))
    let answers = FastPass(PlainNetwork(topology: topology, parameters: hidden.parameters), examples)
    figures["hidden.loss"] = answers.meanLoss
    figures["hidden.right"] = Double(
      zip(answers.activations[1], examples.targets).count { ($0[0] >= 0.5) == ($1[0] == 1) })
    figures["hidden.plain"] = try PlainDescent.distance(
      topology, start, training: samples, configuration(Momentum(), 0.5, 50))
    var page = CoursePage("Answers", ["x", "t", "no hidden units", "four hidden units"])
    for (row, corner) in corners.enumerated() {
      page.add(
        "\(Int(corner[0])) \(Int(corner[1]))",
        [examples.targets[row][0], noneAnswers.activations[0][row][0], answers.activations[1][row][0]])
    }
    figures.pages = [page]
    figures.pictures = [
      regions(
        "XOR without hidden units",
        "A single sigmoid neuron answers about ½ everywhere: there is hardly any color. Where its output is exactly ½ is a straight line, so at "
          + "least one corner is on the wrong side.",
        PlainNetwork(topology: single, parameters: none.parameters)),
      regions(
        "XOR with four hidden units", "Four tanh units draw two lines, which separate the corners.",
        PlainNetwork(topology: topology, parameters: hidden.parameters)),
      lossCurves(none, hidden),
    ]
    return figures
  }

  private static func lossCurves(_ none: CourseDescent, _ hidden: CourseDescent) -> CoursePicture {
    .curves(
      "Loss on the four corners", "Mean ½(t − y)²; answers of ½ everywhere have 1/8.", x: "epoch", y: "loss",
      [
        CoursePicture.Path("no hidden units", Array(none.losses.prefix(2000))),
        CoursePicture.Path("four hidden units", hidden.losses),
      ], isLogarithmic: true)
  }

  /// The output in the square around the corners.
  private static func regions(_ title: String, _ summary: String, _ network: PlainNetwork) -> CoursePicture {
    let grid = CoursePicture.Grid(x: -0.5...1.5, y: -0.5...1.5, count: 81) { x, y in
      network.forward([x, y]).output[0]
    }
    let samples = [0.0, 1].map { target in
      let positions = zip(examples.inputs, examples.targets).filter { $0.1[0] == target }.map(\.0)
      return CoursePicture.Path("t = \(Int(target))", positions.map { CoursePicture.Position($0[0], $0[1]) })
    }
    return CoursePicture(title, summary, .regions(.init(x: "x₁", y: "x₂", grid: grid, samples: samples)))
  }

  private static func computeLinearLayers() throws -> CourseFigures {
    var figures = CourseFigures()
    let deep = try Topology(
      inputs: 3, hidden: [4, 2], outputs: 1, activations: [.identity], output: .identity, hasBiases: false)
    let network = PlainNetwork(topology: deep, parameters: .initial(topology: deep, seed: 1))
    let product = times(network.weights[2], times(network.weights[1], network.weights[0], inner: 4), inner: 2)
    let flat = PlainNetwork(
      topology: try Topology(inputs: 3, hidden: [], outputs: 1, output: .identity, hasBiases: false),
      weights: [product], biases: [[]])
    let weeks = PlainExamples(inputs: Cafe.weeks, targets: Cafe.weeks.map { [Cafe.total($0)] })
    figures["product"] = largestDifference(
      FastPass(network, weeks).activations[2].map { $0[0] }, FastPass(flat, weeks).activations[0].map { $0[0] })
    figures["plain"] = largestDifference(
      Cafe.weeks.map { network.forward($0).output[0] }, Cafe.weeks.map { flat.forward($0).output[0] })
    var lines: [CoursePicture.Path] = []
    for (key, hidden) in [("xor", [8, 8]), ("one", [])] {
      let topology = try Topology(
        inputs: 2, hidden: hidden, outputs: 1, activations: [.identity], output: .identity)
      let run = try CourseDescent(topology, training: Samples(examples), configuration(SGD(), 0.05, 4000))
      figures[key] = run.losses.last
      lines.append(CoursePicture.Path(key == "one" ? "one linear layer" : "three linear layers", run.losses))
      if key == "xor" {
        figures.pictures = [
          regions(
            "XOR by three linear layers", "The decision boundary is again a straight line.",
            PlainNetwork(topology: topology, parameters: run.parameters))
        ]
      }
    }
    figures.pictures.append(
      .curves(
        "Loss on the four corners", "Both end at 1/8, the loss of answering ½ everywhere.", x: "epoch", y: "loss",
        lines, isLogarithmic: true))
    return figures
  }

  /// A · B, row-major; `inner` columns of A are rows of B.
  private static func times(_ a: [Double], _ b: [Double], inner: Int) -> [Double] {
    let columns = b.count / inner
    return (0..<(a.count / inner)).flatMap { row in
      (0..<columns).map { column in
        (0..<inner).reduce(0) { $0 + a[row * inner + $1] * b[$1 * columns + column] }
      }
    }
  }
}
