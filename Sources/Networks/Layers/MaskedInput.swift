import KernelInterface
import Kernels

/// The first layer for masks of nonzero inputs and their values.
package final class MaskedInput: InputLayer, @unchecked Sendable {
  // Unchecked: `parameters` are written by the workers that own them, between barriers.
  private let kernels: Kernels
  private let layer: ParameterLayout.Layer
  private let parameters: AlignedBuffer<Float>
  private let sharesWeights: Bool

  package typealias Gradient = MaskedGradient
  package static var form: InputForm { .masked }
  package static func workDensity(_ density: [Float]?) -> [Float]? { density }

  package init(_ network: FastNetwork, parameters: AlignedBuffer<Float>, sharesWeights: Bool) {
    kernels = network.kernels
    layer = network.layout.layers[0]
    self.parameters = parameters
    self.sharesWeights = sharesWeights
  }

  package func forward(_ input: MaskedRows, into product: LayerProduct, first: Int, count: Int, columns: Range<Int>) {
    var part = 0
    while part < input.layout.partCount {
      forward(part: part, input, into: product, first: first, count: count, columns: columns)
      part += 1
    }
  }

  /// Computes the product of one input block. The first block includes the biases.
  package func forward(
    part: Int, _ input: MaskedRows, into product: LayerProduct, first: Int, count: Int, columns: Range<Int>
  ) {
    let words = input.layout.words(ofPart: part)
    let biases = part == 0 && layer.biasCount > 0 ? UnsafePointer(parameters.pointer + layer.biases) : nil
    kernels.masked.product(
      input, words: words, first: first, count: count,
      weights: UnsafePointer(parameters.pointer + layer.weights + columns.lowerBound * layer.inputs),
      biases: biases.map { $0 + columns.lowerBound },
      into: product.parts[part] + first * product.stride + columns.lowerBound, stride: product.stride,
      inputs: layer.inputs, columns: columns.count, sharesWeights: sharesWeights)
  }
}
