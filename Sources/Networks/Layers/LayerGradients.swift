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
    let mostUnpacked = Self.mostUnpacked(kernels, shape)
    let mostPacked = network.layout.layers.filter { $0.paddedOutputs > mostUnpacked }.map(\.inputs).max() ?? 0
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
    let packedDelta = packedDelta(slice, delta, count)
    if packsUnrounded(slice) {
      forEachTile(slice, x, count: count) { tile in
        kernels.products.weightGradient(
          tile.x, packedDelta: packedDelta + tile.column * count, packedRows: count,
          into: gradient + offset(slice, tile), panelStride: shape.panelWidth * layer.inputs, inputs: tile.inputs,
          columns: tile.columns, adds: adds)
      }
      return
    }
    kernels.products.weightGradient(
      x, packedDelta: packedDelta, packedRows: count,
      into: gradient + layer.weights + slice.firstColumn * layer.inputs
        + slice.firstInput * shape.rowWidth(slice.columns),
      panelStride: shape.panelWidth * layer.inputs, inputs: slice.inputs,
      columns: kernels.products.computedColumns(outputs: layer.outputs, padded: slice.columns), adds: adds)
  }

  /// Computes the gradient of a slice's weights over the first `count` rows and applies it.
  ///
  /// With AVX2, weights and state are prefetched during the product: a tile's rows in eight panels are too short for the
  /// hardware prefetcher.
  func update(_ slice: GradientSlice, _ x: LayerInput, delta: Floats, count: Int, by update: ParameterUpdate) {
    let layer = layers.pointer[slice.layer]
    let packedDelta = packedDelta(slice, delta, count)
    let width = shape.rowWidth(slice.columns)
    let tilePanel = shape.tileRows * shape.panelWidth
    let prefetches = packsUnrounded(slice) && layer.inputs * layer.paddedOutputs >= Self.prefetchedWeights
    forEachTile(slice, x, count: count) { tile in
      let offset = offset(slice, tile)
      if prefetches {
        var column = 0
        while column < tile.columns {
          update.prefetch(offset: offset + column * layer.inputs, count: tile.inputs * width)
          column += width
        }
      }
      kernels.products.weightGradient(
        tile.x, packedDelta: packedDelta + tile.column * count,
        packedRows: count, into: scratch.pointer, panelStride: tilePanel, inputs: tile.inputs,
        columns: kernels.products.computedColumns(outputs: layer.outputs, padded: tile.columns), adds: false)
      var panel = 0
      while panel * width < tile.columns {
        update.apply(
          UnsafePointer(scratch.pointer + panel * tilePanel), offset: offset + panel * width * layer.inputs,
          count: tile.inputs * width, isWeights: true)
        panel += 1
      }
    }
  }

  /// The number of columns whose gradients are computed at once.
  @inline(__always) private var maximumColumns: Int { GradientScratch.panelsAtOnce * shape.panelWidth }

  /// The weights of the smallest layer, 4 MB, whose weights and state are prefetched before their update.
  private static let prefetchedWeights = 1 << 20

  /// The most columns of a slice whose inputs are not packed. Inputs that are not rounded gain by it from more than 24 panels on;
  /// before, the copy costs as much.
  @inline(__always)
  private static func mostUnpacked(_ kernels: Kernels, _ shape: KernelShape) -> Int {
    (isRounded(kernels) ? 1 : 3) * GradientScratch.panelsAtOnce * shape.panelWidth
  }

  /// True if a slice's inputs are packed.
  @inline(__always)
  private func packs(_ slice: GradientSlice) -> Bool {
    slice.columns > Self.mostUnpacked(kernels, shape) && kernels.products.packInputs != nil
  }

  /// True if a slice's inputs are packed for products in float32. Its error signals then stay in the L2 cache for all
  /// inputs, eight panels at a time.
  @inline(__always)
  private func packsUnrounded(_ slice: GradientSlice) -> Bool { !Self.isRounded(kernels) && packs(slice) }

  /// True if products round their operands.
  @inline(__always)
  private static func isRounded(_ kernels: Kernels) -> Bool { kernels.products.unpackedWidth == 0 }

  /// The offset of a tile's first weight in the parameters' layout.
  @inline(__always)
  private func offset(_ slice: GradientSlice, _ tile: GradientTile) -> Int {
    let layer = layers.pointer[slice.layer]
    return layer.weights + (slice.firstColumn + tile.column) * layer.inputs
      + (slice.firstInput + tile.input) * shape.rowWidth(slice.columns)
  }

  /// Runs `body` for every tile of inputs, in up to eight panels at a time.
  ///
  /// If there are many more panels, inputs are packed, by kernels that can do so: those of the deep network
  /// 784-2500-2000-1500-1000-500-10 are rounded to bfloat16, or collected from rows far apart, once in place of up to ten
  /// times.
  @inline(__always)
  private func forEachTile(
    _ slice: GradientSlice, _ x: LayerInput, count: Int, _ body: (_ tile: GradientTile) -> Void
  ) {
    let pack = packs(slice) ? kernels.products.packInputs : nil
    pack?(x.pointer, x.stride, packedInputs.pointer, count, slice.inputs)
    let block = kernels.products.packedBlock(rows: count)
    var column = 0
    while column < slice.columns {
      let columns = min(maximumColumns, slice.columns - column)
      var input = 0
      while input < slice.inputs {
        let packed = UnsafePointer(packedInputs.pointer + input / shape.tileRows * block)
        body(
          GradientTile(
            x: pack == nil
              ? LayerInput(pointer: x.pointer + input, stride: x.stride) : LayerInput(pointer: packed, stride: 0),
            input: input, inputs: min(shape.tileRows, slice.inputs - input), column: column, columns: columns))
        input += shape.tileRows
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

/// A tile of a slice's inputs times some of its panels.
private struct GradientTile {
  let x: LayerInput
  /// The first of `inputs` inputs, from the slice's first one on.
  let input: Int
  let inputs: Int
  /// The first of `columns` columns, from the slice's first one on.
  let column: Int
  let columns: Int
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
