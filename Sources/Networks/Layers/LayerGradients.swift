import KernelInterface
import Kernels

/// The gradients of the weights of layers with dense input, and of all biases.
///
/// Each number is a sum over the rows in order, so that its bits do not depend on the division of the network into
/// slices.
package final class LayerGradients: @unchecked Sendable {
  // Unchecked: used by one thread at a time.
  private let kernels: Kernels
  private let layers: AlignedBuffer<ParameterLayout.Layer>
  private let shape: KernelShape
  /// Error signals of a slice's columns in panels; empty if no layer's are packed.
  private let packed: AlignedBuffer<Float>
  private let scratch: AlignedBuffer<Float>
  /// Packed inputs of a slice; empty if none are packed.
  private let packedInputs: AlignedBuffer<Float>

  /// - Parameter rows: the largest number of rows of a call.
  package init(_ network: FastNetwork, rows: Int, scratch: GradientScratch) {
    kernels = network.kernels
    shape = network.layout.shape
    layers = AlignedBuffer(network.layout.layers)
    let widest = network.layout.layers.map(\.paddedOutputs).max() ?? 0
    packed = AlignedBuffer(count: widest > kernels.products.unpackedWidth ? rows * widest : 0)
    self.scratch = scratch.buffer
    let panels = GradientScratch.panelsAtOnce * shape.panelWidth
    let mostPacked = network.layout.layers.filter { $0.paddedOutputs > panels }.map(\.inputs).max() ?? 0
    let tileRows = shape.tileRows
    let blocks = kernels.products.packInputs == nil ? 0 : (mostPacked + tileRows - 1) / tileRows
    packedInputs = AlignedBuffer(count: blocks * kernels.products.packedBlock(rows: rows))
  }

  /// The error signals of a slice, from its first column and the first row on.
  @inline(__always)
  private func delta(_ slice: GradientSlice, _ signals: ErrorSignals) -> Floats {
    UnsafePointer(signals.layers[slice.layer] + slice.firstColumn)
  }

  /// The inputs of a slice, from the layer below.
  @inline(__always)
  private func x(_ slice: GradientSlice, _ activations: Activations) -> LayerInput {
    LayerInput(
      pointer: UnsafePointer(activations.layers[slice.layer - 1] + slice.firstInput),
      stride: layers.pointer[slice.layer - 1].paddedOutputs)
  }

  /// Computes Σ δ for the slice's biases, if it has any, and stores it in `gradient` or adds it there.
  package func accumulateBiases(
    _ slice: GradientSlice, _ signals: ErrorSignals, count: Int, into gradient: MutableFloats, adds: Bool
  ) {
    let layer = layers.pointer[slice.layer]
    guard slice.firstInput == 0, layer.biasCount > 0 else { return }
    kernels.products.biasGradient(
      delta(slice, signals), layer.paddedOutputs, count, slice.columns, gradient + layer.biases + slice.firstColumn,
      adds)
  }

  /// Computes the gradient of the slice's biases, if it has any, and applies it.
  package func updateBiases(_ slice: GradientSlice, _ signals: ErrorSignals, count: Int, by update: ParameterUpdate) {
    let layer = layers.pointer[slice.layer]
    guard slice.firstInput == 0, layer.biasCount > 0 else { return }
    kernels.products.biasGradient(
      delta(slice, signals), layer.paddedOutputs, count, slice.columns, scratch.pointer, false)
    update.apply(
      UnsafePointer(scratch.pointer), offset: layer.biases + slice.firstColumn, count: slice.columns, isWeights: false)
  }

  /// Computes xᵀ · δ for the weights of a slice above the first layer, and stores it in `gradient` or adds it there.
  package func accumulateWeights(
    _ slice: GradientSlice, _ rows: TrainingRows, count: Int, into gradient: MutableFloats, adds: Bool
  ) {
    accumulate(
      slice, x(slice, rows.activations), delta: delta(slice, rows.signals), count: count, into: gradient, adds: adds)
  }

  /// Computes the gradient of the weights of a slice above the first layer and applies it.
  package func updateWeights(_ slice: GradientSlice, _ rows: TrainingRows, count: Int, by update: ParameterUpdate) {
    self.update(slice, x(slice, rows.activations), delta: delta(slice, rows.signals), count: count, by: update)
  }

  /// Computes xᵀ · δ for a slice's weights over the first `count` rows, and stores it in `gradient`, in the parameters'
  /// layout, or adds it there.
  func accumulate(
    _ slice: GradientSlice, _ x: LayerInput, delta: Floats, count: Int, into gradient: MutableFloats, adds: Bool
  ) {
    let layer = layers.pointer[slice.layer]
    kernels.products.weightGradient(
      x, packedDelta: packedDelta(slice, delta, count), packedRows: count,
      into: gradient + layer.weights + slice.firstColumn * layer.inputs
        + slice.firstInput * shape.rowWidth(slice.columns),
      panelStride: shape.panelWidth * layer.inputs, inputs: slice.inputs,
      columns: kernels.products.computedColumns(outputs: layer.outputs, padded: slice.columns), adds: adds)
  }

  /// Computes the gradient of a slice's weights over the first `count` rows and applies it.
  ///
  /// Products that round their inputs get them packed if several calls read them: those of the deep network
  /// 784-2500-2000-1500-1000-500-10 are rounded once in place of up to ten times.
  func update(_ slice: GradientSlice, _ x: LayerInput, delta: Floats, count: Int, by update: ParameterUpdate) {
    let layer = layers.pointer[slice.layer]
    let packedDelta = packedDelta(slice, delta, count)
    let width = shape.rowWidth(slice.columns)
    let tilePanel = shape.tileRows * shape.panelWidth
    let mostColumns = GradientScratch.panelsAtOnce * shape.panelWidth
    let packs = slice.columns > mostColumns ? kernels.products.packInputs : nil
    packs?(x.pointer, x.stride, packedInputs.pointer, count, slice.inputs)
    let block = kernels.products.packedBlock(rows: count)
    var column = 0
    while column < slice.columns {
      let columns = min(mostColumns, slice.columns - column)
      var done = 0
      while done < slice.inputs {
        let inputs = min(shape.tileRows, slice.inputs - done)
        kernels.products.weightGradient(
          packs == nil
            ? LayerInput(pointer: x.pointer + done, stride: x.stride)
            : LayerInput(pointer: UnsafePointer(packedInputs.pointer + done / shape.tileRows * block), stride: 0),
          packedDelta: packedDelta + column * count,
          packedRows: count, into: scratch.pointer, panelStride: tilePanel, inputs: inputs,
          columns: kernels.products.computedColumns(outputs: layer.outputs, padded: columns), adds: false)
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

  /// The slice's error signals in panels; with float32 kernels, a matrix of at most one panel is used as it is.
  @inline(__always)
  private func packedDelta(_ slice: GradientSlice, _ delta: Floats, _ count: Int) -> Floats {
    let stride = layers.pointer[slice.layer].paddedOutputs
    if stride <= kernels.products.unpackedWidth { return delta }
    kernels.products.packColumns(delta, stride, packed.pointer, count, slice.columns)
    return UnsafePointer(packed.pointer)
  }
}

/// Rows of a layer's inputs as floats: `[rows × stride]`, from the first requested input on.
struct LayerInput {
  let pointer: Floats
  /// The stride between rows in floats.
  let stride: Int
}

/// Scratch memory for a gradient between its computation and its update.
package final class GradientScratch: @unchecked Sendable {
  // Unchecked: used by one thread at a time.
  /// The inputs of a tile times eight panels, a mask word's inputs times five, or the biases of the widest layer.
  let buffer: AlignedBuffer<Float>

  /// The number of panels whose gradients are computed before they are applied: 12 KB with AVX-512, less than the L1
  /// cache; 32 KB with AMX.
  static let panelsAtOnce = 8

  /// Memory for the gradients of a network.
  package init(_ network: FastNetwork) {
    let layout = network.layout
    let widest = layout.layers.map(\.paddedOutputs).max() ?? 0
    let dense = layout.shape.tileRows * Self.panelsAtOnce
    buffer = AlignedBuffer(count: max(64 * 5, dense) * layout.shape.panelWidth + widest)
  }
}

extension KernelShape {
  /// The number of floats of an input's row in a panel of a slice with `columns` columns.
  @inline(__always)
  func rowWidth(_ columns: Int) -> Int { columns > vectorWidth ? panelWidth : vectorWidth }
}
