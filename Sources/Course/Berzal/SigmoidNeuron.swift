import Descent

/// A sigmoid neuron: the extra term y(1 − y), the slope of the logistic function.
enum SigmoidNeuron {
  static let exercise = CourseExercise(
    name: "berzal-sigmoid-neuron", document: .berzal,
    what: "the sigmoid neuron's gradient with its extra term y(1 − y), in batch and online",
    asks:
      "z = Σ xᵢwᵢ without bias, y = 1/(1+e⁻ᶻ), E = ½ Σ (t − y)²; the gradient is −Σ xᵢ y(1 − y)(t − y), the linear "
      + "neuron's with the "
      + "slope of the logistic function as an extra term (término extra). With cross-entropy the term cancels.",
    command: "descent train --data neuron.csv --targets 1 --test-fraction 0 --hidden none --no-bias --output sigmoid "
      + "--loss squared-error --no-shuffle --batch-size full --learning-rate 2 --epochs 5",
    notes: [
      "D-17: E is a sum over examples on the slides of one neuron, and that of one example on those of hidden neurons; "
        + "batch and online are the steps for each.",
      "The slides have no numbers here: four examples, w = (0.1, −0.2), η = 0.5 on the sum.",
    ],
    expectations: [
      .init("y0", "y of the first example", 0.5621765008857981, within: 1e-6),
      .init("error0", "E at the start", 0.5164743297033104, within: 1e-6),
      .init("gradient0", "∂E/∂w₁ = −Σ x₁ y(1 − y)(t − y)", -0.43398870727196204, within: 1e-6),
      .init("gradient1", "∂E/∂w₂", -0.33391159949447213, within: 1e-6),
      .init("plain0", "∂E/∂w₁, Double network", -0.43398870727196204, within: 1e-14),
      .init("plain1", "∂E/∂w₂, Double network", -0.33391159949447213, within: 1e-14),
      .init("extra", "largest difference of δ from y(1 − y)(y − t)", 0, within: 1e-7),
      .init("crossEntropy", "largest difference of cross-entropy's δ from y − t", 0, within: 1e-7),
      .init("batch.w1", "batch: w₁ after 5 steps", 0.7268434069004984, within: 2e-6),
      .init("batch.w2", "batch: w₂ after 5 steps", 0.3419957808890888, within: 2e-6),
      .init("batch.error", "batch: E after 5 steps", 0.23668428861528004, within: 2e-6),
      .init("online.w1", "online: w₁ after 5 steps", 0.27053996058571195, within: 2e-6),
      .init("online.w2", "online: w₂ after 5 steps", 0.032994566447570824, within: 2e-6),
      .init("online.error", "online: E after 5 steps", 0.3829326047846605, within: 2e-6),
    ],
    compute: { _ in try compute() })

  private static let examples = PlainExamples(
    inputs: [[0.5, -1], [1.5, 2], [-0.75, 0.25], [2, -0.5]], targets: [[0], [1], [0], [1]])

  private static func neuron(_ loss: Loss) throws -> PlainNetwork {
    let topology = try Topology(inputs: 2, hidden: [], outputs: 1, output: .sigmoid, loss: loss, hasBiases: false)
    return PlainNetwork(topology: topology, weights: [[0.1, -0.2]], biases: [[]])
  }

  private static func compute() throws -> CourseFigures {
    let neuron = try neuron(.squaredError)
    let pass = FastPass(neuron, examples)
    let y = pass.activations[0].map { $0[0] }
    let targets = examples.targets.map { $0[0] }
    let residuals = zip(y, targets).map { $0 - $1 }
    let plain = neuron.gradient(examples)
    var figures = CourseFigures()
    figures["y0"] = y[0]
    figures["error0"] = pass.losses.reduce(0, +)
    for (index, value) in pass.gradientSum.flat.enumerated() {
      figures["gradient\(index)"] = value
      figures["plain\(index)"] = 4 * plain.weights[0][index]
    }
    figures["extra"] = largestDifference(
      pass.deltas[0].map { $0[0] }, zip(y, residuals).map { $0 * (1 - $0) * $1 })
    figures["crossEntropy"] = largestDifference(
      FastPass(try self.neuron(.crossEntropy), examples).deltas[0].map { $0[0] }, residuals)
    var page = CoursePage("E after each step, η = 0.5", ["step", "batch", "online"])
    var errors: [[Double]] = []
    var paths: [CoursePicture.Path] = []
    for (name, batchSize) in [("batch", 4), ("online", 1)] {
      let path = try CourseDescent.path(
        neuron.topology, Parameters(neuron), training: Samples(examples),
        Cafe.configuration(eta: 0.5, batchSize: batchSize), steps: 5)
      paths.append(CoursePicture.Path(name, path.map { CoursePicture.Position($0.flat[0], $0.flat[1]) }))
      figures["\(name).w1"] = path[5].flat[0]
      figures["\(name).w2"] = path[5].flat[1]
      errors.append(
        path.map { 4 * PlainNetwork(topology: neuron.topology, parameters: $0).meanLoss(examples) })
      figures["\(name).error"] = errors[errors.count - 1][5]
    }
    for step in 0...5 { page.add("\(step)", [errors[0][step], errors[1][step]]) }
    figures.pages = [page]
    figures.pictures = pictures(neuron, paths: paths, errors: errors)
    return figures
  }

  private static func pictures(
    _ neuron: PlainNetwork, paths: [CoursePicture.Path], errors: [[Double]]
  ) -> [CoursePicture] {
    let grid = CoursePicture.Grid(x: -0.5...1.5, y: -0.5...1.5) { w1, w2 in
      4 * PlainNetwork(topology: neuron.topology, weights: [[w1, w2]], biases: [[]]).meanLoss(examples)
    }
    return [
      CoursePicture(
        "The sigmoid neuron's error surface",
        "Contours of E = ½ Σ (t − y)² over both weights, with five steps of batch and five of online learning, η = 0.5: "
          + "no longer ellipses, and no minimum nearby.",
        .surface(.init(x: "w₁", y: "w₂", height: "E", grid: grid, paths: paths, marks: []))),
      .curves(
        "E after each step", "An online step uses one example, a batch step all four.", x: "step", y: "E",
        zip(["batch", "online"], errors).map { CoursePicture.Path($0, $1) }),
    ]
  }
}
