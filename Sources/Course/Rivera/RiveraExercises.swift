import Descent

/// Rivera's five recommended exercises (ejercicios recomendados), each against his own run.
///
/// The page has no numbers for them: the intervals contain the results measured over several seeds.
enum RiveraExercises {
  static let deeper = CourseExercise(
    name: "rivera-deeper", document: .rivera, what: "exercise 1: k > 1 hidden layers (capas ocultas)",
    asks: "Complete the derivation for a perceptron with several hidden layers.",
    command:
      "descent train --classes 0,1 --split all --hidden 64,32,16 --activation sigmoid --output sigmoid "
      + "--learning-rate 1.1824 --epochs 5",
    notes: [
      "From the page's N(0, 0.1²) its 30 full-batch steps leave four layers of sigmoids where they began: the "
        + "slopes, at most ¼, "
        + "multiply on the way back. With Glorot's initial weights the same steps nearly reach the base; "
        + "mini-batches, 185 steps an "
        + "epoch, pass it."
    ],
    expectations: [
      .init(
        "page's weights.loss", "784-64-32-16-1 as the page would: loss at epoch 29 (ln 2 = 0.693)", from: 0.68,
        to: 0.695),
      .init("page's weights.gain", "right answers against the base: all are called one", from: -1404, to: -1392),
      .init("Glorot.gain", "from Glorot's weights: right answers against the base", from: -10, to: 5),
      .init(
        "mini-batches.gain", "from Glorot's weights, batches of 64, 5 epochs: right against the base", from: 0, to: 6),
      .init("mini-batches.ratio", "its test loss over the base's", from: 0.05, to: 0.5),
      .init("plain", "distance to the Double network after 4 steps, relative", 0, within: 1e-4),
    ],
    compute: computeDeeper)

  static let activations = CourseExercise(
    name: "rivera-activations", document: .rivera,
    what: "exercise 2: other activation functions (funciones de activación), different φ₁ and φ₂",
    asks: "Try other activations, and different ones for φ₁ and φ₂.",
    command:
      "descent train --classes 0,1 --split all --hidden 64 --activation tanh --output sigmoid --initializer normal:0.1 "
      + "--batch-size full --learning-rate 0.1 --epochs 30",
    notes: [
      "ReLU and tanh have steeper slopes than the sigmoid: they take a smaller rate, 0.1 on the mean, and 0.05 with "
        + "the identity and squared error, which suits classes less: some twenty more images are wrong."
    ],
    expectations: [
      ("tanh-sigmoid", -12.0, 6.0), ("relu-sigmoid", -12, 6), ("leaky-relu-softmax", -10, 6),
      ("tanh-identity", -32, -5),
    ].flatMap { name, lower, upper in
      [
        CourseExpectation("\(name).right", "φ₁-φ₂ = \(name): right of 2956", from: 2952 + lower - 4, to: 2956),
        CourseExpectation("\(name).gain", "right answers against the base", from: lower, to: upper),
        CourseExpectation("\(name).plain", "distance to the Double network, relative", 0, within: 1e-4),
      ]
    },
    compute: computeActivations)

  static let stochastic = CourseExercise(
    name: "rivera-stochastic", document: .rivera,
    what: "exercise 3: stochastic descent (descenso estocástico), in mini-batches and one image at a time",
    asks: "Implement a strategy of stochastic descent.",
    command:
      "descent train --classes 0,1 --split all --hidden 64 --activation sigmoid --output sigmoid --initializer "
      + "normal:0.1 "
      + "--batch-size 64 --learning-rate 0.1 --epochs 3",
    expectations: [
      .init(
        "batch 64.ratio", "batches of 64, 3 epochs: test loss over that of 30 full-batch epochs", from: 0.5, to: 0.85),
      .init("batch 64.right", "right of 2956", from: 2948, to: 2956),
      .init("batch 1.ratio", "one image at a time, 1 epoch: test loss over the base's", from: 0.05, to: 0.6),
      .init("batch 1.right", "right of 2956", from: 2948, to: 2956),
      .init("plain", "distance to the Double network, batches of 16, relative", 0, within: 1e-4),
    ],
    compute: computeStochastic)

  static let optimizers = CourseExercise(
    name: "rivera-optimizers", document: .rivera,
    what: "exercise 4: other training algorithms (algoritmos de entrenamiento), Nesterov and Adam",
    asks: "Evaluate with other training algorithms, Nesterov and Adam for example.",
    command:
      "descent train --classes 0,1 --split all --hidden 64 --activation sigmoid --output sigmoid --initializer "
      + "normal:0.1 "
      + "--batch-size full --optimizer nesterov --learning-rate 0.3 --epochs 30",
    expectations: [
      .init("nesterov.ratio", "Nesterov, η = 0.3, μ = 0.9: test loss over the base's", from: 0.12, to: 0.35),
      .init("nesterov.right", "right of 2956", from: 2946, to: 2956),
      .init("nesterov.plain", "distance to the Double network, relative", 0, within: 1e-4),
      .init("adam.ratio", "Adam, η = 0.01: test loss over the base's", from: 0.25, to: 0.55),
      .init("adam.right", "right of 2956", from: 2946, to: 2956),
      .init("adam.plain", "distance to the Double network, relative", 0, within: 1e-3),
    ],
    compute: computeOptimizers)

  static let tenClasses = CourseExercise(
    name: "rivera-ten-classes", document: .rivera,
    what: "exercise 5: all ten digits (las diez clases en MNIST)",
    asks: "Generalise the classifier to the ten classes of MNIST.",
    command: "descent train --hidden 128 --learning-rate 0.1 --batch-size 64 --epochs 3",
    notes: ["Ten classes are harder than two: the base's 99.86 % is a figure of zeros and ones alone."],
    expectations: [
      .init("accuracy1", "784-128-10, ReLU, softmax, batch 64: test accuracy after 1 epoch", from: 0.91, to: 0.955),
      .init("accuracy3", "after 3 epochs", from: 0.95, to: 0.975),
      .init("loss3", "test loss after 3 epochs", from: 0.09, to: 0.16),
      .init("gain", "test accuracy against the base's two classes: a loss", from: -0.05, to: -0.02),
      .init("plain", "distance to the Double network after 4 epochs on 48 images, relative", 0, within: 1e-4),
    ],
    compute: computeTenClasses)

  private static func computeDeeper(_ files: CourseFiles) throws -> CourseFigures {
    let split = try Rivera.split(files)
    let base = try Rivera.base(split)
    let topology = try Rivera.topology(hidden: [64, 32, 16])
    let glorot = Parameters.initial(topology: topology, seed: 1)
    var figures = CourseFigures()
    var page = Rivera.comparison("784-64-32-16-1")
    Rivera.note("base", base, base: base, &page, &figures)
    let runs = [
      ("page's weights", Rivera.parameters(topology), Rivera.configuration()),
      ("Glorot", glorot, Rivera.configuration()),
      ("mini-batches", glorot, Rivera.configuration(batchSize: .samples(64), epochs: 5)),
    ]
    for (name, start, configuration) in runs {
      let run = try CourseDescent(topology, start, training: split.training, test: split.test, configuration)
      Rivera.note(name, run, base: base, &page, &figures)
    }
    figures["plain"] = try Rivera.distance(topology, split.training, Rivera.configuration())
    figures.pages = [page]
    return figures
  }

  private static func computeActivations(_ files: CourseFiles) throws -> CourseFigures {
    let split = try Rivera.split(files)
    let base = try Rivera.base(split)
    var figures = CourseFigures()
    var page = Rivera.comparison("Activations")
    Rivera.note("base", base, base: base, &page, &figures)
    let pairs: [(Activation, Activation)] = [
      (.tanh, .sigmoid), (.relu, .sigmoid), (.leakyReLU, .softmax), (.tanh, .identity),
    ]
    for (hidden, output) in pairs {
      // Two classes make one sigmoid, and two outputs of any other kind.
      let topology = try Rivera.topology(activations: [hidden], output: output, outputs: output == .sigmoid ? 1 : 2)
      let configuration = Rivera.configuration(learningRate: output == .identity ? 0.05 : 0.1)
      let name = "\(hidden.rawValue)-\(output.rawValue)"
      let run = try CourseDescent(
        topology, Rivera.parameters(topology), training: split.training, test: split.test, configuration)
      Rivera.note(name, run, base: base, &page, &figures)
      figures["\(name).plain"] = try Rivera.distance(topology, split.training, configuration)
    }
    figures.pages = [page]
    return figures
  }

  private static func computeStochastic(_ files: CourseFiles) throws -> CourseFigures {
    let split = try Rivera.split(files)
    let base = try Rivera.base(split)
    let topology = try Rivera.topology()
    var figures = CourseFigures()
    var page = Rivera.comparison("Stochastic descent")
    Rivera.note("base", base, base: base, &page, &figures)
    for (size, rate, epochs) in [(64, 0.1, 3), (1, 0.05, 1)] {
      let configuration = Rivera.configuration(learningRate: rate, batchSize: .samples(size), epochs: epochs)
      let run = try CourseDescent(
        topology, Rivera.parameters(topology), training: split.training, test: split.test, configuration)
      Rivera.note("batch \(size)", run, base: base, &page, &figures)
    }
    figures["plain"] = try Rivera.distance(
      topology, split.training, Rivera.configuration(learningRate: 0.1, batchSize: .samples(16)))
    figures.pages = [page]
    return figures
  }

  private static func computeOptimizers(_ files: CourseFiles) throws -> CourseFigures {
    let split = try Rivera.split(files)
    let base = try Rivera.base(split)
    let topology = try Rivera.topology()
    var figures = CourseFigures()
    var page = Rivera.comparison("Optimizers, full batch, 30 epochs")
    Rivera.note("base", base, base: base, &page, &figures)
    let optimizers: [(String, any Optimizer, Double)] = [("nesterov", Nesterov(), 0.3), ("adam", Adam(), 0.01)]
    for (name, optimizer, rate) in optimizers {
      let configuration = Rivera.configuration(optimizer, learningRate: rate)
      let run = try CourseDescent(
        topology, Rivera.parameters(topology), training: split.training, test: split.test, configuration)
      Rivera.note(name, run, base: base, &page, &figures)
      figures["\(name).plain"] = try Rivera.distance(topology, split.training, configuration)
    }
    figures.pages = [page]
    return figures
  }

  private static func computeTenClasses(_ files: CourseFiles) throws -> CourseFigures {
    let split = try Rivera.split(files)
    let base = try Rivera.base(split)
    let data = try files.forTraining(DataOptions())
    let topology = try Rivera.topology(hidden: [128], activations: [.relu], output: .softmax, outputs: 10)
    let configuration = Rivera.configuration(learningRate: 0.1, batchSize: .samples(64), epochs: 3)
    let run = try CourseDescent(topology, training: data.training, test: data.test, configuration)
    var figures = CourseFigures()
    figures["accuracy1"] = run.epochs[0].testAccuracy
    figures["accuracy3"] = run.epochs[2].testAccuracy
    figures["loss3"] = run.epochs[2].testLoss
    figures["gain"] = (run.epochs[2].testAccuracy ?? .nan) - (base.epochs.last?.testAccuracy ?? .nan)
    figures["plain"] = try Rivera.distance(topology, data.training, configuration)
    figures.pictures = [
      .curves(
        "Ten digits: loss", "784-128-10 in batches of 64; train loss is the mean on the way, test loss is after it.",
        x: "epoch", y: "loss",
        [
          CoursePicture.Path("train", run.losses, from: 1),
          CoursePicture.Path("test", run.epochs.map { $0.testLoss ?? .nan }, from: 1),
        ]),
      .curves(
        "Ten digits: test accuracy", "After each epoch.", x: "epoch", y: "accuracy",
        [CoursePicture.Path("", run.epochs.map { $0.testAccuracy ?? .nan }, from: 1)]),
    ]
    var page = CoursePage("Ten digits", ["epoch", "train loss", "test loss", "test accuracy"])
    for epoch in run.epochs {
      page.add("\(epoch.epoch)", [epoch.trainLoss, epoch.testLoss ?? .nan, epoch.testAccuracy ?? .nan])
    }
    figures.pages = [page]
    return figures
  }
}
