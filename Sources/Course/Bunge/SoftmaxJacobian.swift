import Descent

/// Softmax with squared error: the outputs depend on each other, so h′ is not diagonal.
enum SoftmaxJacobian {
  static let exercise = CourseExercise(
    name: "bunge-softmax-jacobian", document: .bunge,
    what: .init(
      "softmax with squared error by its full Jacobian, where the document's diag(h′) would be wrong",
      es: "softmax con error cuadrático por su jacobiano completo, donde diag(h′) del documento sería incorrecto"),
    asks:
      .init(
        "δ⁽ᴸ⁾ = h′(a⁽ᴸ⁾) ⊙ ∂L/∂ŷ holds for elementwise activations. For softmax the derivative is "
          + "the matrix diag(p) − ppᵀ, and δ = (diag(p) − ppᵀ)(p − t).",
        es: "δ⁽ᴸ⁾ = h′(a⁽ᴸ⁾) ⊙ ∂L/∂ŷ vale para activaciones elemento a elemento. Para softmax la "
          + "derivada es la matriz diag(p) − ppᵀ, y δ = (diag(p) − ppᵀ)(p − t)."),
    command: "descent train --output softmax --loss squared-error",
    notes: [
      .init(
        "D-14: the document's diagonal covers elementwise activations only.",
        es: "D-14: la diagonal del documento solo cubre activaciones elemento a elemento.")
    ],
    expectations: [
      .init(
        "loss",
        "mean loss ½‖p − t‖² of five examples",
        es: "pérdida media ½‖p − t‖² de cinco ejemplos", 0.2886682066777188, within: 1e-6),
      .init("delta0", "δ₁ of the first example", es: "δ₁ del primer ejemplo", -0.15369592, within: 1e-6),
      .init("delta1", "δ₂", -0.01623177, within: 1e-6),
      .init("delta2", "δ₃", 0.1699277, within: 1e-6),
      .init(
        "bias0", "∂L/∂w₀⁽³⁾ of the mean loss [1]", es: "∂L/∂w₀⁽³⁾ de la pérdida media [1]", -0.04799658, within: 1e-6),
      .init("bias1", "∂L/∂w₀⁽³⁾ [2]", 0.0597306, within: 1e-6),
      .init("bias2", "∂L/∂w₀⁽³⁾ [3]", -0.01173403, within: 1e-6),
      .init("norm0", "‖∂L/∂W⁽¹⁾‖", 0.030747479084367344, within: 1e-6),
      .init("norm1", "‖∂L/∂W⁽²⁾‖", 0.05181251173074803, within: 2e-6),
      .init("norm2", "‖∂L/∂W⁽³⁾‖", 0.0820581525372916, within: 3e-6),
      .init(
        "jacobian",
        "δ against the matrix diag(p) − ppᵀ times p − t, largest difference",
        es: "δ frente a la matriz diag(p) − ppᵀ por p − t, mayor diferencia", 0, within: 1e-6),
      .init(
        "diagonal",
        "δ₂ with the diagonal alone, which is wrong",
        es: "δ₂ solo con la diagonal, que es incorrecta", 0.05167093, within: 1e-6),
      .init(
        "plain",
        "gradient against the Double network, relative",
        es: "gradiente frente a la red en doble precisión, relativo", 0, within: 3e-5),
      .init(
        "crossEntropy",
        "with cross-entropy instead: δ against p − t, largest difference",
        es: "con entropía cruzada: δ frente a p − t, mayor diferencia", 0, within: 1e-6),
    ],
    compute: { _ in try compute() })

  private static func compute() throws -> ExerciseResult {
    let examples = PlainExamples(inputs: CourseNumbers.inputsB, targets: CourseNumbers.onehotTargetsB)
    let network = try CourseNumbers.networkB(hidden: [.tanh, .sigmoid], output: .softmax, loss: .squaredError)
    let pass = FastPass(network, examples)
    let count = Double(examples.count)
    var result = ExerciseResult()
    result["loss"] = pass.meanLoss
    for unit in 0..<3 {
      result["delta\(unit)"] = pass.deltas[2][0][unit]
      result["bias\(unit)"] = Double(pass.gradientSum.layers[2].bias[unit]) / count
    }
    for (layer, numbers) in pass.gradientSum.layers.enumerated() {
      result["norm\(layer)"] = norm(numbers.weight.map(Double.init)) / count
    }
    let p = pass.activations[2]
    let byMatrix = zip(p, examples.targets).map { byJacobian($0, target: $1) }
    result["jacobian"] = largestDifference(pass.deltas[2].flatMap(\.self), byMatrix.flatMap(\.self))
    result["diagonal"] = p[0][1] * (1 - p[0][1]) * (p[0][1] - examples.targets[0][1])
    result["plain"] = relativeDifference(pass.meanGradient, network.gradient(examples).flat)
    let joint = FastPass(
      try CourseNumbers.networkB(hidden: [.tanh, .sigmoid], output: .softmax, loss: .crossEntropy), examples)
    result["crossEntropy"] = largestDifference(
      joint.deltas[2].flatMap(\.self), differences(p, examples.targets).flatMap(\.self))
    result.figures = [
      .trace(
        .init("Softmax with squared error", es: "Softmax con error cuadrático"),
        LocalizedText(
          "The first example in the 6-5-4-3 network; δ of the outputs is by the full Jacobian. ",
          es: "El primer ejemplo en la red 6-5-4-3; δ de las salidas es la del jacobiano completo. "
        ).followed(by: CourseFigure.gradientLines), network, input: examples.inputs[0], target: examples.targets[0])
    ]
    return result
  }

  /// (diag(p) − ppᵀ)(p − t), with the full matrix.
  private static func byJacobian(_ p: [Double], target: [Double]) -> [Double] {
    p.indices.map { row in
      p.indices.reduce(0) { sum, column in
        sum + ((row == column ? p[row] : 0) - p[row] * p[column]) * (p[column] - target[column])
      }
    }
  }
}
