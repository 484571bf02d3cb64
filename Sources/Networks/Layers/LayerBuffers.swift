import KernelInterface
import Kernels

/// One matrix a layer, `[capacity × paddedOutputs]`: activations, or error signals.
///
/// A step reads the table of pointers: a pointer costs no reference count.
final class LayerMatrices: @unchecked Sendable {
  // Unchecked: written in `init` only; the matrices as their owner says.
  let buffers: [AlignedBuffer<Float>]
  private let table: AlignedBuffer<MutableFloats>
  var pointers: UnsafePointer<MutableFloats> { UnsafePointer(table.pointer) }

  init(_ buffers: [AlignedBuffer<Float>]) {
    self.buffers = buffers
    table = AlignedBuffer(count: buffers.count)
    for (index, buffer) in buffers.enumerated() { (table.pointer + index).initialize(to: buffer.pointer) }
  }

  convenience init(_ layout: ParameterLayout, capacity: Int) {
    self.init(layout.layers.map { AlignedBuffer(count: capacity * $0.paddedOutputs) })
  }
}

/// The activations of a number of rows, layer by layer.
///
/// Unchecked: a row is written by the one worker that computes it; others read it after a barrier only.
public final class Activations: @unchecked Sendable {
  /// For each layer `[capacity × paddedOutputs]`.
  public let layers: UnsafePointer<MutableFloats>
  /// The first layer's product before its activation.
  public let product: LayerProduct
  let matrices: LayerMatrices
  private let parts: LayerMatrices

  private init(_ matrices: LayerMatrices, parts: [AlignedBuffer<Float>], _ layout: ParameterLayout) {
    self.matrices = matrices
    self.parts = LayerMatrices(parts)
    layers = matrices.pointers
    product = LayerProduct(
      parts: self.parts.pointers, partCount: parts.count, stride: layout.layers[0].paddedOutputs)
  }

  /// Activations whose first layer's product comes in one part, and becomes the activations where it lies.
  public convenience init(_ layout: ParameterLayout, capacity: Int) {
    let matrices = LayerMatrices(layout, capacity: capacity)
    self.init(matrices, parts: [matrices.buffers[0]], layout)
  }

  /// Activations whose first layer's product comes in `parts` parts.
  ///
  /// - Parameter signals: lends the second part the room of the first layer's error signals, which come later.
  public convenience init(_ layout: ParameterLayout, capacity: Int, parts: Int, sharing signals: ErrorSignals) {
    let matrices = LayerMatrices(layout, capacity: capacity)
    let second = parts == 2 ? [signals.matrices.buffers[0]] : []
    self.init(matrices, parts: [matrices.buffers[0]] + second, layout)
  }

  /// Activations whose first layer's product comes in two parts, in buffers that nothing else is written to.
  public convenience init(_ layout: ParameterLayout, capacity: Int, parts: [AlignedBuffer<Float>]) {
    self.init(LayerMatrices(layout, capacity: capacity), parts: parts, layout)
  }

  /// A second set: the first layer's product and activations its own, all other layers' those of `other`.
  ///
  /// - Parameter parts: of the first layer's product; of two, both have rooms of their own.
  public convenience init(_ layout: ParameterLayout, capacity: Int, parts: Int, above other: Activations) {
    var buffers = other.matrices.buffers
    buffers[0] = AlignedBuffer(count: buffers[0].count)
    let own =
      parts == 1 ? [buffers[0]] : (0..<parts).map { _ in AlignedBuffer<Float>(count: buffers[0].count) }
    self.init(LayerMatrices(buffers), parts: own, layout)
  }
}

/// The error signals ∂loss/∂z of a number of rows, layer by layer, not divided by the batch size.
///
/// Unchecked: a row is written by the one worker that computes it; others read it after a barrier only.
public final class ErrorSignals: @unchecked Sendable {
  /// For each layer `[capacity × paddedOutputs]`.
  public let layers: UnsafePointer<MutableFloats>
  let matrices: LayerMatrices

  private init(_ matrices: LayerMatrices) {
    self.matrices = matrices
    layers = matrices.pointers
  }

  public convenience init(_ layout: ParameterLayout, capacity: Int) {
    self.init(LayerMatrices(layout, capacity: capacity))
  }

  /// Those of `other` but for the first layer's, which lie in `first`.
  public convenience init(_ other: ErrorSignals, first: AlignedBuffer<Float>) {
    var buffers = other.matrices.buffers
    buffers[0] = first
    self.init(LayerMatrices(buffers))
  }
}

/// The targets of a number of rows: a class, or values, each.
///
/// Unchecked: as `Activations`.
public final class TargetRows: @unchecked Sendable {
  /// A class a row; unused where targets are values.
  public let classes: AlignedBuffer<Int32>
  /// `[capacity × stride]`; without room where targets are classes.
  public let values: AlignedBuffer<Float>
  public let stride: Int
  /// Columns of values; 0 where targets are classes.
  public let width: Int

  /// - Parameter width: 0 where targets are classes.
  public init(_ layout: ParameterLayout, capacity: Int, width: Int) {
    self.width = width
    stride = layout.shape.padded(width)
    classes = AlignedBuffer(count: capacity)
    values = AlignedBuffer(count: capacity * stride)
  }
}

/// The loss of each of a number of rows, and whether the answer is correct: 1, or else 0.
///
/// Unchecked: as `Activations`.
public final class RowLosses: @unchecked Sendable {
  public let losses: AlignedBuffer<Float>
  public let correct: AlignedBuffer<Float>

  public init(capacity: Int) {
    losses = AlignedBuffer(count: capacity)
    correct = AlignedBuffer(count: capacity)
  }
}

/// All that a batch's rows need on their way through a network, their inputs aside.
public struct TrainingRows: Sendable {
  public let activations: Activations
  public let signals: ErrorSignals
  public let targets: TargetRows
  public let losses: RowLosses

  public init(activations: Activations, signals: ErrorSignals, targets: TargetRows, losses: RowLosses) {
    self.activations = activations
    self.signals = signals
    self.targets = targets
    self.losses = losses
  }

  /// - Parameters:
  ///   - parts: of the first layer's product.
  ///   - targetWidth: 0 where targets are classes.
  public init(_ layout: ParameterLayout, capacity: Int, parts: Int, targetWidth: Int) {
    signals = ErrorSignals(layout, capacity: capacity)
    activations = Activations(layout, capacity: capacity, parts: parts, sharing: signals)
    targets = TargetRows(layout, capacity: capacity, width: targetWidth)
    losses = RowLosses(capacity: capacity)
  }

  /// The bytes that one row takes, its inputs included; what bounds the rows of a chunk.
  public static func bytesPerRow(_ layout: ParameterLayout) -> Int {
    let floats = layout.layers[0].inputs + layout.layers.reduce(0) { $0 + 2 * $1.paddedOutputs }
    return 4 * floats + 64
  }
}
