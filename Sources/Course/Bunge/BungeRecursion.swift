import Descent
import Random

/// The recursion for networks of any depth, with any activations and any differentiable loss, compared with difference quotients.
enum BungeRecursion {
  static let exercise = CourseExercise(
    name: "bunge-recursion", document: .bunge,
    what:
      .init(
        "the general recursion: any depth, a different activation in each layer, any loss, against difference "
          + "quotients",
        es: "la recursión general: cualquier profundidad, una activación distinta en cada capa, cualquier "
          + "pérdida, frente a cocientes de diferencias"),
    asks: .init(
      "∇L needs no formula but (5)–(14), whatever the depth, the sizes M⁽ˡ⁾, the nonlinearities h⁽ˡ⁾ and the loss.",
      es: "∇L no necesita más fórmulas que (5)–(14), sean cuales sean la profundidad, los tamaños M⁽ˡ⁾, las no "
        + "linealidades h⁽ˡ⁾ y la pérdida."),
    command:
      "descent gradcheck --hidden 6,5,4 --activation tanh,sigmoid,leaky-relu --output sigmoid --loss squared-error",
    notes: [
      .init(
        "D-18: (1) must be w* = argmin L(w): the least loss is a number, its w the parameters.",
        es: "D-18: (1) debe ser w* = argmin L(w): la pérdida mínima es un número, su w los parámetros."),
      .init(
        "The objective is Σᵢ Lᵢ and its gradient Σᵢ ∇Lᵢ; the sum of five single gradients is the "
          + "batch's.",
        es: "El objetivo es Σᵢ Lᵢ y su gradiente Σᵢ ∇Lᵢ; la suma de cinco gradientes individuales "
          + "es el del lote."),
      .init(
        "That the objective is not convex, and that second-order methods need ∇L too, are remarks "
          + "without numbers.",
        es: "Que el objetivo no es convexo, y que los métodos de segundo orden también necesitan ∇L, son "
          + "observaciones sin números."),
    ],
    expectations: cases.indices.flatMap { index in
      let name = title(cases[index])
      return [
        CourseExpectation(
          "difference\(index)",
          "\(name): worst gradient against central differences, relative",
          es: "\(name): el peor gradiente frente a diferencias centrales, relativo", 0, within: 1e-4),
        CourseExpectation(
          "plain\(index)",
          "\(name): against the Double network, relative",
          es: "\(name): frente a la red en doble precisión, relativo", 0, within: 3e-5),
      ]
    } + [
      CourseExpectation(
        "sum",
        "Σᵢ of single examples' gradients against the batch's, relative",
        es: "Σᵢ de los gradientes de cada ejemplo frente al del lote, relativo", 0, within: 1e-5)
    ],
    compute: { _ in try compute() })

  private struct Case {
    var hidden: [Int]
    var activations: [Activation]
    var output: Activation
    var loss: Loss
  }

  private static let cases = [
    Case(hidden: [], activations: [.tanh], output: .softmax, loss: .crossEntropy),
    Case(hidden: [5], activations: [.sigmoid], output: .sigmoid, loss: .crossEntropy),
    Case(hidden: [6, 5], activations: [.tanh, .sigmoid], output: .tanh, loss: .squaredError),
    Case(hidden: [6, 5, 4], activations: [.tanh, .sigmoid, .leakyReLU], output: .sigmoid, loss: .squaredError),
    Case(
      hidden: [7, 6, 5, 4], activations: [.relu, .identity, .tanh, .sigmoid], output: .identity, loss: .squaredError),
    Case(
      hidden: [9, 17, 3, 8, 5], activations: [.tanh, .leakyReLU, .sigmoid, .tanh, .sigmoid], output: .softmax,
      loss: .squaredError),
  ]

  private static func title(_ item: Case) -> String {
    let widths = ([4] + item.hidden + [3]).map(String.init).joined(separator: "-")
    let hidden = item.hidden.isEmpty ? [] : item.activations.map(\.rawValue)
    return "\(widths) \((hidden + [item.output.rawValue]).joined(separator: ",")), \(item.loss.rawValue)"
  }

  private static func compute() throws -> ExerciseResult {
    var result = ExerciseResult()
    for (index, item) in cases.enumerated() {
      let topology = try Topology(
        inputs: 4, hidden: item.hidden, outputs: 3, activations: item.hidden.isEmpty ? [.relu] : item.activations,
        output: item.output, loss: item.loss)
      let network = PlainNetwork(
        topology: topology,
        parameters: .initial(
          topology: topology, initializer: Initializer(.uniform(epsilon: 0.9), drawsBiases: true),
          seed: UInt64(index + 1)))
      let examples = drawn(seed: UInt64(index + 1))
      let pass = FastPass(network, examples)
      let plain = network.gradient(examples)
      result["plain\(index)"] = worst(pass, Array(zip(plain.weights, plain.biases)))
      result["difference\(index)"] = worst(pass, differences(network, examples))
      if index == cases.count - 1 { result["sum"] = sumOfSingles(network, examples, pass) }
    }
    return result
  }

  private typealias Layer = (weights: [Double], biases: [Double])

  /// Five examples with one-hot targets, which suit every loss.
  private static func drawn(seed: UInt64) -> PlainExamples {
    var random = RandomSource(seed: seed, purpose: .sampling)
    return PlainExamples(
      inputs: (0..<5).map { _ in (0..<4).map { _ in random.normal() } },
      targets: (0..<5).map { _ in
        let label = Int(random.below(3))
        return (0..<3).map { $0 == label ? 1 : 0 }
      })
  }

  /// The largest relative difference over all tensors; entries of `gradient` that are NaN, at a kink, are omitted.
  private static func worst(_ pass: FastPass, _ gradient: [Layer]) -> Double {
    let count = Double(pass.losses.count)
    var worst = 0.0
    for (layer, fast) in pass.gradientSum.layers.enumerated() {
      for (got, reference) in [(fast.weight, gradient[layer].weights), (fast.bias, gradient[layer].biases)] {
        let pairs = zip(got, reference).filter { !$0.1.isNaN }
        worst = max(worst, relativeDifference(pairs.map { Double($0.0) / count }, pairs.map(\.1)))
      }
    }
    return worst
  }

  /// The gradient by central differences, NaN where an activation has a kink between the two points.
  private static func differences(_ network: PlainNetwork, _ examples: PlainExamples) -> [Layer] {
    let traces = examples.inputs.map(network.forward)
    func quotient(_ entry: PlainEntry) -> Double {
      let quotient = network.centralDifference(entry, traces: traces, targets: examples.targets)
      return quotient.crossesKink ? .nan : quotient.value
    }
    return network.topology.layers.enumerated().map { index, layer in
      let weights = (0..<layer.outputs).flatMap { unit in
        (0..<layer.inputs).map { quotient(.weight(layer: index, unit: unit, input: $0)) }
      }
      return (weights, (0..<layer.outputs).map { quotient(.bias(layer: index, unit: $0)) })
    }
  }

  private static func sumOfSingles(_ network: PlainNetwork, _ examples: PlainExamples, _ batch: FastPass) -> Double {
    var sum = [Double](repeating: 0, count: batch.gradientSum.flat.count)
    for (input, target) in zip(examples.inputs, examples.targets) {
      let single = FastPass(network, PlainExamples(inputs: [input], targets: [target]))
      for (index, value) in single.gradientSum.flat.enumerated() { sum[index] += value }
    }
    return relativeDifference(sum, batch.gradientSum.flat)
  }
}
