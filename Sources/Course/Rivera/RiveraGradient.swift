import Descent

/// The page's gradients: sums, not means, and one for each bias.
enum RiveraGradient {
  static let exercise = CourseExercise(
    name: "rivera-gradient", document: .rivera,
    what: "the gradients (3) and (4): sums over the data, ŷ − y at the output, one sum for each bias",
    asks:
      "With sigmoid and cross-entropy the derivative by z₂ is φ(z₂) − y (appendix); the gradients follow as matrix "
      + "products of rows, "
      + "y₁ᵀδ₂ and y₀ᵀδ₁ with δ₁ = (δ₂W₂ᵀ) ∘ y₁(1 − y₁).",
    notes: [
      "D-01: these are the gradients of the sum (2); of the mean that the page prints they would be m times smaller.",
      "D-02: (3) and (4) write y₂ − φ₂(z₂), which is always 0; meant is φ₂(z₂) − y, as in the code. ∂z₁/∂z₂ and "
        + "L(y, ŷ₂) are misprints.",
      "D-03: a bias has the sum of its own column of δ.",
      "R-02: the page keeps data in rows and weights as inputs × units; ours are outputs × inputs.",
    ],
    expectations: [
      .init("loss", "L of the sum: 5 times the mean", 7.14161794301672, within: 1e-5),
      .init("bias0", "Σδ₁ of hidden unit 1: 5 times the mean's", 0.08345659930523972, within: 5e-6),
      .init("bias1", "Σδ₁ of hidden unit 2", 0.0397889423870968, within: 5e-6),
      .init("bias2", "Σδ₁ of hidden unit 3", -0.0856881373659003, within: 5e-6),
      .init("weight", "y₀ᵀδ₁, input 4 to hidden unit 3", 0.30155742019969185, within: 1e-5),
      .init("output", "y₁ᵀδ₂, hidden unit 1 to output 2", 1.1454651486486394, within: 3e-5),
      .init("delta", "δ₂ against ŷ − y, largest difference", 0, within: 1e-6),
      .init("plain", "gradient against the Double network, relative", 0, within: 3e-5),
      .init("sumAndMean", "α on the sum against m·α on the mean after 20 steps, relative", 0, within: 1e-5),
    ],
    compute: { _ in try compute() })

  private static func compute() throws -> CourseFigures {
    let network = try CourseNumbers.networkA(hidden: .sigmoid, output: .sigmoid, loss: .crossEntropy)
    let examples = PlainExamples(inputs: CourseNumbers.inputsA, targets: CourseNumbers.binaryTargetsA)
    let pass = FastPass(network, examples)
    let sums = pass.gradientSum.layers
    var figures = CourseFigures()
    figures["loss"] = pass.losses.reduce(0, +)
    for (unit, bias) in sums[0].bias.enumerated() { figures["bias\(unit)"] = Double(bias) }
    figures["weight"] = Double(sums[0].weight[2 * 4 + 3])
    figures["output"] = Double(sums[1].weight[3])
    let residuals = zip(pass.activations[1], examples.targets).flatMap { zip($0, $1).map { $0 - $1 } }
    figures["delta"] = largestDifference(pass.deltas[1].flatMap(\.self), residuals)
    figures["plain"] = relativeDifference(pass.meanGradient, network.gradient(examples).flat)
    figures["sumAndMean"] = try sumAndMean(network, examples)
    return figures
  }

  /// The page's rule written out, θ ← θ − α Σ∇, beside the trainer with m·α on the mean.
  private static func sumAndMean(_ network: PlainNetwork, _ examples: PlainExamples) throws -> Double {
    let alpha = 0.05
    let count = Double(examples.count)
    var page = network
    for _ in 0..<20 {
      let sum = page.gradient(examples)
      for layer in page.weights.indices {
        for index in page.weights[layer].indices {
          page.weights[layer][index] -= alpha * count * sum.weights[layer][index]
        }
        for index in page.biases[layer].indices {
          page.biases[layer][index] -= alpha * count * sum.biases[layer][index]
        }
      }
    }
    let run = try CourseDescent(
      network.topology, Parameters(network), training: Samples(examples),
      TrainingConfiguration {
        $0.learningRate = alpha * count
        $0.batchSize = .full
        $0.epochs = 20
      })
    return relativeDifference(run.parameters.flat, page.flat)
  }
}
