import KernelInterface
import Kernels

/// One matrix per layer, `[capacity × paddedOutputs]`: activations, or error signals.
///
/// A step uses the table of pointers, since each use of a buffer object would count references.
final class LayerMatrices: @unchecked Sendable {
  // Unchecked: the table is written in `init` only; for the matrices see the classes that use them.
  let buffers: [AlignedBuffer<Float>]
  private let table: AlignedBuffer<MutableFloats>
  var pointers: UnsafePointer<MutableFloats> { UnsafePointer(table.pointer) }

  init(_ buffers: [AlignedBuffer<Float>]) {
    self.buffers = buffers
    table = AlignedBuffer(buffers.map(\.pointer))
  }

  convenience init(_ layout: ParameterLayout, capacity: Int) {
    self.init(layout.layers.map { AlignedBuffer(count: capacity * $0.paddedOutputs) })
  }
}

/// The activations of several rows, for each layer.
package final class Activations: @unchecked Sendable {
  // Unchecked: each row is written by the thread that computes it; others read it only after a barrier.
  /// For each layer `[capacity × paddedOutputs]`.
  package let layers: UnsafePointer<MutableFloats>
  /// For each layer the values from which the derivative of its activation is computed: the pre-activations or, where
  /// the activations suffice, these before dropout. They share the memory of `layers`, unless pre-activations are
  /// needed or outputs are dropped.
  package let preactivations: UnsafePointer<MutableFloats>
  /// For each layer the dropout factors of its outputs, `[capacity × paddedOutputs]`; an empty buffer without dropout.
  let dropoutFactors: UnsafePointer<MutableFloats>
  /// The first layer's product before its activation.
  package let product: LayerProduct
  private let matrices: LayerMatrices
  private let kept: LayerMatrices
  private let products: LayerMatrices
  private let factors: LayerMatrices

  private init(
    _ layout: ParameterLayout, _ activations: [AlignedBuffer<Float>], _ preactivations: [AlignedBuffer<Float>],
    products: [AlignedBuffer<Float>], dropoutFactors: [AlignedBuffer<Float>]
  ) {
    matrices = LayerMatrices(activations)
    kept = LayerMatrices(preactivations)
    self.products = LayerMatrices(products)
    factors = LayerMatrices(dropoutFactors)
    self.dropoutFactors = factors.pointers
    layers = matrices.pointers
    self.preactivations = kept.pointers
    product = LayerProduct(
      blocks: self.products.pointers, blockCount: products.count, stride: layout.layers[0].paddedOutputs)
  }

  /// Activations for evaluation: pre-activations are not kept, and the first layer's product is one buffer.
  package convenience init(_ layout: ParameterLayout, capacity: Int) {
    let buffers = Self.buffers(layout, capacity)
    self.init(
      layout, buffers, buffers, products: [buffers[0]],
      dropoutFactors: layout.layers.map { _ in AlignedBuffer(count: 0) })
  }

  /// Activations for training, with the first layer's product in `inputBlocks` buffers.
  ///
  /// - Parameter signals: the error signals of the same rows. Those of the first layer, which are computed later,
  ///   provide the memory of a second buffer.
  package convenience init(_ layout: ParameterLayout, capacity: Int, inputBlocks: Int, sharing signals: ErrorSignals) {
    let buffers = Self.buffers(layout, capacity)
    let kept = Self.preactivations(layout, buffers)
    self.init(
      layout, buffers, kept, products: [kept[0]] + (inputBlocks == 2 ? [signals.matrices.buffers[0]] : []),
      dropoutFactors: Self.dropoutFactors(layout, capacity))
  }

  /// Activations for training, with the first layer's product in two separate buffers.
  package convenience init(_ layout: ParameterLayout, capacity: Int, products: [AlignedBuffer<Float>]) {
    let buffers = Self.buffers(layout, capacity)
    self.init(
      layout, buffers, Self.preactivations(layout, buffers), products: products,
      dropoutFactors: Self.dropoutFactors(layout, capacity))
  }

  /// Activations with memory of their own for the first layer, and the memory of `other` for all other layers.
  ///
  /// - Parameter inputBlocks: the number of buffers of the first layer's product. If there are two, neither shares memory
  ///   with the activations.
  package convenience init(_ layout: ParameterLayout, capacity: Int, inputBlocks: Int, above other: Activations) {
    var buffers = other.matrices.buffers
    buffers[0] = AlignedBuffer(count: buffers[0].count)
    var kept = other.kept.buffers
    kept[0] = Self.preactivations(layout, buffers)[0]
    self.init(
      layout, buffers, kept,
      products: inputBlocks == 1 ? [kept[0]] : (0..<inputBlocks).map { _ in AlignedBuffer(count: buffers[0].count) },
      dropoutFactors: other.factors.buffers)
  }

  private static func dropoutFactors(_ layout: ParameterLayout, _ capacity: Int) -> [AlignedBuffer<Float>] {
    layout.layers.map { AlignedBuffer(count: $0.dropsOutputs ? capacity * $0.paddedOutputs : 0) }
  }

  private static func buffers(_ layout: ParameterLayout, _ capacity: Int) -> [AlignedBuffer<Float>] {
    layout.layers.map { AlignedBuffer(count: capacity * $0.paddedOutputs) }
  }

  private static func preactivations(
    _ layout: ParameterLayout, _ activations: [AlignedBuffer<Float>]
  ) -> [AlignedBuffer<Float>] {
    zip(layout.layers, activations).map { layer, buffer in
      layer.keepsPreactivations || layer.dropsOutputs ? AlignedBuffer(count: buffer.count) : buffer
    }
  }
}

/// The error signals ∂loss/∂z of several rows, for each layer, not divided by the batch size.
package final class ErrorSignals: @unchecked Sendable {
  // Unchecked: each row is written by the thread that computes it; others read it only after a barrier.
  /// For each layer `[capacity × paddedOutputs]`.
  package let layers: UnsafePointer<MutableFloats>
  let matrices: LayerMatrices

  private init(_ matrices: LayerMatrices) {
    self.matrices = matrices
    layers = matrices.pointers
  }

  /// Error signals of `capacity` rows, zero at first.
  package convenience init(_ layout: ParameterLayout, capacity: Int) {
    self.init(LayerMatrices(layout, capacity: capacity))
  }

  /// The error signals of `other`, with those of the first layer in `first`.
  package convenience init(_ other: ErrorSignals, first: AlignedBuffer<Float>) {
    var buffers = other.matrices.buffers
    buffers[0] = first
    self.init(LayerMatrices(buffers))
  }
}

/// The targets of several rows: one class or several values per row.
package final class TargetRows: @unchecked Sendable {
  // Unchecked: as `Activations`.
  /// One class per row; unused for target values.
  package let classes: AlignedBuffer<Int32>
  /// Target values, `[capacity × stride]`; empty for classes.
  package let values: AlignedBuffer<Float>
  /// The stride between rows of `values` in floats; 0 for classes.
  package let stride: Int
  /// The samples whose target values the rows hold; unused for classes.
  package let held: HeldSamples
  /// True if correct answers are counted.
  package let countsCorrect: Bool

  /// - Parameter width: 0 for classes.
  package init(_ layout: ParameterLayout, capacity: Int, width: Int, countsCorrect: Bool = true) {
    self.countsCorrect = countsCorrect
    held = HeldSamples(capacity: capacity)
    stride = layout.shape.padded(width)
    classes = AlignedBuffer(count: capacity)
    values = AlignedBuffer(count: capacity * stride)
  }
}

/// The losses of several rows, and the correctness of their answers.
package final class RowMetrics: @unchecked Sendable {
  // Unchecked: as `Activations`.
  /// The loss of each row.
  package let losses: AlignedBuffer<Float>
  /// For each row 1 if its answer is correct, else 0.
  package let correct: AlignedBuffer<Float>

  /// Losses and correctness of `capacity` rows.
  package init(capacity: Int) {
    losses = AlignedBuffer(count: capacity)
    correct = AlignedBuffer(count: capacity)
  }
}

/// All buffers for the rows of a batch, except those of the inputs.
///
/// A class, so that a step can pass it without counting references to each member.
package final class TrainingRows: Sendable {
  /// The activations of all layers.
  package let activations: Activations
  /// The error signals of all layers.
  package let signals: ErrorSignals
  /// The classes or target values.
  package let targets: TargetRows
  /// The losses, and the correctness of the answers.
  package let metrics: RowMetrics

  package init(activations: Activations, signals: ErrorSignals, targets: TargetRows, metrics: RowMetrics) {
    self.activations = activations
    self.signals = signals
    self.targets = targets
    self.metrics = metrics
  }

  /// - Parameters:
  ///   - inputBlocks: the number of buffers of the first layer's product.
  ///   - targetWidth: 0 for classes.
  package init(
    _ layout: ParameterLayout, capacity: Int, inputBlocks: Int, targetWidth: Int, countsCorrect: Bool = true
  ) {
    signals = ErrorSignals(layout, capacity: capacity)
    activations = Activations(layout, capacity: capacity, inputBlocks: inputBlocks, sharing: signals)
    targets = TargetRows(layout, capacity: capacity, width: targetWidth, countsCorrect: countsCorrect)
    metrics = RowMetrics(capacity: capacity)
  }

  /// The size in bytes of one row, inputs included, which limits the number of rows of a chunk.
  package static func bytesPerRow(_ layout: ParameterLayout) -> Int {
    let floats =
      layout.layers[0].inputs
      + layout.layers.reduce(0) {
        $0 + (($1.keepsPreactivations || $1.dropsOutputs ? 3 : 2) + ($1.dropsOutputs ? 1 : 0)) * $1.paddedOutputs
      }
    return 4 * floats + 64
  }
}
