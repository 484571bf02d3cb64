import Descent

/// Algorithm 1 for one example, layer by layer, as computed by the kernels that train.
enum BungeTrace {
  static let exercise = CourseExercise(
    name: "bunge-trace", document: .bunge,
    what:
      "Algorithm 1 on one example of a 6-5-4-3 network (tanh, sigmoid, sigmoid): every z, δ and gradient, layer by "
      + "layer",
    asks:
      "Forward: a⁽ˡ⁾ = W⁽ˡ⁾z⁽ˡ⁻¹⁾ + w₀⁽ˡ⁾, z⁽ˡ⁾ = h⁽ˡ⁾(a⁽ˡ⁾). Backward: δ⁽ᴸ⁾ = h′(a⁽ᴸ⁾) ⊙ ∂L/∂ŷ, δ⁽ˡ⁾ = h′(a⁽ˡ⁾) ⊙ "
      + "W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾, "
      + "∂L/∂W⁽ˡ⁾ = δ⁽ˡ⁾z⁽ˡ⁻¹⁾ᵀ, ∂L/∂w₀⁽ˡ⁾ = δ⁽ˡ⁾, with a nonlinearity of its own for each layer.",
    notes: [
      "Here a is the pre-activation and z the output: the reverse of Arriola's and Ng's names.",
      "D-15: Algorithm 1 leaves out ∂L/∂w₀⁽ᴸ⁾ = δ⁽ᴸ⁾, which is equation (14); here it is.",
      "diag(h′)b is computed as h′ ⊙ b: no diagonal matrix is ever made.",
      "D-17: the same recursion is Berzal's for hidden neurons. His w is from one layer to the next, w_hj and w_ij, but w_pj "
        + "with the next layer's neuron first in δ; xᵢ in Δw is what enters that layer. Here W is outputs × inputs.",
      "The objective is the sum over examples; our gradient is the mean, so Σ is m times ours.",
    ],
    expectations: expectations(),
    compute: { _ in try compute() })

  private static func expectations() -> [CourseExpectation] {
    var all: [CourseExpectation] = []
    /// Float rounding: 3·10⁻⁵ of the tensor's largest magnitude.
    func add(
      _ key: String, _ title: String, _ layers: [[Double]], _ tolerance: Double = 3e-5, areMatrices: Bool = false
    ) {
      for (layer, values) in layers.enumerated() {
        let scale = values.map(abs).max() ?? 1
        let inputs = values.count / BungeTraceNumbers.outputs[layer].count
        for (index, value) in values.enumerated() {
          let position = areMatrices ? "\(index / inputs + 1),\(index % inputs + 1)" : "\(index + 1)"
          all.append(
            .init("\(key)\(layer).\(index)", "\(title)(\(layer + 1)) [\(position)]", value, within: tolerance * scale))
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
    add("plain.a", "Double network: a", BungeTraceNumbers.preactivations, 1e-12)
    add("plain.delta", "Double network: δ", BungeTraceNumbers.delta, 1e-12)
    return all
  }

  private static func compute() throws -> CourseFigures {
    let network = try CourseNumbers.networkB(hidden: [.tanh, .sigmoid], output: .sigmoid, loss: .squaredError)
    let examples = PlainExamples(inputs: CourseNumbers.inputsB, targets: CourseNumbers.real01TargetsB)
    let all = FastPass(network, examples)
    let first = FastPass(
      network, PlainExamples(inputs: [examples.inputs[0]], targets: [examples.targets[0]]))
    let plain = network.trace(examples.inputs[0], target: examples.targets[0])
    var figures = CourseFigures()
    func add(_ key: String, _ layer: Int, _ values: [Double]) {
      for (index, value) in values.enumerated() { figures["\(key)\(layer).\(index)"] = value }
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
      let sum = all.gradientSum.layers[layer].weight.reduce(0) { $0 + Double($1) * Double($1) }
      figures["normSum\(layer)"] = sum.squareRoot()
      figures.pages += pages(layer, network, first, plain)
    }
    figures["loss"] = first.losses[0]
    figures["lossSum"] = all.losses.reduce(0, +)
    return figures
  }

  /// One layer of the trace; the pre-activations are the Double network's, since training overwrites its own.
  private static func pages(
    _ layer: Int, _ network: PlainNetwork, _ pass: FastPass, _ plain: PlainTrace
  ) -> [CoursePage] {
    let shape = network.topology.layers[layer]
    var units = CoursePage(
      "Layer \(layer + 1), \(shape.inputs) → \(shape.outputs), \(shape.activation.rawValue)",
      ["unit", "a", "z = h(a)", "δ = ∂L/∂w₀"])
    var weights = CoursePage(
      "∂L/∂W of layer \(layer + 1)", ["unit"] + (1...shape.inputs).map { "input \($0)" })
    let gradient = pass.gradientSum.layers[layer].weight.map(Double.init)
    for unit in 0..<shape.outputs {
      units.add(
        "\(unit + 1)", [plain.forward.z[layer][unit], pass.activations[layer][0][unit], pass.deltas[layer][0][unit]])
      weights.add("\(unit + 1)", Array(gradient[(unit * shape.inputs)..<((unit + 1) * shape.inputs)]))
    }
    return [units, weights]
  }
}
