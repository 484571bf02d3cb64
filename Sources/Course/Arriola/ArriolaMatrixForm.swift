import Descent
import Platform

/// Arriola's vectorized algorithm with her names, shapes and signs: a sigmoid network of any depth, all examples at once.
///
/// X is m × (n + 1) with a first column of ones; Θ⁽ˡ⁾ is (1 + inputs) × outputs, its row 0 the biases; Δ⁽ᴸ⁾ = Y − A⁽ᴸ⁾, so
/// ∇⁽ˡ⁾ = −1/m A⁽ˡ⁾ᵀΔ⁽ˡ⁺¹⁾. Only for this exercise; training uses the kernels.
struct ArriolaMatrixForm {
  /// Rows of numbers.
  typealias Matrix = [[Double]]

  let theta: [Matrix]

  init(_ network: PlainNetwork) {
    theta = network.topology.layers.enumerated().map { index, layer in
      let weights = (0..<layer.inputs).map { input in
        (0..<layer.outputs).map { network.weights[index][$0 * layer.inputs + input] }
      }
      return [network.biases[index]] + weights
    }
  }

  /// J, equation (14), and every ∇⁽ˡ⁾ in the shape of Θ⁽ˡ⁾.
  func gradient(_ examples: PlainExamples) -> (cost: Double, nabla: [Matrix]) {
    let mean = 1 / Double(examples.count)
    // D-08: the document's algorithm has the column of ones only in X; every A needs it.
    var activations = [Self.withOnes(examples.inputs)]
    for weights in theta {
      let output = product(activations[activations.count - 1], weights).map { $0.map { 1 / (1 + exp(-$0)) } }
      activations.append(Self.withOnes(output))
    }
    let answers = activations[theta.count].map { Array($0.dropFirst()) }
    var delta = differences(examples.targets, answers)
    var nabla: [Matrix] = []
    for layer in theta.indices.reversed() {
      let sum = product(Self.transposed(activations[layer]), delta)
      nabla.insert(sum.map { $0.map { -mean * $0 } }, at: 0)
      guard layer > 0 else { break }
      let back = product(delta, Self.transposed(Array(theta[layer].dropFirst())))
      delta = zip(back, activations[layer]).map { signals, outputs in
        zip(signals, outputs.dropFirst()).map { $0 * $1 * (1 - $1) }
      }
    }
    let cost = zip(examples.targets, answers).reduce(0) { sum, pair in
      sum - zip(pair.0, pair.1).reduce(0) { $0 + $1.0 * log($1.1) + (1 - $1.0) * log(1 - $1.1) }
    }
    return (cost * mean, nabla)
  }

  private static func withOnes(_ rows: Matrix) -> Matrix { rows.map { [1] + $0 } }

  private static func transposed(_ matrix: Matrix) -> Matrix {
    matrix[0].indices.map { column in matrix.map { $0[column] } }
  }
}
