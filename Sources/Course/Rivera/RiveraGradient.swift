import Descent

/// Rivera's gradients: sums over the data, not means, and one sum for each bias.
enum RiveraGradient {
  static let exercise = CourseExercise(
    name: "rivera-gradient", document: .rivera,
    what: .init(
      "the gradients (3) and (4): sums over the data, ŷ − y at the output, one sum for each bias",
      es: "los gradientes (3) y (4): sumas sobre los datos, ŷ − y en la salida, una suma para cada sesgo"),
    asks:
      .init(
        "With sigmoid and cross-entropy the derivative by z₂ is φ(z₂) − y (appendix); the gradients follow as "
          + "matrix products of rows, y₁ᵀδ₂ and y₀ᵀδ₁ with δ₁ = (δ₂W₂ᵀ) ∘ y₁(1 − y₁).",
        es: "Con sigmoide y entropía cruzada la derivada respecto de z₂ es φ(z₂) − y (apéndice); los "
          + "gradientes resultan como productos matriciales de filas, y₁ᵀδ₂ e y₀ᵀδ₁ con δ₁ = (δ₂W₂ᵀ) ∘ y₁(1 − "
          + "y₁)."),
    notes: [
      .init(
        "D-01: these are the gradients of the sum (2); of the mean that the document prints they would be m times "
          + "smaller.",
        es: "D-01: estos son los gradientes de la suma (2); los de la media que imprime el documento serían m "
          + "veces menores."),
      .init(
        "D-02: (3) and (4) write y₂ − φ₂(z₂), which is always 0; φ₂(z₂) − y is meant, as in the code. ∂z₁/∂z₂ "
          + "and L(y, ŷ₂) are misprints.",
        es: "D-02: (3) y (4) escriben y₂ − φ₂(z₂), que es siempre 0; se quiere decir φ₂(z₂) − y, como en el "
          + "código. ∂z₁/∂z₂ y L(y, ŷ₂) son erratas."),
      .init(
        "D-03: a bias has the sum of its own column of δ.",
        es: "D-03: un sesgo tiene la suma de su propia columna de δ."),
      .init(
        "The document keeps data in rows and weights as inputs × units; ours are outputs × inputs.",
        es: "El documento guarda los datos en filas y los pesos como entradas × unidades; los nuestros "
          + "son salidas × entradas."),
    ],
    expectations: [
      .init(
        "loss", "L of the sum: 5 times the mean", es: "L de la suma: 5 veces la media", 7.14161794301672, within: 1e-5),
      .init(
        "bias0",
        "Σδ₁ of hidden unit 1: 5 times the mean's",
        es: "Σδ₁ de la unidad oculta 1: 5 veces el de la media", 0.08345659930523972, within: 5e-6),
      .init("bias1", "Σδ₁ of hidden unit 2", es: "Σδ₁ de la unidad oculta 2", 0.0397889423870968, within: 5e-6),
      .init("bias2", "Σδ₁ of hidden unit 3", es: "Σδ₁ de la unidad oculta 3", -0.0856881373659003, within: 5e-6),
      .init(
        "weight",
        "y₀ᵀδ₁, input 4 to hidden unit 3",
        es: "y₀ᵀδ₁, entrada 4 a la unidad oculta 3", 0.30155742019969185, within: 1e-5),
      .init(
        "output",
        "y₁ᵀδ₂, hidden unit 1 to output 2",
        es: "y₁ᵀδ₂, unidad oculta 1 a la salida 2", 1.1454651486486394, within: 3e-5),
      .init(
        "delta",
        "δ₂ against ŷ − y, largest difference",
        es: "δ₂ frente a ŷ − y, mayor diferencia", 0, within: 1e-6),
      .init(
        "plain",
        "gradient against the Double network, relative",
        es: "gradiente frente a la red en doble precisión, relativo", 0, within: 3e-5),
      .init(
        "sumAndMean",
        "α on the sum against m·α on the mean after 20 steps, relative",
        es: "α sobre la suma frente a m·α sobre la media tras 20 pasos, relativo", 0, within: 1e-5),
    ],
    compute: { _ in try compute() })

  private static func compute() throws -> ExerciseResult {
    let network = try CourseNumbers.networkA(hidden: .sigmoid, output: .sigmoid, loss: .crossEntropy)
    let examples = PlainExamples(inputs: CourseNumbers.inputsA, targets: CourseNumbers.binaryTargetsA)
    let pass = FastPass(network, examples)
    let sums = pass.gradientSum.layers
    var result = ExerciseResult()
    result["loss"] = pass.losses.reduce(0, +)
    for (unit, bias) in sums[0].bias.enumerated() { result["bias\(unit)"] = Double(bias) }
    result["weight"] = Double(sums[0].weight[2 * 4 + 3])
    result["output"] = Double(sums[1].weight[3])
    let residuals = differences(pass.activations[1], examples.targets)
    result["delta"] = largestDifference(pass.deltas[1].flatMap(\.self), residuals.flatMap(\.self))
    result["plain"] = relativeDifference(pass.meanGradient, network.gradient(examples).flat)
    result["sumAndMean"] = try sumAndMean(network, examples)
    result.figures = [
      .trace(
        .init("The first of the five examples", es: "El primero de los cinco ejemplos"),
        LocalizedText(
          "Outputs and error signals in the 4-3-2 network of sigmoids; the gradients that are checked are sums over five such "
            + "examples. ",
          es:
            "Salidas y señales de error en la red de sigmoides 4-3-2; los gradientes que se comprueban son sumas sobre cinco "
            + "ejemplos así. "
        ).followed(by: CourseFigure.gradientLines), network, input: examples.inputs[0], target: examples.targets[0],
        symbols: ("y₀", "y", "δ"))
    ]
    return result
  }

  /// The relative difference after 20 steps between the document's rule, θ ← θ − α Σ∇ in Double, and the trainer with learning rate m·α.
  private static func sumAndMean(_ network: PlainNetwork, _ examples: PlainExamples) throws -> Double {
    let alpha = 0.05
    let count = Double(examples.count)
    var document = network
    for _ in 0..<20 {
      let mean = document.gradient(examples)
      for layer in document.weights.indices {
        for index in document.weights[layer].indices {
          document.weights[layer][index] -= alpha * count * mean.weights[layer][index]
        }
        for index in document.biases[layer].indices {
          document.biases[layer][index] -= alpha * count * mean.biases[layer][index]
        }
      }
    }
    let run = try CourseDescent(
      network.topology, Parameters(network), training: Samples(examples),
      .course(learningRate: alpha * count, epochs: 20, shuffles: true))
    return relativeDifference(run.parameters.flat, document.flat)
  }
}
