import Descent
import Files
import Platform
import Random

/// Arriola's vectorized backpropagation, and its losses.
enum ArriolaExercises {
  static let vectorized = CourseExercise(
    name: "arriola-vectorised", document: .arriola,
    what: .init(
      "the vectorized gradient for any depth, beside the one-example form",
      es: "el gradiente vectorizado para cualquier profundidad, junto a la forma de un solo ejemplo"),
    asks: .init(
      "Equations (16)–(19) compute the gradient of all m examples with matrix products: Δ⁽ᴸ⁾ = Y − A, Δ⁽ˡ⁻¹⁾ = "
        + "Δ⁽ˡ⁾(Θ without its bias row)ᵀ ∘ A(1 − A), ∇ = −1/m AᵀΔ. It is the mean of the single examples' "
        + "gradients.",
      es: "Las ecuaciones (16)–(19) calculan el gradiente de los m ejemplos a la vez con productos de "
        + "matrices: Δ⁽ᴸ⁾ = Y − A, Δ⁽ˡ⁻¹⁾ = Δ⁽ˡ⁾(Θ sin su fila de sesgos)ᵀ ∘ A(1 − A), ∇ = −1/m AᵀΔ. Es la "
        + "media de los gradientes de cada ejemplo."),
    command: "descent gradcheck --hidden 6,5,4,3 --activation sigmoid --output sigmoid",
    notes: [
      .init(
        "δ = y − a has the opposite sign of the other notes'; the minus in ∇ compensates for it.",
        es: "δ = y − a tiene el signo opuesto al de los demás apuntes; el signo menos de ∇ lo compensa."),
      .init(
        "D-05: e^{XΘ} in one denominator must be e^{−XΘ}. D-06: (11) must be g(z)(1 − g(z)), and (8) "
          + "must differentiate by θᵢⱼ, not θⱼₖ; the braces with δᵢ are δₖ in (9) and δⱼ in (11).",
        es: "D-05: e^{XΘ} en un denominador debe ser e^{−XΘ}. D-06: (11) debe ser g(z)(1 − g(z)), y (8) "
          + "debe derivarse respecto de θᵢⱼ, no de θⱼₖ; las llaves con δᵢ son δₖ en (9) y δⱼ en (11)."),
      .init(
        "D-07: Y has s_L columns, not 0…s_L; Θ⁽ˡ⁾ leads from layer l − 1 to l in (15), from l to l + 1 afterwards.",
        es: "D-07: Y tiene s_L columnas, no 0…s_L; Θ⁽ˡ⁾ va de la capa l − 1 a la l en (15), y de la l a la l + "
          + "1 después."),
      .init(
        "D-08: the column of ones belongs before every A⁽ˡ⁾; Δ is m × s_l; Δ⁽ᴸ⁾ comes first and Δ⁽¹⁾ is not needed.",
        es: "D-08: la columna de unos va delante de cada A⁽ˡ⁾; Δ es m × s_l; Δ⁽ᴸ⁾ se calcula primero y Δ⁽¹⁾ no "
          + "hace falta."),
    ],
    expectations: [
      .init(
        "cost",
        "J, mean over 5 examples, sum over 2 sigmoid outputs",
        es: "J, media de 5 ejemplos, suma sobre 2 salidas sigmoides", 1.428323588603344, within: 2e-6),
      .init("bias", "∇⁽¹⁾ row 0 (bias) [1]", es: "∇⁽¹⁾ fila 0 (sesgo) [1]", 0.016691319861047944, within: 2e-6),
      .init("first", "∇⁽¹⁾ row 1 [1]", es: "∇⁽¹⁾ fila 1 [1]", -0.007676699017689764, within: 2e-6),
      .init("last", "∇⁽¹⁾ row 4 [3]", es: "∇⁽¹⁾ fila 4 [3]", 0.06031148403993837, within: 2e-6),
      .init("outputBias", "∇⁽²⁾ row 0 (bias) [1]", es: "∇⁽²⁾ fila 0 (sesgo) [1]", -0.12156031392579547, within: 7e-6),
      .init("output", "∇⁽²⁾ row 3 [2]", es: "∇⁽²⁾ fila 3 [2]", -0.06257926389821367, within: 7e-6),
      .init("norm0", "‖∇⁽¹⁾‖", 0.11346492430693396, within: 4e-6),
      .init("norm1", "‖∇⁽²⁾‖", 0.35619981803221035, within: 1e-5),
      .init(
        "plain",
        "‖∇⁽²⁾‖ by the document's matrices in Double",
        es: "‖∇⁽²⁾‖ con las matrices del documento en doble precisión", 0.35619981803221035, within: 1e-13),
      .init(
        "sign",
        "document's Δ = y − a against our δ = a − y: largest sum",
        es: "Δ = y − a del documento frente a nuestra δ = a − y: mayor suma", 0, within: 1e-6),
    ]
      + depths.flatMap { depth in
        [
          CourseExpectation(
            "forms\(depth)",
            "\(depth.counted("hidden layer")): document's matrices against one example at a time, relative",
            es: "\(hiddenLayers(depth)): matrices del documento frente a un ejemplo cada vez, relativo", 0,
            within: 1e-12),
          CourseExpectation(
            "fast\(depth)",
            "\(depth.counted("hidden layer")): the trainer's gradient against one example at a time, relative",
            es: "\(hiddenLayers(depth)): gradiente del entrenador frente a un ejemplo cada vez, relativo", 0,
            within: 3e-5),
        ]
      },
    compute: { _ in try computeVectorized() })

  /// A number of hidden layers in Spanish.
  private static func hiddenLayers(_ count: Int) -> String {
    count == 1 ? "1 capa oculta" : "\(count) capas ocultas"
  }

  static let crossEntropy = CourseExercise(
    name: "arriola-cross-entropy", document: .arriola,
    what:
      .init(
        "cross-entropy (entropía cruzada): mean over examples, sum over sigmoid outputs, finite where the "
          + "document's formula is not",
        es: "entropía cruzada: media sobre los ejemplos, suma sobre las salidas sigmoides, finita donde la "
          + "fórmula del documento no lo es"),
    asks: .init(
      "J = −1/m Σᵢ Σₖ [y ln h + (1 − y) ln(1 − h)]: a mean over examples of a sum over outputs.",
      es: "J = −1/m Σᵢ Σₖ [y ln h + (1 − y) ln(1 − h)]: media sobre los ejemplos de una suma sobre las salidas."),
    notes: [
      .init(
        "D-04: the document speaks of bits; with the natural logarithm J is in nats, 1 nat = 1/ln 2 bits.",
        es: "D-04: el documento habla de bits; con el logaritmo natural J está en nats, 1 nat = 1/ln 2 bits.")
    ],
    expectations: [
      .init(
        "half",
        "m examples, two outputs at ½: 2 ln 2",
        es: "m ejemplos, dos salidas iguales a ½: 2 ln 2", 1.3862943611198906, within: 1e-6),
      .init("bits", "the same in bits", es: "lo mismo en bits", 2, within: 2e-6),
      .init("z1", "y = 1, z = −1: ln(1 + e)", 1.3132616875182228, within: 1e-6),
      .init(
        "z40",
        "y = 1, z = −40, where 1 − h rounds to 1",
        es: "y = 1, z = −40, donde 1 − h se redondea a 1", 40, within: 1e-4),
      .init(
        "z800",
        "y = 0, z = 800, where ln(1 − h) is −∞",
        es: "y = 0, z = 800, donde ln(1 − h) es −∞", 800, within: 1e-3),
      .init("delta800", "its δ = a − y", es: "su δ = a − y", 1, within: 0),
      .init(
        "plain800",
        "the same loss, Double network",
        es: "la misma pérdida, red en doble precisión", 800, within: 0),
      .init(
        "softmax",
        "softmax over z = (1, 2, 3), class 1",
        es: "softmax de z = (1, 2, 3), clase 1", 2.4076059644443806, within: 1e-6),
    ],
    compute: { _ in try computeCrossEntropy() })

  static let regression = CourseExercise(
    name: "arriola-regression", document: .arriola,
    what: .init(
      "squared differences (diferencias al cuadrado) for regression, down to a tolerance",
      es: "diferencias al cuadrado para regresión, hasta una tolerancia"),
    asks:
      .init(
        "Squared error suits regression, cross-entropy classification; weights are sought such that h "
          + "approximates f up to a tolerance.",
        es: "El error cuadrático conviene a la regresión y la entropía cruzada a la clasificación; se buscan "
          + "pesos tales que h aproxime f hasta cierta tolerancia."),
    command:
      "descent train --data - --targets 1 --test-fraction 0 \(CourseExercise.unscaled) --hidden 16 --activation tanh "
      + "--output identity --optimizer adam --learning-rate 0.01 --batch-size 16 --epochs 3000 --stop-loss 0.0002",
    table: #"awk 'BEGIN { for (i = 0; i < 64; i++) { x = -3 + 6 * i / 63; print x "," sin(x) } }'"#,
    notes: [
      .init(
        "The document names a tolerance without a number: here training ends at a mean ½(h − f)² of 0.0002. It gives no α "
          + "either.",
        es: "El documento menciona una tolerancia sin dar un número: aquí el entrenamiento termina con una media de "
          + "½(h − f)² de 0.0002. Tampoco da α.")
    ],
    expectations: [
      .init(
        "stopped",
        "1 if the tolerance ended the run",
        es: "1 si la tolerancia terminó la ejecución", 1, within: 0),
      .init(
        "rmse",
        "root mean squared error of h against sin x on 64 points",
        es: "raíz del error cuadrático medio de h frente a sin x en 64 puntos", from: 0, to: 0.03),
      .init("r2", "R²", from: 0.998, to: 1),
      .plain("plain", " after 20 epochs", es: " tras 20 épocas"),
      .init(
        "line",
        "a straight line fitted to y = 3x − 2: slope",
        es: "recta ajustada a y = 3x − 2: pendiente", 3, within: 1e-3),
      .init("intercept", "its intercept", es: "su ordenada en el origen", -2, within: 1e-3),
    ],
    compute: { _ in try computeRegression() })

  private static let depths = [1, 2, 3, 4]

  private static func computeVectorized() throws -> ExerciseResult {
    let network = try CourseNumbers.networkA(hidden: .sigmoid, output: .sigmoid, loss: .crossEntropy)
    let examples = PlainExamples(inputs: CourseNumbers.inputsA, targets: CourseNumbers.binaryTargetsA)
    let pass = FastPass(network, examples)
    let sums = ArriolaMatrixForm(PlainNetwork(topology: network.topology, parameters: pass.gradientSum)).theta
    let mean = 1 / Double(examples.count)
    let nabla = sums.map { $0.map { $0.map { mean * $0 } } }
    var result = ExerciseResult()
    result["cost"] = pass.meanLoss
    result["bias"] = nabla[0][0][0]
    result["first"] = nabla[0][1][0]
    result["last"] = nabla[0][4][2]
    result["outputBias"] = nabla[1][0][0]
    result["output"] = nabla[1][3][1]
    result["norm0"] = norm(nabla[0].joined())
    result["norm1"] = norm(nabla[1].joined())
    result["plain"] = norm(ArriolaMatrixForm(network).gradient(examples).nabla[1].joined())
    let signed = differences(examples.targets, pass.activations[1]).flatMap(\.self)
    result["sign"] = largestDifference(pass.deltas[1].flatMap(\.self), signed.map { -$0 })
    for (layer, matrix) in nabla.enumerated() {
      var table = CourseTable(
        "∇(\(layer + 1))",
        [.init("row", es: "fila")] + matrix[0].indices.map { LocalizedText("unit \($0 + 1)", es: "unidad \($0 + 1)") })
      for (row, numbers) in matrix.enumerated() { table.add(row == 0 ? .init("bias", es: "sesgo") : "\(row)", numbers) }
      result.tables.append(table)
    }
    for depth in depths { try compareForms(depth: depth, &result) }
    result.figures = [
      .trace(
        .init("The first of the five examples", es: "El primero de los cinco ejemplos"),
        LocalizedText(
          "Outputs a and error signals δ = a − y in the 4-3-2 network; ∇ is the mean over five such examples. ",
          es: "Salidas a y señales de error δ = a − y en la red 4-3-2; ∇ es la media sobre cinco ejemplos así. "
        ).followed(by: CourseFigure.gradientLines), network, input: examples.inputs[0], target: examples.targets[0],
        symbols: ("x", "a", "δ"))
    ]
    return result
  }

  private static func compareForms(depth: Int, _ result: inout ExerciseResult) throws {
    let topology = try Topology(
      inputs: 5, hidden: Array([7, 4, 6, 3].prefix(depth)), outputs: 2, activations: [.sigmoid], output: .sigmoid)
    let seed = UInt64(depth)
    let network = PlainNetwork(
      topology: topology,
      parameters: .initial(
        topology: topology, initializer: Initializer(.normal(sigma: 1), drawsBiases: true), seed: seed))
    var random = RandomSource(seed: seed, purpose: .sampling)
    let examples = PlainExamples(
      inputs: (0..<9).map { _ in (0..<5).map { _ in random.normal() } },
      targets: (0..<9).map { _ in (0..<2).map { _ in Double(random.below(2)) } })
    let oneByOne = network.gradient(examples)
    let matrices = ArriolaMatrixForm(network).gradient(examples)
    result["fast\(depth)"] = relativeDifference(FastPass(network, examples).meanGradient, oneByOne.flat)
    let transposed = topology.layers.indices.flatMap { layer in
      let matrix = matrices.nabla[layer]
      return matrix[0].indices.flatMap { unit in matrix.dropFirst().map { $0[unit] } } + matrix[0]
    }
    result["forms\(depth)"] = max(
      relativeDifference(transposed, oneByOne.flat), abs(matrices.cost - oneByOne.loss) / oneByOne.loss)
  }

  private static func computeCrossEntropy() throws -> ExerciseResult {
    // One weight, input 1: the pre-activation is the weight.
    func single(_ z: Double, _ target: Double) throws -> (pass: FastPass, plain: Double) {
      let topology = try Topology(inputs: 1, hidden: [], outputs: 1, output: .sigmoid, hasBiases: false)
      let network = PlainNetwork(topology: topology, weights: [[z]], biases: [[]])
      let example = PlainExamples(inputs: [[1]], targets: [[target]])
      return (FastPass(network, example), network.meanLoss(example))
    }
    func several(_ z: [Double], _ output: Activation, _ target: [Double], count: Int) throws -> Double {
      let topology = try Topology(inputs: 1, hidden: [], outputs: z.count, output: output, hasBiases: false)
      let network = PlainNetwork(topology: topology, weights: [z], biases: [[]])
      let inputs = [[Double]](repeating: [1], count: count)
      let targets = [[Double]](repeating: target, count: count)
      return FastPass(network, PlainExamples(inputs: inputs, targets: targets)).meanLoss
    }
    var result = ExerciseResult()
    result["half"] = try several([0, 0], .sigmoid, [1, 0], count: 7)
    result["bits"] = result["half"].map { $0 / log(2) }
    result["z1"] = try single(-1, 1).pass.meanLoss
    result["z40"] = try single(-40, 1).pass.meanLoss
    let far = try single(800, 0)
    result["z800"] = far.pass.meanLoss
    result["delta800"] = far.pass.deltas[0][0][0]
    result["plain800"] = far.plain
    result["softmax"] = try several([1, 2, 3], .softmax, [1, 0, 0], count: 3)
    return result
  }

  private static func computeRegression() throws -> ExerciseResult {
    let points = (0..<64).map { -3 + 6 * Double($0) / 63 }
    let wave = PlainExamples(inputs: points.map { [$0] }, targets: points.map { [sin($0)] })
    let topology = try Topology(
      inputs: 1, hidden: [16], outputs: 1, activations: [.tanh], output: .identity, loss: .squaredError)
    let start = Parameters.initial(topology: topology, seed: 1)
    var configuration = TrainingConfiguration.course(
      Adam(), learningRate: 0.01, batchSize: .samples(16), epochs: 3000, shuffles: true)
    configuration.stop = StopCriteria(loss: 0.0002)
    var result = ExerciseResult()
    let samples = Samples(wave)
    let run = try CourseDescent(topology, start, training: samples, test: samples, configuration)
    result["stopped"] = run.reason == .stopLoss ? 1 : 0
    result["rmse"] = run.epochs.last?.regression?.testRMSE
    result["r2"] = run.epochs.last?.regression?.testR2
    let network = PlainNetwork(topology: topology, parameters: run.parameters)
    result.figures = figures(run, network, wave)
    configuration.stop = StopCriteria()
    configuration.epochs = 20
    result["plain"] = try PlainDescent.distance(topology, start, training: samples, configuration)
    let fit = try lineFit(points)
    result["line"] = fit.flat[0]
    result["intercept"] = fit.flat[1]
    return result
  }

  private static func figures(_ run: CourseDescent, _ network: PlainNetwork, _ wave: PlainExamples) -> [CourseFigure] {
    [
      .curves(
        .init("sin x, learned", es: "sin x, aprendida"),
        .init(
          "Every fourth of the 64 points, and the outputs of the network of 16 tanh units at all of them.",
          es: "Uno de cada cuatro de los 64 puntos, y las salidas de la red de 16 unidades tanh en todos ellos."),
        x: "x", y: "h(x)",
        [
          CourseFigure.Path(
            "h", wave.inputs.map { CourseFigure.Position($0[0], network.forward($0).output[0]) })
        ],
        points: [
          CourseFigure.Path(
            "sin x",
            stride(from: 0, to: 64, by: 4).map { CourseFigure.Position(wave.inputs[$0][0], wave.targets[$0][0]) })
        ]),
      .curves(
        .init("Loss by epoch", es: "Pérdida por época"),
        .init(
          "Mean ½(h − f)² over an epoch's batches; the tolerance 0.0002 ends the run.",
          es: "Media de ½(h − f)² sobre los lotes de una época; la tolerancia 0.0002 termina la ejecución."), x: .epoch,
        y: .loss, [CourseFigure.Path("", run.losses, from: 1)], isLogarithmic: true),
    ]
  }

  /// The parameters of a linear neuron after training on 3x − 2.
  private static func lineFit(_ points: [Double]) throws -> Parameters {
    let line = PlainExamples(inputs: points.map { [$0] }, targets: points.map { [3 * $0 - 2] })
    let neuron = try Topology(inputs: 1, hidden: [], outputs: 1, output: .identity)
    return try CourseDescent(
      neuron, training: Samples(line), .course(learningRate: 0.1, epochs: 300, shuffles: true)
    ).parameters
  }
}
