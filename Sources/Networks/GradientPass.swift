import KernelInterface
import Kernels

/// One worker's weight gradients: of slices of the network, over rows in hand, into a gradient buffer or straight into a step.
///
/// Each number is a sum over the rows in their order, whatever the slice it lies in: the same bits for any division of the network.
public final class GradientPass: @unchecked Sendable {
  // Unchecked: one worker's own scratch.
  let kernels: Kernels
  let layers: UnsafePointer<ParameterLayout.Layer>
  let shape: KernelShape
  /// Error signals of a slice's columns in panels; only layers wider than a panel need it.
  private let packed: AlignedBuffer<Float>
  /// A gradient on its way into a step: a tile of inputs against eight panels, or a mask word's inputs against five.
  let scratch: AlignedBuffer<Float>
  let rowMasks: AlignedBuffer<UInt64>
  let cursors: AlignedBuffer<Floats>
  /// One mask word of each gradient that is reduced.
  let sourceWords: AlignedBuffer<UInt64>

  /// Panels whose gradients are computed before they are applied: 12 KB of scratch at AVX-512, well within the first cache.
  private static let panelsAtOnce = 8

  /// - Parameters:
  ///   - rows: the most rows in hand.
  ///   - sources: the most gradients that `reduce` adds up.
  public init(_ network: FastNetwork, rows: Int, form: InputForm, sources: Int = 0) {
    kernels = network.kernels
    shape = network.layout.shape
    let layers = UnsafeMutablePointer<ParameterLayout.Layer>.allocate(capacity: network.layout.layers.count)
    for (index, layer) in network.layout.layers.enumerated() { (layers + index).initialize(to: layer) }
    self.layers = UnsafePointer(layers)
    let widest = network.layout.layers.map(\.paddedOutputs).max() ?? 0
    packed = AlignedBuffer(count: widest > shape.vectorWidth ? rows * widest : 0)
    scratch = AlignedBuffer(count: max(64 * 5, shape.tileRows * Self.panelsAtOnce) * shape.panelWidth + widest)
    let isMasked = form == .masked
    rowMasks = AlignedBuffer(count: isMasked ? 64 * ((rows + 63) / 64) : 0)
    cursors = AlignedBuffer(count: isMasked ? (rows + 63) / 64 * 64 : 0)
    sourceWords = AlignedBuffer(count: sources)
  }

  deinit { layers.deallocate() }

  /// gradient (+)= xᵀ · δ for a slice, over the first `count` rows from `first` on; `gradient` has the parameters' layout.
  ///
  /// - Parameter lit: where to add, for each mask word, the inputs that any row lights: then a masked layer's other inputs, whose gradient
  ///   is zero, are not written. Nil where all are to be. Not with `adds`.
  public func accumulate(
    _ slice: GradientSlice, _ rows: RowBuffers, first: Int, count: Int, into gradient: MutableFloats, adds: Bool,
    lit: UnsafeMutablePointer<UInt64>? = nil
  ) {
    let layer = layers[slice.layer]
    let delta = rows.deltas[slice.layer] + first * layer.paddedOutputs + slice.firstColumn
    if slice.firstInput == 0, layer.biasCount > 0 {
      kernels.products.biasGradient(
        delta, layer.paddedOutputs, count, slice.columns, gradient + layer.biases + slice.firstColumn, adds)
    }
    let weights = gradient + layer.weights + slice.firstColumn * layer.inputs
    if slice.layer == 0, rows.form == .masked {
      forEachWord(slice, rows, first: first, count: count) { word, column, columns in
        let sums = PanelPlace(
          pointer: weights + column * layer.inputs + word.firstInput * rowWidth(columns),
          stride: shape.panelWidth * layer.inputs)
        if let lit { lit[word.index] |= word.lit }
        sumBlocks(
          word, count, delta + column, layer.paddedOutputs, columns, sums, into: sums, step: nil,
          all: lit == nil && !adds, adds: adds)
      }
    } else {
      let x = input(slice, rows, first: first)
      kernels.products.weightGradient(
        x.pointer, x.stride, packedDelta(slice, delta, count), count,
        weights + slice.firstInput * rowWidth(slice.columns), shape.panelWidth * layer.inputs, count, slice.inputs,
        slice.columns, adds)
    }
  }

  /// The gradient of a slice over the first `count` rows from `first` on, applied at once: it never leaves the first cache.
  public func step(_ slice: GradientSlice, _ rows: RowBuffers, first: Int, count: Int, _ update: ParameterUpdate) {
    let layer = layers[slice.layer]
    let delta = rows.deltas[slice.layer] + first * layer.paddedOutputs + slice.firstColumn
    // The products need the packed error signals until the last tile, and nothing below reads the biases: they may go first.
    if slice.firstInput == 0, layer.biasCount > 0 {
      kernels.products.biasGradient(delta, layer.paddedOutputs, count, slice.columns, scratch.pointer, false)
      update.apply(
        UnsafePointer(scratch.pointer), offset: layer.biases + slice.firstColumn, count: slice.columns, isWeights: false
      )
    }
    if slice.layer == 0, rows.form == .masked {
      stepMasked(slice, layer, rows, delta, first: first, count: count, update)
    } else {
      stepDense(slice, layer, rows, delta, first: first, count: count, update)
    }
  }

  private func stepDense(
    _ slice: GradientSlice, _ layer: ParameterLayout.Layer, _ rows: RowBuffers, _ delta: Floats, first: Int, count: Int,
    _ update: ParameterUpdate
  ) {
    let x = input(slice, rows, first: first)
    let packedDelta = packedDelta(slice, delta, count)
    let width = rowWidth(slice.columns)
    let tilePanel = shape.tileRows * shape.panelWidth
    var column = 0
    while column < slice.columns {
      let columns = min(Self.panelsAtOnce * shape.panelWidth, slice.columns - column)
      var done = 0
      while done < slice.inputs {
        let inputs = min(shape.tileRows, slice.inputs - done)
        kernels.products.weightGradient(
          x.pointer + done, x.stride, packedDelta + column * count, count, scratch.pointer, tilePanel, count, inputs,
          columns, false)
        var panel = 0
        while panel * width < columns {
          update.apply(
            UnsafePointer(scratch.pointer + panel * tilePanel),
            offset: layer.weights + (slice.firstColumn + column + panel * width) * layer.inputs
              + (slice.firstInput + done) * width,
            count: inputs * width, isWeights: true)
          panel += 1
        }
        done += inputs
      }
      column += columns
    }
  }

  /// Floats of an input's row in a panel of a slice of so many columns.
  @inline(__always)
  func rowWidth(_ columns: Int) -> Int { columns > shape.vectorWidth ? shape.panelWidth : shape.vectorWidth }

  /// What enters the slice's inputs.
  @inline(__always)
  private func input(_ slice: GradientSlice, _ rows: RowBuffers, first: Int) -> (pointer: Floats, stride: Int) {
    if slice.layer == 0 {
      return (UnsafePointer(rows.input.pointer + first * rows.inputStride + slice.firstInput), rows.inputStride)
    }
    let stride = layers[slice.layer - 1].paddedOutputs
    return (UnsafePointer(rows.activations[slice.layer - 1] + first * stride + slice.firstInput), stride)
  }

  /// The slice's error signals in panels; a matrix of one vector is one panel as it lies.
  @inline(__always)
  private func packedDelta(_ slice: GradientSlice, _ delta: Floats, _ count: Int) -> Floats {
    let stride = layers[slice.layer].paddedOutputs
    if stride <= shape.vectorWidth { return delta }
    kernels.products.packColumns(delta, stride, packed.pointer, count, slice.columns)
    return UnsafePointer(packed.pointer)
  }
}
