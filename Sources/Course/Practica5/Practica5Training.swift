import Descent

/// The practical's training run and its data.
enum Practica5Training {
  static let training = CourseExercise(
    name: "practica5-training", document: .practica5,
    what: .init(
      "training 400-25-10 from U(−0.12, 0.12), λ = 1, 1000 iterations",
      es: "entrenamiento 400-25-10 desde U(−0.12, 0.12), λ = 1, 1000 iteraciones"),
    asks:
      .init(
        "Weights and biases from a uniform distribution in ±ε_init = ±0.12, then full-batch descent of the "
          + "regularized cost, printed every 100 iterations.",
        es: "Pesos y sesgos de una distribución uniforme en ±ε_init = ±0.12, y después descenso del coste "
          + "regularizado con el lote completo, impreso cada 100 iteraciones."),
    command: "descent train --split train --test-fraction 0 \(Practica5.dataOptions) --hidden 25 --activation sigmoid "
      + "--output sigmoid --initializer uniform:0.12,biases --batch-size full --learning-rate 1 --l2 1 --epochs 1001",
    notes: [
      .init(
        "D-13: learning_parameters() is named and not shown (train_neural_network is in its place, "
          + "twice), and α, λ and the iterations of training are not given: α = 1, λ = 1, 1000 here.",
        es: "D-13: learning_parameters() se nombra y no se muestra (en su lugar está "
          + "train_neural_network, dos veces), y no se dan α, λ ni las iteraciones del entrenamiento: aquí α = "
          + "1, λ = 1, 1000."),
      .init(
        "The seeded run begins with the weights of np.random.seed(0), and is compared with float64 for 300 "
          + "iterations.",
        es: "La ejecución con semilla empieza con los pesos de np.random.seed(0), y se compara con float64 "
          + "durante 300 iteraciones."),
    ],
    expectations: [
      .init("initial", "largest initial weight or bias", es: "mayor peso o sesgo inicial", from: 0.1199, to: 0.12),
      .init(
        "cost0",
        "cost before the first update",
        es: "coste antes de la primera actualización", from: 6, to: 8),
      .init(
        "cost1000",
        "cost after 1000 iterations (float64 from NumPy's weights: 0.459)",
        es: "coste tras 1000 iteraciones (float64 desde los pesos de NumPy: 0.459)", from: 0.44, to: 0.47),
      .init("accuracy", "accuracy on the 5000 (95.4 %)", es: "exactitud en los 5000 (95.4 %)", from: 0.95, to: 0.965),
      .init(
        "seeded0",
        "NumPy's weights: cost at iteration 0",
        es: "pesos de NumPy: coste en la iteración 0", 6.909270510710376, within: 1e-5),
      .init("seeded1", "cost at iteration 1", es: "coste en la iteración 1", 3.497291285560188, within: 1e-4),
      .init("seeded10", "cost at iteration 10", es: "coste en la iteración 10", 3.1840430463735445, within: 1e-4),
      .init("seeded100", "cost at iteration 100", es: "coste en la iteración 100", 1.2527862782512882, within: 5e-4),
      .init("seeded200", "cost at iteration 200", es: "coste en la iteración 200", 0.8248027037233974, within: 5e-4),
      .init("seeded300", "cost at iteration 300", es: "coste en la iteración 300", 0.6849012250102193, within: 5e-4),
      .plain("plain", ", 50 digits, 5 iterations", es: ", 50 dígitos, 5 iteraciones"),
    ],
    compute: computeTraining)

  static let digits = CourseExercise(
    name: "practica5-digits", document: .practica5,
    what: .init(
      "the 5000 digits of 20 × 20, rebuilt from MNIST, and their one-hot rows",
      es: "los 5000 dígitos de 20 × 20, reconstruidos a partir de MNIST, y sus filas one-hot"),
    asks:
      .init(
        "load_data gives X (5000 × 400) and y; one_hot gives each sample a row with a 1 in its digit's column. "
          + "The document prints ten rows beside their labels, to be compared by eye.",
        es: "load_data da X (5000 × 400) e y; one_hot da a cada muestra una fila con un 1 en la columna de su "
          + "dígito. El documento imprime diez filas junto a sus etiquetas, para compararlas a ojo."),
    command: "descent data describe Data/mnist \(Practica5.dataOptions)",
    notes: [
      .init(
        "D-10: rows 3 to 9 of the printed list have eleven columns. Rows 3 to 5 have their 1 in the right one, row 6 "
          + "(a 9) has it in column 10, and rows 7 to 9 have none. Here each row has ten columns, and one 1.",
        es: "D-10: las filas 3 a 9 de la lista impresa tienen once columnas. Las filas 3 a 5 tienen su 1 en la "
          + "correcta, la fila 6 (un 9) lo tiene en la columna 10, y las filas 7 a 9 no tienen ninguno. Aquí "
          + "cada fila tiene diez columnas, y un 1."),
      .init(
        "D-09: calculate_exponent and its loop do nothing.",
        es: "D-09: calculate_exponent y su bucle no hacen nada."),
    ],
    expectations: [
      .init("samples", "samples (rows of X)", es: "muestras (filas de X)", 5000, within: 0),
      .init(
        "features", "features (columns of X)", es: "características (columnas de X)", 400, within: 0,
        isPrinted: true),
      .init("sum", "sum over X", es: "suma de X", 262678.26015968184, within: 0.05),
      .init("squares", "sum of squares over X", es: "suma de cuadrados de X", 208610.8319844904, within: 0.05),
      .init(
        "least",
        "smallest pixel: bicubic resampling is below 0, unclipped",
        es: "menor píxel: el remuestreo bicúbico baja de 0, sin recortar", -0.13196323019852385, within: 1e-6),
      .init("largest", "largest pixel", es: "mayor píxel", 1.1276882991588881, within: 1e-6),
      .init("column", "row 0, feature 73", es: "fila 0, característica 73", -0.01875725081699378, within: 1e-7),
      .init("ones", "ones in the one-hot rows", es: "unos en las filas one-hot", 5000, within: 0),
      .init(
        "wrong",
        "one-hot rows whose 1 is not in the label's column",
        es: "filas one-hot cuyo 1 no está en la columna de la etiqueta", 0, within: 0),
    ],
    compute: computeDigits)

  private static func computeTraining(_ files: CourseFiles) throws -> ExerciseResult {
    let digits = try Practica5.digits(files)
    let topology = try Practica5.topology()
    let start = Parameters.initial(
      topology: topology, initializer: Initializer(.uniform(epsilon: 0.12), drawsBiases: true), seed: 1)
    // An epoch's cost is that before its update, so the cost after 1000 iterations is the 1001st.
    let run = try CourseDescent(
      topology, start, training: digits, Practica5.configuration(learningRate: 1, l2: 1, epochs: 1001))
    let seeded = try CourseDescent(
      topology, seededParameters(topology), training: digits,
      Practica5.configuration(learningRate: 1, l2: 1, epochs: 301))
    var result = ExerciseResult()
    result["initial"] = start.flat.map(abs).max()
    result["cost0"] = run.losses[0]
    result["cost1000"] = run.losses[1000]
    result["accuracy"] = run.epochs[1000].trainAccuracy
    for iteration in [0, 1, 10, 100, 200, 300] { result["seeded\(iteration)"] = seeded.losses[iteration] }
    let few = digits.selecting((0..<50).map { 100 * $0 })
    result["plain"] = try PlainDescent.distance(
      topology, start, training: few, Practica5.configuration(learningRate: 1, l2: 1, epochs: 5))
    var table = CourseTable(
      .init("Cost before each update", es: "Coste antes de cada actualización"), [.iteration, .cost, .accuracy])
    for iteration in stride(from: 0, through: 1000, by: 100) {
      table.add("\(iteration)", [run.losses[iteration], run.epochs[iteration].trainAccuracy ?? .nan])
    }
    result.tables = [table]
    result.figures = figures(run, seeded: seeded)
    return result
  }

  private static func figures(_ run: CourseDescent, seeded: CourseDescent) -> [CourseFigure] {
    [
      .curves(
        .init("Cost by iteration", es: "Coste por iteración"),
        .init(
          "The regularized cost before each update, from weights of our own and from NumPy's.",
          es: "El coste regularizado antes de cada actualización, desde pesos propios y desde los de NumPy."),
        x: .iteration, y: .cost,
        [
          CourseFigure.Path("U(−0.12, 0.12)", run.losses),
          CourseFigure.Path(.init("NumPy's", es: "los de NumPy"), seeded.losses),
        ]),
      .curves(
        .init("Accuracy by iteration", es: "Exactitud por iteración"),
        .init(
          "On the 5000 training digits.",
          es: "En los 5000 dígitos de entrenamiento."), x: .iteration, y: .accuracy,
        [CourseFigure.Path("", run.epochs.map { $0.trainAccuracy ?? .nan })]),
    ]
  }

  /// The initial weights of `initialize_weights` after `np.random.seed(0)`: Θ₁ (25 × 401), then Θ₂ (10 × 26), each row with its bias
  /// first. They are drawn for the file's outputs, digits 1 to 9, then 0, and then rotated for outputs 0 to 9.
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

  private static func computeDigits(_ files: CourseFiles) throws -> ExerciseResult {
    let digits = try Practica5.digits(files)
    let examples = digits.examples(outputs: 10)
    let pixels = PlainVectors.Figures(examples.inputs)
    var result = ExerciseResult()
    result["samples"] = Double(examples.count)
    result["features"] = Double(examples.inputs[0].count)
    result["sum"] = pixels.sum
    result["squares"] = pixels.squares
    result["least"] = pixels.least
    result["largest"] = pixels.largest
    result["column"] = examples.inputs[0][73]
    guard case .classes(let classes, let labels) = digits.targets else { return result }
    result["ones"] = PlainVectors.Figures(examples.targets).sum
    result["wrong"] = Double(
      zip(classes, examples.targets).count { label, row in row.firstIndex(of: 1) != Int(labels[Int(label)]) })
    var table = CourseTable(
      .init("One-hot rows", es: "Filas one-hot"), [.init("label", es: "etiqueta")] + (0..<10).map { "\($0)" })
    for digit in 0..<10 { table.add(.init(same: labels[Int(classes[500 * digit])]), examples.targets[500 * digit]) }
    result.tables = [table]
    result.figures = [
      CourseFigure(
        .init("One-hot rows beside digits", es: "Filas one-hot junto a los dígitos"),
        .init(
          "The first of each digit, 20 × 20 pixels, and its row of Y: a 1 in its own column.",
          es: "El primero de cada dígito, 20 × 20 píxeles, y su fila de Y: un 1 en su propia columna."),
        .digits((0..<10).map { Practica5.digit(digits, examples, 500 * $0, classes: examples.targets[500 * $0]) }))
    ]
    return result
  }
}
