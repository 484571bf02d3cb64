import Kernels
import Networks

/// The effect of operands rounded to bfloat16 on a gradient, and the largest difference between two computations of it.
///
/// The gradient of training in bfloat16 is the derivative of no function: the forward pass is a step function of the weights.
/// So the check computes in Double, by the plain network, the gradient with rounded operands and that without, and takes
/// their difference from the fast gradient. What remains must agree with the difference quotients of the exact network.
///
/// The rounded operands of the two are equal where Float and Double lie between the same two boundaries; weights always are.
/// Else they are neighbors, at most 2⁻⁷ of themselves apart. A number of the gradient of a network of L layers depends on at most
/// 2L rounded activations and error signals one after another: L activations forward, L error signals backward. To first order,
/// and where terms do not cancel, it is so at most 2L · 2⁻⁷ off. That is the bound, relative to the tensor's largest
/// magnitude. Few operands differ, so that most networks are far below it; in deep ones the differences of a layer make others in
/// the next.
struct GradientCheckRounding: Sendable {
  /// The difference of each layer's weight gradient, `[outputs × inputs]`.
  private let weights: [[Double]]
  private let biases: [[Double]]
  /// The units of each layer that one of the two may have on the other side of a kink, for some example.
  let nearKinks: [Set<Int>]

  /// The relative error below which a tensor agrees, in a network of this many layers.
  static func tolerance(_ precision: Precision, layers: Int) -> Double {
    switch precision {
    case .float32: GradientCheck.tolerance
    case .bfloat16: 2 * Double(layers) * 0x1p-7
    }
  }

  /// - Parameters:
  ///   - first: the first layer with rounded operands.
  ///   - dropoutFactors: the dropout factors of each example; nil for none.
  ///   - factors: the factor of each example's loss; nil if all are 1.
  init(
    _ network: PlainNetwork, _ examples: PlainExamples, from first: Int, dropoutFactors: [[[Double]?]]?,
    factors: [Double]?
  ) {
    func traces(_ network: RoundedPlainNetwork) -> [PlainTrace] {
      zip(examples.inputs, examples.targets).enumerated().map { index, example in
        network.trace(
          example.0, target: example.1, dropoutFactors: dropoutFactors?[index] ?? [], factor: factors?[index] ?? 1)
      }
    }
    let layers = network.topology.layers.indices
    let rounded = RoundedPlainNetwork(network, from: first)
    let exact = RoundedPlainNetwork(network, from: layers.count)
    let (own, others) = (traces(rounded), traces(exact))
    func difference(_ one: [Double], _ other: [Double]) -> [Double] { zip(one, other).map { $0 - $1 } }
    weights = layers.map { layer in
      difference(rounded.weightGradient(own, layer: layer), exact.weightGradient(others, layer: layer))
    }
    biases = layers.map { layer in
      difference(rounded.biasGradient(own, layer: layer), exact.biasGradient(others, layer: layer))
    }
    nearKinks = layers.map { layer in
      Set(
        (0..<network.topology.layers[layer].outputs).filter { unit in
          own.contains { rounded.isNearKink($0.forward, layer: layer, unit: unit) }
        })
    }
  }

  /// A gradient without the effect of rounding.
  func removed(from gradient: Parameters) -> Parameters {
    func removed(_ numbers: [Float], _ difference: [Double]) -> [Float] {
      zip(numbers, difference).map { Float(Double($0) - $1) }
    }
    return Parameters(
      layers: gradient.layers.indices.map { layer in
        .init(
          weight: removed(gradient.layers[layer].weight, weights[layer]),
          bias: removed(gradient.layers[layer].bias, biases[layer]))
      })
  }
}
