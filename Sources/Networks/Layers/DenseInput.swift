import KernelInterface
import Kernels

/// Inputs as rows of floats.
package final class DenseRows: InputRows, @unchecked Sendable {
  // Unchecked: each row is written by the thread that reads its sample; others read it only after a barrier.
  package let capacity: Int
  /// The stride between rows in floats.
  package let stride: Int
  /// `[capacity × stride]`.
  package let values: AlignedBuffer<Float>
  /// The samples whose numbers the rows hold.
  package let held: HeldSamples

  /// Rows of `inputs` zeros each.
  package init(inputs: Int, capacity: Int) {
    held = HeldSamples(capacity: capacity)
    self.capacity = capacity
    stride = (inputs + 15) / 16 * 16
    values = AlignedBuffer(count: capacity * stride)
  }
}

/// The first layer for rows of floats.
package final class DenseInput: InputLayer, @unchecked Sendable {
  // Unchecked: each thread changes parameters of its own between barriers, and no other thread reads them then.
  private let network: FastNetwork
  private let layer: ParameterLayout.Layer
  private let parameters: AlignedBuffer<Float>
  private let weights: ProductWeights

  package static func workDensity(_ density: [Float]?) -> [Float]? { nil }

  /// - Parameter sharesWeights: without effect, since the product reads all weights in their order, which the processor
  ///   prefetches by itself.
  package init(_ network: FastNetwork, parameters: AlignedBuffer<Float>, sharesWeights _: Bool) {
    self.network = network
    layer = network.layout.layers[0]
    self.parameters = parameters
    weights = ProductWeights(network, parameters)
  }

  package func forward(_ input: DenseRows, into product: LayerProduct, first: Int, count: Int, columns: Range<Int>) {
    let biases = layer.biasCount > 0 ? UnsafePointer(parameters.pointer + layer.biases) : nil
    network.kernels.products.product(
      LayerInput(pointer: UnsafePointer(input.values.pointer + first * input.stride), stride: input.stride),
      weights: weights.from(layer.weights + columns.lowerBound * layer.inputs),
      biases: biases.map { $0 + columns.lowerBound },
      into: product.blocks[0] + first * product.stride + columns.lowerBound, stride: product.stride, rows: count,
      inputs: layer.inputs,
      columns: network.kernels.products.computedColumns(outputs: layer.outputs, padded: columns.count))
  }

  /// The gradient of the layer's weights, computed like those of the other layers.
  package final class Gradient: InputGradient, @unchecked Sendable {
    // Unchecked: used by one thread at a time.
    private let products: LayerGradients
    private let kernels: Kernels
    private let layout: ParameterLayout
    /// Scratch memory for a reduced piece of the gradient.
    private let piece: AlignedBuffer<Float>

    package init(_ network: FastNetwork, rows: Int, scratch: GradientScratch, sources: Int) {
      products = LayerGradients(network, rows: rows, scratch: scratch)
      kernels = network.kernels
      layout = network.layout
      piece = AlignedBuffer(count: sources > 0 ? FlatRange.pieceSize : 0)
    }

    private func x(_ slice: GradientSlice, _ input: DenseRows) -> LayerInput {
      LayerInput(pointer: UnsafePointer(input.values.pointer + slice.firstInput), stride: input.stride)
    }

    package func accumulate(
      _ slice: GradientSlice, _ input: DenseRows, delta: Floats, count: Int, into gradient: MutableFloats, adds: Bool
    ) {
      products.accumulate(slice, x(slice, input), delta: delta, count: count, into: gradient, adds: adds)
    }

    package func update(
      _ slice: GradientSlice, _ input: DenseRows, delta: Floats, count: Int, by update: ParameterUpdate
    ) {
      products.update(slice, x(slice, input), delta: delta, count: count, by: update)
    }

    package static func activeWords(_ input: DenseRows) -> Int { 0 }

    /// Computes all rows of the gradient; `active` stays unused, since `activeWords` is 0.
    package func accumulateActive(
      _ slice: GradientSlice, _ input: DenseRows, delta: Floats, count: Int, into gradient: MutableFloats,
      active: UnsafeMutablePointer<UInt64>
    ) {
      accumulate(slice, input, delta: delta, count: count, into: gradient, adds: false)
    }

    package func reduce(
      _ slice: GradientSlice, _ input: DenseRows, sources: UnsafePointer<Floats>,
      active: UnsafePointer<UnsafePointer<UInt64>>, count: Int, by update: ParameterUpdate
    ) {
      let layer = layout.layers[0]
      let width = min(slice.columns, layout.shape.panelWidth)
      var column = 0
      while column < slice.columns {
        FlatRange(
          offset: layer.weights + (slice.firstColumn + column) * layer.inputs + slice.firstInput * width,
          count: slice.inputs * width, isWeights: true
        ).reduce(sources, count: count, by: update, kernels: kernels, piece: piece)
        column += width
      }
    }
  }
}
