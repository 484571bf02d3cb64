import Descent

/// Algorithm 1 for one example, layer by layer, as the kernels of training compute it.
enum BungeTrace {
  static let exercise = CourseExercise(
    name: "bunge-trace", document: .bunge,
    what:
      .init(
        "Algorithm 1 on one example of a 6-5-4-3 network (tanh, sigmoid, sigmoid): every z, δ and gradient, "
          + "layer by layer",
        es: "Algoritmo 1 con un ejemplo de una red 6-5-4-3 (tanh, sigmoid, sigmoid): cada z, δ y gradiente, "
          + "capa por capa"),
    asks:
      .init(
        "Forward: a⁽ˡ⁾ = W⁽ˡ⁾z⁽ˡ⁻¹⁾ + w₀⁽ˡ⁾, z⁽ˡ⁾ = h⁽ˡ⁾(a⁽ˡ⁾). Backward: δ⁽ᴸ⁾ = h′(a⁽ᴸ⁾) ⊙ ∂L/∂ŷ, δ⁽ˡ⁾ = "
          + "h′(a⁽ˡ⁾) ⊙ W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾, ∂L/∂W⁽ˡ⁾ = δ⁽ˡ⁾z⁽ˡ⁻¹⁾ᵀ, ∂L/∂w₀⁽ˡ⁾ = δ⁽ˡ⁾, with a nonlinearity of its own "
          + "for each layer.",
        es: "Hacia adelante: a⁽ˡ⁾ = W⁽ˡ⁾z⁽ˡ⁻¹⁾ + w₀⁽ˡ⁾, z⁽ˡ⁾ = h⁽ˡ⁾(a⁽ˡ⁾). Hacia atrás: δ⁽ᴸ⁾ = h′(a⁽ᴸ⁾) ⊙ "
          + "∂L/∂ŷ, δ⁽ˡ⁾ = h′(a⁽ˡ⁾) ⊙ W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾, ∂L/∂W⁽ˡ⁾ = δ⁽ˡ⁾z⁽ˡ⁻¹⁾ᵀ, ∂L/∂w₀⁽ˡ⁾ = δ⁽ˡ⁾, con una no "
          + "linealidad propia en cada capa."),
    notes: [
      .init(
        "Here a is the pre-activation and z the output: the reverse of the names of Arriola and of Práctica 5.",
        es: "Aquí a es la preactivación y z la salida: al revés que en Arriola y en la Práctica 5."),
      .init(
        "D-15: Algorithm 1 leaves out ∂L/∂w₀⁽ᴸ⁾ = δ⁽ᴸ⁾, which is equation (14); it is computed here.",
        es: "D-15: el Algoritmo 1 omite ∂L/∂w₀⁽ᴸ⁾ = δ⁽ᴸ⁾, que es la ecuación (14); aquí se calcula."),
      .init(
        "diag(h′)b is computed as h′ ⊙ b: no diagonal matrix is formed.",
        es: "diag(h′)b se calcula como h′ ⊙ b: nunca se forma una matriz diagonal."),
      .init(
        "D-17: the same recursion is Berzal's for hidden neurons. His w is from one layer to the next, w_hj "
          + "and w_ij, but w_pj with the next layer's neuron first in δ; xᵢ in Δw is the input of that layer. Here "
          + "W is outputs × inputs.",
        es: "D-17: la misma recursión es la de Berzal para neuronas ocultas. Su w va de una capa a la "
          + "siguiente, w_hj y w_ij, pero en δ escribe w_pj con la neurona de la capa siguiente primero; xᵢ en "
          + "Δw es la entrada de esa capa. Aquí W es salidas × entradas."),
      .init(
        "The objective is the sum over examples; our gradient is the mean, so Σ is m times ours.",
        es: "El objetivo es la suma sobre los ejemplos; nuestro gradiente es la media, así que Σ es m veces el "
          + "nuestro."),
    ],
    expectations: expectations(),
    compute: { _ in try compute() })

  private static func expectations() -> [CourseExpectation] {
    var all: [CourseExpectation] = []
    func doubles(_ symbol: String) -> LocalizedText {
      .init("Double network: \(symbol)", es: "red en doble precisión: \(symbol)")
    }
    /// - Parameter tolerance: relative to the largest magnitude of a tensor; the default allows for Float's rounding.
    func add(
      _ key: String, _ title: LocalizedText, _ layers: [[Double]], _ tolerance: Double = 3e-5, areMatrices: Bool = false
    ) {
      for (layer, values) in layers.enumerated() {
        let scale = values.map(abs).max() ?? 1
        let inputs = values.count / BungeTraceNumbers.outputs[layer].count
        for (index, value) in values.enumerated() {
          let position = areMatrices ? "\(index / inputs + 1),\(index % inputs + 1)" : "\(index + 1)"
          let element = "(\(layer + 1)) [\(position)]"
          all.append(
            .init(
              "\(key)\(layer).\(index)", title.english + element, es: title.spanish + element, value,
              within: tolerance * scale))
        }
      }
    }
    add("z", "z", BungeTraceNumbers.outputs)
    add("delta", "δ", BungeTraceNumbers.delta)
    add("gradient", "∂L/∂W", BungeTraceNumbers.weightGradient, areMatrices: true)
    add("bias", "∂L/∂w₀", BungeTraceNumbers.delta)
    add("biasSum", "Σᵢ ∂Lᵢ/∂w₀", BungeTraceNumbers.biasGradientSum)
    all.append(.init("loss", "L₁", BungeTraceNumbers.loss, within: 1e-6))
    all.append(.init("lossSum", "Σᵢ Lᵢ", BungeTraceNumbers.lossSum, within: 1e-6))
    for (layer, norm) in BungeTraceNumbers.weightGradientSumNorms.enumerated() {
      all.append(.init("normSum\(layer)", "‖Σᵢ ∂Lᵢ/∂W(\(layer + 1))‖", norm, within: 3e-5 * norm))
    }
    add("plain.a", doubles("a"), BungeTraceNumbers.preactivations, 1e-12)
    add("plain.delta", doubles("δ"), BungeTraceNumbers.delta, 1e-12)
    return all
  }

  private static func compute() throws -> ExerciseResult {
    let network = try CourseNumbers.networkB(hidden: [.tanh, .sigmoid], output: .sigmoid, loss: .squaredError)
    let examples = PlainExamples(inputs: CourseNumbers.inputsB, targets: CourseNumbers.real01TargetsB)
    let all = FastPass(network, examples)
    let first = FastPass(
      network, PlainExamples(inputs: [examples.inputs[0]], targets: [examples.targets[0]]))
    let plain = network.trace(examples.inputs[0], target: examples.targets[0])
    var result = ExerciseResult()
    func add(_ key: String, _ layer: Int, _ values: [Double]) {
      for (index, value) in values.enumerated() { result["\(key)\(layer).\(index)"] = value }
    }
    for layer in network.topology.layers.indices {
      let gradient = first.gradientSum.layers[layer]
      add("z", layer, first.activations[layer][0])
      add("delta", layer, first.deltas[layer][0])
      add("gradient", layer, gradient.weight.map(Double.init))
      add("bias", layer, gradient.bias.map(Double.init))
      add("biasSum", layer, all.gradientSum.layers[layer].bias.map(Double.init))
      add("plain.a", layer, plain.forward.z[layer])
      add("plain.delta", layer, plain.delta[layer])
      result["normSum\(layer)"] = norm(all.gradientSum.layers[layer].weight.map(Double.init))
      result.tables += tables(layer, network, first, plain)
    }
    result.figures = [
      .trace(
        .init("Algorithm 1, forward and backward", es: "Algoritmo 1, hacia adelante y hacia atrás"),
        LocalizedText(
          "The first example in the 6-5-4-3 network: outputs z and error signals δ = ∂L/∂w₀ of every unit. ",
          es: "El primer ejemplo en la red 6-5-4-3: salidas z y señales de error δ = ∂L/∂w₀ de cada unidad. "
        ).followed(by: CourseFigure.gradientLines), network, input: examples.inputs[0], target: examples.targets[0])
    ]
    result["loss"] = first.losses[0]
    result["lossSum"] = all.losses.reduce(0, +)
    return result
  }

  /// The tables of one layer. The pre-activations are the Double network's, since the kernels overwrite theirs with the outputs.
  private static func tables(
    _ layer: Int, _ network: PlainNetwork, _ pass: FastPass, _ plain: PlainTrace
  ) -> [CourseTable] {
    let shape = network.topology.layers[layer]
    var units = CourseTable(
      .init(
        "Layer \(layer + 1), \(shape.inputs) → \(shape.outputs), \(shape.activation.rawValue)",
        es: "Capa \(layer + 1), \(shape.inputs) → \(shape.outputs), \(shape.activation.rawValue)"),
      [.unit, "a", "z = h(a)", "δ = ∂L/∂w₀"])
    var weights = CourseTable(
      .init("∂L/∂W of layer \(layer + 1)", es: "∂L/∂W de la capa \(layer + 1)"),
      [.unit] + (1...shape.inputs).map { LocalizedText("input \($0)", es: "entrada \($0)") })
    let gradient = pass.gradientSum.layers[layer].weight.map(Double.init)
    for unit in 0..<shape.outputs {
      units.add(
        "\(unit + 1)", [plain.forward.z[layer][unit], pass.activations[layer][0][unit], pass.deltas[layer][0][unit]])
      weights.add("\(unit + 1)", Array(gradient[(unit * shape.inputs)..<((unit + 1) * shape.inputs)]))
    }
    return [units, weights]
  }
}
