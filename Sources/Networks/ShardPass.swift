import KernelInterface
import Kernels

/// One worker's way through the network: forward and backward over a shard of the rows in hand.
///
/// Everything here is a call into the kernels; nothing allocates. Rows are independent of each other: a row's numbers have the same
/// bits whatever shard it lies in.
public final class ShardPass: @unchecked Sendable {
  // Unchecked: one worker's own; the buffers it writes are its rows' alone.
  // Held for the memory behind the pointers below.
  private let network: FastNetwork
  private let kernels: Kernels
  private let layers: UnsafePointer<ParameterLayout.Layer>
  private let layerCount: Int
  private let parameters: Floats
  /// Transposed error signals of the layer above, and those of the layer below before the derivative.
  private let columns: AlignedBuffer<Float>
  private let signals: AlignedBuffer<Float>
  /// Transposed weights of the layers that `turnedPlaces` has a place for.
  private let turned: AlignedBuffer<Float>
  /// For each layer where its transposed weights lie; −1 where the error signals are transposed, and not the weights.
  private let turnedPlaces: AlignedBuffer<Int>
  /// Of the hidden layers.
  private let activations: UnsafePointer<ActivationKernels>
  private let outputKernel: OutputKernel
  private let lossParameter: Float
  private let sharesWeights: Bool

  /// - Parameters:
  ///   - rows: the most rows of a shard.
  ///   - parameters: a copy of the network's to read in their place; the caller keeps its memory.
  ///   - sharesWeights: whether other workers move weights between one pass and the next.
  public init(
    _ network: FastNetwork, rows: Int, trains: Bool, parameters: AlignedBuffer<Float>? = nil,
    sharesWeights: Bool = false
  ) {
    self.network = network
    self.sharesWeights = sharesWeights
    kernels = network.kernels
    self.parameters = UnsafePointer((parameters ?? network.buffer).pointer)
    layerCount = network.layout.layers.count
    let layers = UnsafeMutablePointer<ParameterLayout.Layer>.allocate(capacity: layerCount)
    let activations = UnsafeMutablePointer<ActivationKernels>.allocate(capacity: layerCount)
    for (index, layer) in network.layout.layers.enumerated() {
      (layers + index).initialize(to: layer)
      if index < layerCount - 1 {
        (activations + index).initialize(to: kernels.activation(network.topology.layers[index].activation))
      }
    }
    self.layers = UnsafePointer(layers)
    self.activations = UnsafePointer(activations)
    let panel = network.layout.shape.panelWidth
    let padded = (rows + panel - 1) / panel * panel
    let upper = network.layout.layers.dropFirst()
    var places: [Int] = []
    var size = 0
    for (index, layer) in network.layout.layers.enumerated() {
      let isTurned = trains && index > 0 && layer.outputs <= Self.mostTurned
      places.append(isTurned ? size : -1)
      if isTurned { size += (network.layout.layers[index - 1].paddedOutputs * layer.outputs + 15) / 16 * 16 }
    }
    turned = AlignedBuffer(count: size)
    turnedPlaces = AlignedBuffer(count: places.count)
    _ = turnedPlaces.elements.update(fromContentsOf: places)
    columns = AlignedBuffer(count: trains ? padded * (upper.map(\.paddedOutputs).max() ?? 0) : 0)
    signals = AlignedBuffer(count: trains ? padded * (upper.map(\.inputs).max() ?? 0) : 0)
    outputKernel = kernels.output(network.topology.output, network.topology.loss)
    lossParameter = Float(network.topology.loss.function.parameter)
  }

  /// Outputs up to which a layer's weights are transposed rather than the error signals, which are as many as the rows.
  private static let mostTurned = 16

  deinit {
    layers.deallocate()
    activations.deallocate()
  }

  @inline(__always)
  private func weights(_ layer: ParameterLayout.Layer) -> Floats { parameters + layer.weights }

  @inline(__always)
  private func biases(_ layer: ParameterLayout.Layer) -> Floats? {
    layer.biasCount > 0 ? parameters + layer.biases : nil
  }

  /// All layers' activations for `count` rows from `first` on; the output layer's stay pre-activations until `settle`.
  public func forward(_ rows: RowBuffers, first: Int, count: Int) {
    firstProduct(rows, first: first, count: count, firstColumn: 0, columns: layers[0].paddedOutputs)
    forwardFromProduct(rows, first: first, count: count)
  }

  /// The first layer's pre-activations in some of its columns, whole panels: x · W + b.
  public func firstProduct(_ rows: RowBuffers, first: Int, count: Int, firstColumn: Int, columns: Int) {
    if rows.form == .masked {
      var part = 0
      while part < rows.maskLayout.partCount {
        partProduct(rows, part: part, first: first, count: count, firstColumn: firstColumn, columns: columns)
        part += 1
      }
      return
    }
    let layer = layers[0]
    let stride = layer.paddedOutputs
    kernels.products.forward(
      rows.input.pointer + first * rows.inputStride, rows.inputStride, weights(layer) + firstColumn * layer.inputs,
      biases(layer).map { $0 + firstColumn }, rows.preactivations[0] + first * stride + firstColumn, stride, count,
      layer.inputs, columns)
  }

  /// What one part of a masked input adds to the first layer's pre-activations; the biases come with the first part's.
  public func partProduct(_ rows: RowBuffers, part: Int, first: Int, count: Int, firstColumn: Int, columns: Int) {
    let layer = layers[0]
    let stride = layer.paddedOutputs
    let words = rows.maskLayout.words(ofPart: part)
    let place = first * rows.words + words.lowerBound
    kernels.samples.maskedForward(
      rows.masks.pointer + place, rows.offsets.pointer + place, rows.values.pointer + first, words.count, rows.words,
      words.lowerBound * 64 - rows.maskLayout.padding, weights(layer) + firstColumn * layer.inputs,
      part == 0 ? biases(layer).map { $0 + firstColumn } : nil, rows.sums[part] + first * stride + firstColumn, stride,
      count, layer.inputs, columns, sharesWeights)
  }

  /// What `forward` does after the first layer's product.
  public func forwardFromProduct(_ rows: RowBuffers, first: Int, count: Int) {
    var index = 1
    while index < layerCount {
      let layer = layers[index]
      let below = layers[index - 1].paddedOutputs
      let z = rows.preactivations[index - 1] + first * below
      let x = rows.activations[index - 1] + first * below
      if index == 1, rows.form == .masked, rows.maskLayout.partCount == 2 {
        activations[0].activateSum(
          rows.sums[0] + first * below, rows.sums[1] + first * below, z == x ? nil : z, x, count * below)
      } else {
        activations[index - 1].activate(z, x, count * below)
      }
      kernels.products.forward(
        x, below, weights(layer), biases(layer), rows.preactivations[index] + first * layer.paddedOutputs,
        layer.paddedOutputs, count, layer.inputs, layer.paddedOutputs)
      index += 1
    }
  }

  /// The output layer's activations, and with targets each row's loss and hit, and where there are error signals the output's.
  public func settle(_ rows: RowBuffers, first: Int, count: Int, hasTargets: Bool) {
    let last = layerCount - 1
    let layer = layers[last]
    let stride = layer.paddedOutputs
    let hasValues = rows.targetStride > 0
    var operands = OutputOperands(
      values: rows.activations[last] + first * stride, stride: stride, rows: count, outputs: layer.outputs,
      classes: hasTargets && !hasValues ? UnsafePointer(rows.classes.pointer + first) : nil,
      targets: hasTargets && hasValues ? UnsafePointer(rows.targets.pointer + first * rows.targetStride) : nil,
      targetStride: rows.targetStride, delta: hasTargets && rows.trains ? rows.deltas[last] + first * stride : nil,
      losses: hasTargets ? rows.losses.pointer + first : nil, hits: hasTargets ? rows.hits.pointer + first : nil,
      lossParameter: lossParameter)
    outputKernel(&operands)
  }

  /// The hidden layers' error signals, from the output's down: δ_l = (W_{l+1} δ_{l+1}) ⊙ f′(z_l) (Bunge, equation 11).
  public func backward(_ rows: RowBuffers, first: Int, count: Int) {
    var index = layerCount - 1
    while index > 0 {
      let layer = layers[index]
      let below = layers[index - 1]
      let signal = rows.deltas[index] + first * layer.paddedOutputs
      let delta = rows.deltas[index - 1] + first * below.paddedOutputs
      let place = turnedPlaces.pointer[index]
      if place >= 0 {
        let turned = turned.pointer + place
        kernels.products.turnWeights(weights(layer), layer.inputs, layer.outputs, turned)
        kernels.products.forward(
          signal, layer.paddedOutputs, UnsafePointer(turned), nil, delta, below.paddedOutputs, count, layer.outputs,
          below.paddedOutputs)
      } else {
        kernels.products.transposeToColumns(signal, layer.paddedOutputs, columns.pointer, count, layer.paddedOutputs)
        kernels.products.errorSignal(
          weights(layer), columns.pointer, signals.pointer, count, layer.inputs, layer.paddedOutputs)
        kernels.products.transposeToRows(
          signals.pointer, delta, below.paddedOutputs, count, below.outputs, below.paddedOutputs)
      }
      activations[index - 1].derivative(
        rows.preactivations[index - 1] + first * below.paddedOutputs, delta, count * below.paddedOutputs)
      if index == 1, let mirror = rows.mirroredDeltas {
        kernels.elementwise.copy(
          UnsafePointer(delta), mirror + first * below.paddedOutputs, count * below.paddedOutputs)
      }
      index -= 1
    }
  }
}
