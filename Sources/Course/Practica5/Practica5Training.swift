import Descent

/// The practical's training, and its data.
enum Practica5Training {
  static let training = CourseExercise(
    name: "practica5-training", document: .practica5,
    what: "training 400-25-10 from U(−0.12, 0.12), λ = 1, 1000 iterations",
    asks:
      "Weights and biases from a uniform distribution in ±ε_init = ±0.12, then full-batch descent of the "
      + "regularised cost, printed "
      + "every 100 iterations.",
    command: "descent train --split train --test-fraction 0 \(Practica5.dataOptions) --hidden 25 --activation sigmoid "
      + "--output sigmoid --initializer uniform:0.12,biases --batch-size full --learning-rate 1 --l2 1 --epochs 1001",
    notes: [
      "D-13, P-17: learning_parameters() is named and not shown (train_neural_network stands in its position, twice), "
        + "and α, λ and the "
        + "iterations of training are not given: α = 1, λ = 1, 1000 here. Its step 3 says that forward propagation "
        + "is in the loop; "
        + "the code has it before.",
      "The seeded run begins with the weights of np.random.seed(0), and is held against float64 for 300 iterations.",
    ],
    expectations: [
      .init("initial", "largest initial weight or bias", from: 0.1199, to: 0.12),
      .init("cost0", "cost before the first update", from: 6, to: 8),
      .init("cost1000", "cost after 1000 iterations (float64 from NumPy's weights: 0.459)", from: 0.44, to: 0.47),
      .init("accuracy", "accuracy on the 5000 (95.4 %)", from: 0.95, to: 0.965),
      .init("seeded0", "NumPy's weights: cost at iteration 0", 6.909270510710376, within: 1e-5),
      .init("seeded1", "cost at iteration 1", 3.497291285560188, within: 1e-4),
      .init("seeded10", "cost at iteration 10", 3.1840430463735445, within: 1e-4),
      .init("seeded100", "cost at iteration 100", 1.2527862782512882, within: 5e-4),
      .init("seeded200", "cost at iteration 200", 0.8248027037233974, within: 5e-4),
      .init("seeded300", "cost at iteration 300", 0.6849012250102193, within: 5e-4),
      .init("plain", "distance to the Double network, 50 digits, 5 iterations, relative", 0, within: 1e-4),
    ],
    compute: computeTraining)

  static let digits = CourseExercise(
    name: "practica5-digits", document: .practica5,
    what: "the 5000 digits of 20 × 20, rebuilt from MNIST, and their one-hot rows",
    asks:
      "load_data gives X (5000 × 400) and y; one_hot gives each sample a row with a 1 in its digit's column. The "
      + "page prints ten rows "
      + "beside their labels, to be compared by eye.",
    command: "descent data describe Data/mnist \(Practica5.dataOptions)",
    notes: [
      "D-10: rows 3 to 9 of the printed list are garbled: eleven columns, all zeros. Here each row has "
        + "ten, and one 1.",
      "D-09: calculate_exponent and its loop do nothing.",
    ],
    expectations: [
      .init("samples", "samples (rows of X)", 5000, within: 0),
      .init("features", "features (columns of X)", 400, within: 0),
      .init("sum", "sum over X", 262678.26015968184, within: 0.05),
      .init("squares", "sum of squares over X", 208610.8319844904, within: 0.05),
      .init("least", "least pixel: bicubic leaps below 0, unclipped", -0.13196323019852385, within: 1e-6),
      .init("largest", "largest pixel", 1.1276882991588881, within: 1e-6),
      .init("column", "row 0, feature 73", -0.01875725081699378, within: 1e-7),
      .init("ones", "ones in the one-hot rows", 5000, within: 0),
      .init("wrong", "one-hot rows whose 1 is not in the label's column", 0, within: 0),
    ],
    compute: computeDigits)

  private static func computeTraining(_ files: CourseFiles) throws -> CourseFigures {
    let digits = try Practica5.digits(files)
    let topology = try Practica5.topology()
    let start = Parameters.initial(
      topology: topology, initializer: Initializer(.uniform(epsilon: 0.12), drawsBiases: true), seed: 1)
    // A cost is that before its update: the cost after 1000 iterations is the 1001st.
    let run = try CourseDescent(
      topology, start, training: digits, Practica5.configuration(learningRate: 1, l2: 1, epochs: 1001))
    let seeded = try CourseDescent(
      topology, seededParameters(topology), training: digits,
      Practica5.configuration(learningRate: 1, l2: 1, epochs: 301))
    var figures = CourseFigures()
    figures["initial"] = start.flat.map(abs).max()
    figures["cost0"] = run.losses[0]
    figures["cost1000"] = run.losses[1000]
    figures["accuracy"] = run.epochs[1000].trainAccuracy
    for iteration in [0, 1, 10, 100, 200, 300] { figures["seeded\(iteration)"] = seeded.losses[iteration] }
    let few = digits.selecting((0..<50).map { 100 * $0 })
    figures["plain"] = try PlainDescent.distance(
      topology, start, training: few, Practica5.configuration(learningRate: 1, l2: 1, epochs: 5))
    var page = CoursePage("Cost before each update", ["iteration", "cost", "accuracy"])
    for iteration in stride(from: 0, through: 1000, by: 100) {
      page.add("\(iteration)", [run.losses[iteration], run.epochs[iteration].trainAccuracy ?? .nan])
    }
    figures.pages = [page]
    figures.pictures = [
      .curves(
        "Cost by iteration", "The regularised cost before each update, from weights of our own and from NumPy's.",
        x: "iteration", y: "cost",
        [CoursePicture.Path("U(−0.12, 0.12)", run.losses), CoursePicture.Path("NumPy's", seeded.losses)]),
      .curves(
        "Accuracy by iteration", "On the 5000 digits that are trained on.", x: "iteration", y: "accuracy",
        [CoursePicture.Path("", run.epochs.map { $0.trainAccuracy ?? .nan })]),
    ]
    return figures
  }

  /// initialize_weights after np.random.seed(0): Θ₁ (25 × 401), then Θ₂ (10 × 26), each row with its bias first; the outputs are
  /// the file's: digits 1 to 9, then 0.
  private static func seededParameters(_ topology: Topology) -> Parameters {
    var generator = MersenneTwister(seed: 0)
    var parameters = Parameters(
      layers: topology.layers.map { layer in
        var numbers = Parameters.LayerParameters(weight: [], bias: [])
        for _ in 0..<layer.outputs {
          numbers.bias.append(Float(generator.uniform() * 0.24 - 0.12))
          for _ in 0..<layer.inputs { numbers.weight.append(Float(generator.uniform() * 0.24 - 0.12)) }
        }
        return numbers
      })
    parameters.layers[1].weight = Practica5.zeroFirst(parameters.layers[1].weight)
    parameters.layers[1].bias = Practica5.zeroFirst(parameters.layers[1].bias)
    return parameters
  }

  private static func computeDigits(_ files: CourseFiles) throws -> CourseFigures {
    let digits = try Practica5.digits(files)
    let examples = digits.examples(outputs: 10)
    let pixels = examples.inputs.joined()
    var figures = CourseFigures()
    figures["samples"] = Double(examples.count)
    figures["features"] = Double(examples.inputs[0].count)
    figures["sum"] = pixels.reduce(0, +)
    figures["squares"] = pixels.reduce(0) { $0 + $1 * $1 }
    figures["least"] = pixels.min()
    figures["largest"] = pixels.max()
    figures["column"] = examples.inputs[0][73]
    guard case .classes(let classes, let labels) = digits.targets else { return figures }
    figures["ones"] = examples.targets.joined().reduce(0, +)
    figures["wrong"] = Double(
      zip(classes, examples.targets).count { label, row in row.firstIndex(of: 1) != Int(labels[Int(label)]) })
    var page = CoursePage("One-hot rows", ["label"] + (0..<10).map { "\($0)" })
    for digit in 0..<10 { page.add(labels[Int(classes[500 * digit])], examples.targets[500 * digit]) }
    figures.pages = [page]
    figures.pictures = [
      CoursePicture(
        "One-hot rows beside digits",
        "The first of each digit, 20 × 20 pixels, and its row of Y: a 1 in its own column.",
        .digits((0..<10).map { Practica5.digit(digits, examples, 500 * $0, classes: examples.targets[500 * $0]) }))
    ]
    return figures
  }
}
