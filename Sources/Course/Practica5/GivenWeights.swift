import Descent
import Platform

/// The cost and the gradients of the given weights, with which the practical checks its functions.
enum GivenWeights {
  static let cost = CourseExercise(
    name: "practica5-cost", document: .practica5,
    what: .init(
      "the cost (coste) of the given weights: exact, with the document's ε, regularized",
      es: "el coste de los pesos dados: exacto, con el ε del documento, regularizado"),
    asks:
      .init(
        "J = −1/m ΣΣ [y ln h + (1 − y) ln(1 − h)] over 5000 digits with the weights of ex3weights.mat, and "
          + "with λ/(2m) Σ Θ² over all but the biases.",
        es: "J = −1/m ΣΣ [y ln h + (1 − y) ln(1 − h)] sobre 5000 dígitos con los pesos de ex3weights.mat, y "
          + "con λ/(2m) Σ Θ² sobre todo menos los sesgos."),
    command: "descent gradient Data/course/ex3weights.mat --activation sigmoid --output sigmoid "
      + "--classes 1,2,3,4,5,6,7,8,9,0 --split train \(Practica5.dataOptions)",
    notes: [
      .init(
        "D-11: the code adds 10⁻⁶ inside ln(1 − h), which moves the cost from 0.287629165 to 0.287620012, the "
          + "printed value.",
        es: "D-11: el código suma 10⁻⁶ dentro de ln(1 − h), lo que cambia el coste de 0.287629165 a "
          + "0.287620012, el valor impreso."),
      .init(
        "D-09: the file's outputs are the digits 1 to 9, then 0 (as 10); the document indexes digits 0 to 9, "
          + "so its rows were rotated by one.",
        es: "D-09: las salidas del archivo son los dígitos 1 a 9 y luego el 0 (como 10); el documento indexa "
          + "los dígitos 0 a 9, así que sus filas se rotaron en una posición."),
      .init(
        "D-13: cost() takes five arguments and is called with four: the document's main() fails as printed.",
        es: "D-13: cost() toma cinco argumentos y se llama con cuatro: main() falla tal como está impreso."),
      .init(
        "The document has no accuracy of the given weights; the class is the argmax.",
        es: "El documento no da la exactitud de los pesos dados; la clase es el argmax."),
    ],
    expectations: [
      .init("cost", "cost, exact", es: "coste, exacto", 0.287629165161319, within: 1e-6),
      .init("plain", "cost, Double network", es: "coste, red en doble precisión", 0.287629165161319, within: 3e-8),
      .init(
        "printed",
        "cost with 10⁻⁶ in ln(1 − h), as in the document's code",
        es: "coste con 10⁻⁶ en ln(1 − h), como en el código del documento", 0.2876200116672694, within: 1e-6,
        isPrinted: true),
      .init(
        "shift",
        "reduction of the cost by the document's 10⁻⁶",
        es: "reducción del coste por el 10⁻⁶ del documento", 9.1534940496e-6, within: 1e-8),
      .init("regularized1", "cost at λ = 1", es: "coste con λ = 1", 0.3837698590909237, within: 1e-6),
      .init(
        "regularized01", "cost at λ = 0.1, exact", es: "coste con λ = 0.1, exacto", 0.2972432345542795, within: 1e-6),
      .init(
        "printed01",
        "cost at λ = 0.1 with 10⁻⁶ in ln(1 − h)",
        es: "coste con λ = 0.1 y 10⁻⁶ en ln(1 − h)", 0.2972340810602299, within: 1e-6, isPrinted: true),
      .init(
        "correct",
        "correct of 5000 by argmax",
        es: "respuestas correctas de 5000 por argmax", 4876, within: 1),
    ],
    compute: computeCost)

  static let gradient = CourseExercise(
    name: "practica5-gradient", document: .practica5,
    what: .init(
      "the gradients of the given weights: the printed entries, which are the regularized ones",
      es: "los gradientes de los pesos dados: los valores impresos, que son los regularizados"),
    asks:
      .init(
        "δ₃ = h − y, δ₂ = (Θ₂ᵀδ₃) ∘ a(1 − a); D = Δ/m for biases and Δ/m + (λ/m)Θ otherwise. The document "
          + "prints the first and the last three entries of the gradient, flattened row by row, without and with "
          + "regularization.",
        es: "δ₃ = h − y, δ₂ = (Θ₂ᵀδ₃) ∘ a(1 − a); D = Δ/m para los sesgos y Δ/m + (λ/m)Θ en otro caso. El "
          + "documento imprime los tres primeros y los tres últimos valores del gradiente, aplanado por filas, sin "
          + "y con regularización."),
    command: "descent gradient Data/course/ex3weights.mat --activation sigmoid --output sigmoid --l2 0.1 "
      + "--classes 1,2,3,4,5,6,7,8,9,0 --split train \(Practica5.dataOptions) --save gradient.safetensors",
    notes: [
      .init(
        "D-12: the gradient printed as not regularized is that of λ = 0.1: both blocks are equal, and its "
          + "second entry is Θ₁[0,1] · 0.1/5000, where the pixel is zero in every image. Without λ it is 0.",
        es: "D-12: el gradiente impreso como no regularizado es el de λ = 0.1: ambos bloques son iguales, y su "
          + "segundo valor es Θ₁[0,1] · 0.1/5000, donde el píxel es cero en todas las imágenes. Sin λ es 0."),
      .init(
        "D-13: step 3 of gradients() says that forward propagation is in the loop over the examples; the code has "
          + "it before.",
        es: "D-13: el paso 3 de gradients() dice que la propagación hacia adelante está en el bucle sobre los "
          + "ejemplos; el código la tiene antes."),
      .init(
        "Pixels are kept as 32-bit floats, so the Double network differs from float64, too: the cost in the "
          + "eighth digit, and small entries of the gradient, which are differences of larger numbers, in the "
          + "fifth.",
        es: "Los píxeles se guardan como números de 32 bits, así que también la red en doble precisión difiere "
          + "de float64: el coste en el octavo dígito, y los valores pequeños del gradiente, que son diferencias "
          + "de números mayores, en el quinto."),
      .init(
        "The trainer's gradient is read from one step of descent: (θ before − θ after)/η, at η = 1000.",
        es: "El gradiente del entrenador se lee de un paso de descenso: (θ antes − θ después)/η, con η = 1000."),
    ],
    expectations: [
      // 10⁻⁸ is about 10⁻⁵ of the largest printed entry; the observed error is at most 6·10⁻⁹ (AVX2).
      .init(
        "first0", "λ = 0.1: first entry (a bias)", es: "λ = 0.1: primer valor (un sesgo)", 6.18712766e-05, within: 1e-8,
        isPrinted: true),
      .init(
        "first1",
        "λ = 0.1: second entry, printed as −2.11248326e-13",
        es: "λ = 0.1: segundo valor, impreso como −2.11248326e-13", -2.11248326e-13, within: 1e-17,
        isPrinted: true),
      .init(
        "first2", "λ = 0.1: third entry", es: "λ = 0.1: tercer valor", 4.38829369e-14, within: 1e-17, isPrinted: true),
      .init(
        "last2", "λ = 0.1: third from last entry", es: "λ = 0.1: antepenúltimo valor", 4.96169545e-4, within: 1e-8,
        isPrinted: true),
      .init(
        "last1", "λ = 0.1: second from last entry", es: "λ = 0.1: penúltimo valor", 1.10644527e-3, within: 1e-8,
        isPrinted: true),
      .init(
        "last0", "λ = 0.1: last entry", es: "λ = 0.1: último valor", 1.31443465e-3, within: 1e-8,
        isPrinted: true),
      .init("free1", "λ = 0: second entry", es: "λ = 0: segundo valor", 0, within: 0),
      .init(
        "free.last2", "λ = 0: third from last entry", es: "λ = 0: antepenúltimo valor", 5.00631408e-4, within: 1e-8),
      .init("free.last1", "λ = 0: second from last entry", es: "λ = 0: penúltimo valor", 1.13453370e-3, within: 1e-8),
      .init("free.last0", "λ = 0: last entry", es: "λ = 0: último valor", 1.35707295e-3, within: 1e-8),
      .init(
        "plain0",
        "Double network, one example at a time, λ = 0.1: first entry",
        es: "red en doble precisión, un ejemplo cada vez, λ = 0.1: primer valor", 6.18712766e-05, within: 1e-9,
        isPrinted: true),
      .init(
        "plain1", "Double network: second entry", es: "red en doble precisión: segundo valor", -2.11248326e-13,
        within: 1e-21, isPrinted: true),
      .init(
        "plain.last0",
        "Double network: last entry",
        es: "red en doble precisión: último valor", 1.31443465e-3, within: 1e-9, isPrinted: true),
      .init(
        "loop",
        "vectorized against the loop over examples, relative",
        es: "vectorizado frente al bucle sobre los ejemplos, relativo", 0, within: 3e-5),
      .init(
        "biases",
        "change of the 35 bias gradients by λ: largest",
        es: "cambio de los 35 gradientes de los sesgos por λ: el mayor", 0, within: 1e-7),
    ],
    compute: computeGradient)

  private static func computeCost(_ files: CourseFiles) throws -> ExerciseResult {
    let network = try Practica5.givenNetwork(files)
    let digits = try Practica5.digits(files)
    let examples = digits.examples(outputs: 10)
    let evaluator = Evaluator(FastNetwork(network.topology, Parameters(network)), digits)
    let evaluation = evaluator.evaluate()
    // The document's formula for the cost, applied to the outputs of the kernels.
    let outputs = evaluator.outputs().map(Double.init)
    let printed = printedCost(outputs, examples)
    func objective(_ l2: Double) throws -> Double {
      // The loss of a run's first step is the objective before it.
      try CourseDescent(
        network.topology, Parameters(network), training: digits,
        Practica5.configuration(learningRate: 1e-3, l2: l2, epochs: 1)
      ).losses[0]
    }
    var result = ExerciseResult()
    result["cost"] = evaluation.loss
    result["plain"] = network.meanLoss(examples)
    result["printed"] = printed
    result["shift"] = evaluation.loss - printed
    result["regularized1"] = try objective(1)
    let tenth = try objective(0.1)
    result["regularized01"] = tenth
    result["printed01"] = tenth - evaluation.loss + printed
    result.figures = [figure(digits, examples, outputs)]
    result["correct"] = evaluation.accuracy.map { ($0 * Double(evaluation.samples)).rounded() }
    return result
  }

  /// The cost as the document's code computes it, with 10⁻⁶ in the second logarithm.
  private static func printedCost(_ outputs: [Double], _ examples: PlainExamples) -> Double {
    let epsilon = 1e-6
    var cost = 0.0
    for (h, y) in zip(outputs, examples.targets.joined()) {
      cost -= y * log(h) + (1 - y) * log(1 - h + epsilon)
    }
    return cost / Double(Practica5.samples)
  }

  private static func figure(_ digits: Samples, _ examples: PlainExamples, _ outputs: [Double]) -> CourseFigure {
    CourseFigure(
      .init("Outputs of the given weights", es: "Salidas de los pesos dados"),
      .init(
        "The 251st sample of each digit with the network's ten outputs: one sigmoid per class, whose sum need "
          + "not be one.",
        es: "La muestra 251 de cada dígito con las diez salidas de la red: una sigmoide por clase, cuya suma "
          + "no tiene por qué ser uno."),
      .digits(
        (0..<10).map { digit in
          let index = 500 * digit + 250
          return Practica5.digit(digits, examples, index, classes: Array(outputs[(10 * index)..<(10 * index + 10)]))
        }))
  }

  private static func computeGradient(_ files: CourseFiles) throws -> ExerciseResult {
    let network = try Practica5.givenNetwork(files)
    let digits = try Practica5.digits(files)
    let regularized = try gradient(network, digits, l2: 0.1)
    let free = try gradient(network, digits, l2: 0)
    let examples = digits.examples(outputs: 10)
    let plainFree = network.gradient(examples)
    let plain = network.gradient(examples, l2: 0.1)
    var result = ExerciseResult()
    for (name, list) in [("", concatenated(regularized)), ("free.", concatenated(free))] {
      for entry in 0..<3 {
        result["\(name)first\(entry)"] = list[entry]
        result["\(name)last\(entry)"] = list[list.count - 1 - entry]
      }
    }
    result["free1"] = result["free.first1"]
    let plainList = concatenated(zip(plain.weights, plain.biases).map { ($0, $1) })
    result["plain0"] = plainList[0]
    result["plain1"] = plainList[1]
    result["plain.last0"] = plainList[plainList.count - 1]
    let fast = free.flatMap { $0.weight + $0.bias }
    result["loop"] = relativeDifference(fast, plainFree.flat)
    result["biases"] = largestDifference(regularized.flatMap(\.bias), free.flatMap(\.bias))
    var table = CourseTable(
      .init("Gradient, flattened row by row", es: "Gradiente, aplanado por filas"),
      [
        "", .init("1st", es: "1.º"), .init("2nd", es: "2.º"), .init("3rd", es: "3.º"),
        .init("last −2", es: "último −2"), .init("last −1", es: "último −1"), .init("last", es: "último"),
      ])
    for (name, list) in [("λ = 0.1", concatenated(regularized)), ("λ = 0", concatenated(free))] {
      table.add(.init(same: name), Array(list.prefix(3) + list.suffix(3)))
    }
    result.tables = [table]
    return result
  }

  private typealias Layer = (weight: [Double], bias: [Double])

  /// The gradient computed by training, recovered from the parameters' change in one step of plain descent.
  private static func gradient(_ network: PlainNetwork, _ digits: Samples, l2: Double) throws -> [Layer] {
    let start = Parameters(network)
    // A large rate, so that rounding of the parameters affects few digits of the gradient.
    let rate = 1000.0
    let run = try CourseDescent(
      network.topology, start, training: digits,
      Practica5.configuration(learningRate: rate, l2: l2, epochs: 1))
    func difference(_ before: [Float], _ after: [Float]) -> [Double] {
      zip(before, after).map { (Double($0) - Double($1)) / rate }
    }
    return zip(start.layers, run.parameters.layers).map {
      (difference($0.weight, $1.weight), difference($0.bias, $1.bias))
    }
  }

  /// np.ravel of both gradients in the shapes of Θ: each unit's bias before its weights.
  private static func concatenated(_ layers: [Layer]) -> [Double] {
    layers.flatMap { layer in
      let inputs = layer.weight.count / layer.bias.count
      return layer.bias.indices.flatMap { unit in
        [layer.bias[unit]] + layer.weight[(unit * inputs)..<((unit + 1) * inputs)]
      }
    }
  }
}
