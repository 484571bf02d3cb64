import Descent

/// Rivera's five recommended exercises (ejercicios recomendados), each against his own run.
///
/// The document has no numbers for them: the intervals contain the results of several seeds.
enum RiveraExercises {
  static let deeper = CourseExercise(
    name: "rivera-deeper", document: .rivera,
    what: .init(
      "exercise 1: k > 1 hidden layers (capas ocultas)",
      es: "ejercicio 1: k > 1 capas ocultas"),
    asks: .init(
      "Complete the derivation for a perceptron with several hidden layers.",
      es: "Completar la derivación para un perceptrón con varias capas ocultas."),
    command:
      Rivera.command(hidden: "64,32,16", "--learning-rate 1.1824 --epochs 5"),
    notes: [
      .init(
        "From the document's N(0, 0.1²), 30 full-batch steps hardly change four layers of sigmoids: the slopes, at "
          + "most ¼, are multiplied in the backward pass. With Glorot's initial weights the same steps nearly reach "
          + "the accuracy of rivera-base. With mini-batches, 185 steps per epoch, the accuracy exceeds it.",
        es: "Con N(0, 0.1²) del documento, 30 pasos de lote completo apenas cambian cuatro capas de sigmoides: las "
          + "pendientes, de ¼ como máximo, se multiplican en la pasada hacia atrás. Con los pesos iniciales de "
          + "Glorot los mismos pasos casi alcanzan la exactitud de rivera-base. Con minilotes, 185 pasos por "
          + "época, la exactitud la supera.")
    ],
    expectations: [
      .init(
        "document's weights.loss",
        "784-64-32-16-1 from the document's N(0, 0.1²): loss at epoch 29 (ln 2 = 0.693)",
        es: "784-64-32-16-1 desde N(0, 0.1²), como en el documento: pérdida en la época 29 (ln 2 = 0.693)", from: 0.68,
        to: 0.695),
      .init(
        "document's weights.gain",
        "correct against rivera-base: all images are classified as one",
        es: "respuestas correctas frente a rivera-base: todas las imágenes se clasifican como uno", from: -1404,
        to: -1392),
      .init(
        "Glorot.gain",
        "from Glorot's weights: correct against rivera-base",
        es: "desde los pesos de Glorot: respuestas correctas frente a rivera-base", from: -10, to: 5),
      .init(
        "mini-batches.gain",
        "from Glorot's weights, batches of 64, 5 epochs: correct against rivera-base",
        es: "desde los pesos de Glorot, lotes de 64, 5 épocas: correctas frente a rivera-base", from: 0, to: 6),
      .init(
        "mini-batches.ratio",
        "its test loss divided by that of rivera-base",
        es: "su pérdida de prueba dividida por la de rivera-base", from: 0.05, to: 0.5),
      .plain("plain", " after 4 steps", es: " tras 4 pasos"),
    ],
    compute: computeDeeper)

  static let activations = CourseExercise(
    name: "rivera-activations", document: .rivera,
    what: .init(
      "exercise 2: other activation functions (funciones de activación), different φ₁ and φ₂",
      es: "ejercicio 2: otras funciones de activación, φ₁ y φ₂ distintas"),
    asks: .init(
      "Try other activations, and different ones for φ₁ and φ₂.",
      es: "Probar otras activaciones, y distintas para φ₁ y φ₂."),
    command:
      Rivera.command(
        activation: "tanh", "--initializer normal:0.1 --batch-size full --learning-rate 0.1 --epochs 30"),
    notes: [
      .init(
        "ReLU and tanh have steeper slopes than the sigmoid: they take a smaller rate, 0.1 on the mean, and "
          + "0.05 with the identity and squared error, which suits classification less: about 20 more images are "
          + "misclassified.",
        es: "ReLU y tanh tienen pendientes mayores que la sigmoide: requieren una tasa menor, 0.1 sobre la "
          + "media, y 0.05 con la identidad y el error cuadrático, que conviene menos a la clasificación: "
          + "unas 20 imágenes más resultan mal clasificadas.")
    ],
    expectations: [
      ("tanh-sigmoid", -12.0, 6.0), ("relu-sigmoid", -12, 6), ("leaky-relu-softmax", -10, 6),
      ("tanh-identity", -32, -5),
    ].flatMap { name, lower, upper in
      [
        CourseExpectation(
          "\(name).correct",
          "φ₁-φ₂ = \(name): correct of 2956",
          es: "φ₁-φ₂ = \(name): correctas de 2956", from: 2952 + lower - 4, to: 2956),
        CourseExpectation(
          "\(name).gain",
          "correct against rivera-base",
          es: "respuestas correctas frente a rivera-base", from: lower, to: upper),
        .plain("\(name).plain"),
      ]
    },
    compute: computeActivations)

  static let stochastic = CourseExercise(
    name: "rivera-stochastic", document: .rivera,
    what: .init(
      "exercise 3: stochastic descent (descenso estocástico), in mini-batches and one image at a time",
      es: "ejercicio 3: descenso estocástico, en minilotes y una imagen cada vez"),
    asks: .init(
      "Implement a strategy of stochastic descent.",
      es: "Implementar una estrategia de descenso estocástico."),
    command:
      Rivera.command("--initializer normal:0.1 --batch-size 64 --learning-rate 0.1 --epochs 3"),
    expectations: [
      .init(
        "batch 64.ratio",
        "batches of 64, 3 epochs: test loss divided by that of 30 full-batch epochs",
        es: "lotes de 64, 3 épocas: pérdida de prueba dividida por la de 30 épocas de lote completo", from: 0.5,
        to: 0.85),
      .init("batch 64.correct", "correct of 2956", es: "correctas de 2956", from: 2948, to: 2956),
      .init(
        "batch 1.ratio",
        "one image at a time, 1 epoch: test loss divided by that of rivera-base",
        es: "una imagen cada vez, 1 época: pérdida de prueba dividida por la de rivera-base", from: 0.05, to: 0.6),
      .init("batch 1.correct", "correct of 2956", es: "correctas de 2956", from: 2948, to: 2956),
      .plain("plain", ", batches of 16", es: ", lotes de 16"),
    ],
    compute: computeStochastic)

  static let optimizers = CourseExercise(
    name: "rivera-optimizers", document: .rivera,
    what: .init(
      "exercise 4: other training algorithms (algoritmos de entrenamiento), Nesterov and Adam",
      es: "ejercicio 4: otros algoritmos de entrenamiento, Nesterov y Adam"),
    asks: .init(
      "Evaluate with other training algorithms, Nesterov and Adam for example.",
      es: "Evaluar con otros algoritmos de entrenamiento, por ejemplo Nesterov y Adam."),
    command:
      Rivera.command("--initializer normal:0.1 --batch-size full --optimizer nesterov --learning-rate 0.3 --epochs 30"),
    expectations: [
      .init(
        "nesterov.ratio",
        "Nesterov, η = 0.3, μ = 0.9: test loss divided by that of rivera-base",
        es: "Nesterov, η = 0.3, μ = 0.9: pérdida de prueba dividida por la de rivera-base", from: 0.12, to: 0.35),
      .init("nesterov.correct", "correct of 2956", es: "correctas de 2956", from: 2946, to: 2956),
      .plain("nesterov.plain"),
      .init(
        "adam.ratio",
        "Adam, η = 0.01: test loss divided by that of rivera-base",
        es: "Adam, η = 0.01: pérdida de prueba dividida por la de rivera-base", from: 0.25, to: 0.55),
      .init("adam.correct", "correct of 2956", es: "correctas de 2956", from: 2946, to: 2956),
      .plain("adam.plain", within: 1e-3),
    ],
    compute: computeOptimizers)

  static let tenClasses = CourseExercise(
    name: "rivera-ten-classes", document: .rivera,
    what: .init(
      "exercise 5: all ten digits (las diez clases en MNIST)",
      es: "ejercicio 5: las diez clases en MNIST"),
    asks: .init(
      "Generalize the classifier to the ten classes of MNIST.",
      es: "Generalizar el clasificador a las diez clases de MNIST."),
    command: "descent train --hidden 128 --learning-rate 0.1 --batch-size 64 --epochs 3",
    notes: [
      .init(
        "Ten classes are harder than two: the document's 99.86 % is the accuracy on zeros and ones alone, as in "
          + "rivera-base.",
        es:
          "Diez clases son más difíciles que dos: el 99.86 % del documento es la exactitud solo con ceros y unos, como en "
          + "rivera-base.")
    ],
    expectations: [
      .init(
        "accuracy1",
        "784-128-10, ReLU, softmax, batch 64: test accuracy after 1 epoch",
        es: "784-128-10, ReLU, softmax, lotes de 64: exactitud de prueba tras 1 época", from: 0.91, to: 0.955),
      .init("accuracy3", "after 3 epochs", es: "tras 3 épocas", from: 0.95, to: 0.975),
      .init("loss3", "test loss after 3 epochs", es: "pérdida de prueba tras 3 épocas", from: 0.09, to: 0.16),
      .init(
        "gain",
        "test accuracy minus that of rivera-base, which has two classes",
        es: "exactitud de prueba menos la de rivera-base, que tiene dos clases", from: -0.05, to: -0.02),
      .plain("plain", " after 4 epochs on 48 images", es: " tras 4 épocas con 48 imágenes"),
    ],
    compute: computeTenClasses)

  private static func computeDeeper(_ files: CourseFiles) throws -> ExerciseResult {
    var comparison = try RiveraComparison("784-64-32-16-1", files)
    let topology = try Rivera.topology(hidden: [64, 32, 16])
    let glorot = Parameters.initial(topology: topology, seed: 1)
    try comparison.add(
      "document's weights", .init("document's weights", es: "pesos del documento"), topology, Rivera.configuration())
    try comparison.add("Glorot", "Glorot", topology, from: glorot, Rivera.configuration())
    try comparison.add(
      "mini-batches", .init("mini-batches", es: "minilotes"), topology, from: glorot,
      Rivera.configuration(batchSize: .samples(64), epochs: 5))
    try comparison.addDistance("plain", topology, Rivera.configuration())
    return comparison.result()
  }

  private static func computeActivations(_ files: CourseFiles) throws -> ExerciseResult {
    var comparison = try RiveraComparison(.init("Activations", es: "Activaciones"), files)
    let pairs: [(Activation, Activation)] = [
      (.tanh, .sigmoid), (.relu, .sigmoid), (.leakyReLU, .softmax), (.tanh, .identity),
    ]
    for (hidden, output) in pairs {
      // Two classes need a single sigmoid output, or two outputs of any other activation.
      let topology = try Rivera.topology(activations: [hidden], output: output, outputs: output == .sigmoid ? 1 : 2)
      let configuration = Rivera.configuration(learningRate: output == .identity ? 0.05 : 0.1)
      let name = "\(hidden.rawValue)-\(output.rawValue)"
      let isSquared = topology.loss == .squaredError
      try comparison.add(
        name,
        isSquared ? .init("\(name) (squared error)", es: "\(name) (error cuadrático)") : .init(same: name),
        topology, configuration)
      try comparison.addDistance("\(name).plain", topology, configuration)
    }
    return comparison.result(
      remark: .init(
        "The squared error of tanh-identity is not comparable with the cross-entropies of the others.",
        es: "El error cuadrático de tanh-identity no es comparable con las entropías cruzadas de las demás."))
  }

  private static func computeStochastic(_ files: CourseFiles) throws -> ExerciseResult {
    var comparison = try RiveraComparison(.init("Stochastic descent", es: "Descenso estocástico"), files)
    let topology = try Rivera.topology()
    for (size, rate, epochs) in [(64, 0.1, 3), (1, 0.05, 1)] {
      try comparison.add(
        "batch \(size)", .init("batch \(size)", es: "lotes de \(size)"), topology,
        Rivera.configuration(learningRate: rate, batchSize: .samples(size), epochs: epochs))
    }
    try comparison.addDistance(
      "plain", topology, Rivera.configuration(learningRate: 0.1, batchSize: .samples(16)))
    return comparison.result()
  }

  private static func computeOptimizers(_ files: CourseFiles) throws -> ExerciseResult {
    var comparison = try RiveraComparison(
      .init("Optimizers, full batch, 30 epochs", es: "Optimizadores, lote completo, 30 épocas"), files)
    let topology = try Rivera.topology()
    let optimizers: [(String, any Optimizer, Double)] = [("nesterov", Nesterov(), 0.3), ("adam", Adam(), 0.01)]
    for (name, optimizer, rate) in optimizers {
      let configuration = Rivera.configuration(optimizer, learningRate: rate)
      try comparison.add(name, .init(same: name), topology, configuration)
      try comparison.addDistance("\(name).plain", topology, configuration)
    }
    return comparison.result()
  }

  private static func computeTenClasses(_ files: CourseFiles) throws -> ExerciseResult {
    let base = try files.baseline().run
    let data = try files.forTraining(DataOptions())
    let topology = try Rivera.topology(hidden: [128], activations: [.relu], output: .softmax, outputs: 10)
    let configuration = Rivera.configuration(learningRate: 0.1, batchSize: .samples(64), epochs: 3)
    let run = try CourseDescent(topology, training: data.training, test: data.test, configuration)
    var result = ExerciseResult()
    result["accuracy1"] = run.epochs[0].testAccuracy
    result["accuracy3"] = run.epochs[2].testAccuracy
    result["loss3"] = run.epochs[2].testLoss
    result["gain"] = (run.epochs[2].testAccuracy ?? .nan) - (base.epochs.last?.testAccuracy ?? .nan)
    result["plain"] = try Rivera.distance(topology, data.training, configuration)
    result.figures = [
      .curves(
        .init("Ten digits: loss", es: "Diez dígitos: pérdida"),
        .init(
          "784-128-10 in batches of 64; the training loss is the mean over the epoch, the test loss that after it.",
          es: "784-128-10 en lotes de 64; la pérdida de entrenamiento es la media de la época, la de "
            + "prueba es la de después."),
        x: .epoch, y: .loss,
        [
          CourseFigure.Path(.init("train", es: "entrenamiento"), run.losses, from: 1),
          CourseFigure.Path(.init("test", es: "prueba"), run.epochs.map { $0.testLoss ?? .nan }, from: 1),
        ]),
      .curves(
        .init("Ten digits: test accuracy", es: "Diez dígitos: exactitud de prueba"),
        .init("After each epoch.", es: "Después de cada época."), x: .epoch, y: .accuracy,
        [CourseFigure.Path("", run.epochs.map { $0.testAccuracy ?? .nan }, from: 1)]),
    ]
    var table = CourseTable(
      .init("Ten digits", es: "Diez dígitos"),
      [.epoch, .trainLoss, .testLoss, .init("test accuracy", es: "exactitud de prueba")])
    for epoch in run.epochs {
      table.add("\(epoch.epoch)", [epoch.trainLoss, epoch.testLoss ?? .nan, epoch.testAccuracy ?? .nan])
    }
    result.tables = [table]
    return result
  }
}
