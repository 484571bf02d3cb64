import KernelInterface
import Kernels

/// One worker's way from the first layer's product up to the outputs.
///
/// Rows are independent of each other: a row's numbers have the same bits whatever shard it lies in. Nothing allocates.
public final class ForwardPass: @unchecked Sendable {
  // Unchecked: `parameters` are written by the workers that own them, between barriers.
  private let network: FastNetwork
  private let kernels: Kernels
  private let layers: LayerTable
  private let parameters: AlignedBuffer<Float>
  private let activationKinds: AlignedBuffer<Int>
  private let outputKind: Int

  /// - Parameter parameters: a copy of the network's to read instead of them, or nil.
  public init(_ network: FastNetwork, parameters: AlignedBuffer<Float>? = nil) {
    self.network = network
    kernels = network.kernels
    layers = LayerTable(network.layout)
    self.parameters = parameters ?? network.buffer
    activationKinds = AlignedBuffer(count: layers.count)
    _ = activationKinds.elements.update(fromContentsOf: network.topology.layers.map(\.activation.kernelKind))
    outputKind = network.topology.outputKind
  }

  /// All layers' activations for `count` rows from `first` on, from the first layer's product; the output layer's stay pre-activations
  /// until `evaluateOutput`.
  public func forward(_ activations: Activations, first: Int, count: Int) {
    let parameters = UnsafePointer(self.parameters.pointer)
    var index = 1
    while index < layers.count {
      let layer = layers[index]
      let below = layers[index - 1].paddedOutputs
      let x = activations.layers[index - 1] + first * below
      if index == 1, activations.product.partCount == 2 {
        let parts = activations.product.parts
        kernels.elementwise.activateSum(
          activationKinds.pointer[0], parts[0] + first * below, parts[1] + first * below, x, count * below)
      } else {
        kernels.elementwise.activate(activationKinds.pointer[index - 1], x, count * below)
      }
      kernels.products.forward(
        x, below, parameters + layer.weights, layer.biasCount > 0 ? parameters + layer.biases : nil,
        activations.layers[index] + first * layer.paddedOutputs, layer.paddedOutputs, count, layer.inputs,
        layer.paddedOutputs)
      index += 1
    }
  }

  /// The output layer's activations.
  public func evaluateOutput(_ activations: Activations, first: Int, count: Int) {
    let layer = layers[layers.count - 1]
    kernels.elementwise.outputLayer(
      outputKind, activations.layers[layers.count - 1] + first * layer.paddedOutputs, layer.paddedOutputs, count,
      layer.outputs, nil, nil, 0, nil, nil, nil)
  }

  /// The output layer's activations, and each row's loss and whether it is correct.
  public func evaluateOutput(
    _ activations: Activations, _ targets: TargetRows, _ losses: RowLosses, first: Int, count: Int
  ) {
    evaluateOutput(activations, targets, losses, delta: nil, first: first, count: count)
  }

  /// The same, and the output layer's error signals.
  public func evaluateOutput(_ rows: TrainingRows, first: Int, count: Int) {
    let last = layers.count - 1
    evaluateOutput(
      rows.activations, rows.targets, rows.losses,
      delta: rows.signals.layers[last] + first * layers[last].paddedOutputs, first: first, count: count)
  }

  @inline(__always)
  private func evaluateOutput(
    _ activations: Activations, _ targets: TargetRows, _ losses: RowLosses, delta: MutableFloats?, first: Int,
    count: Int
  ) {
    let layer = layers[layers.count - 1]
    let hasValues = targets.stride > 0
    kernels.elementwise.outputLayer(
      outputKind, activations.layers[layers.count - 1] + first * layer.paddedOutputs, layer.paddedOutputs, count,
      layer.outputs, hasValues ? nil : UnsafePointer(targets.classes.pointer + first),
      hasValues ? UnsafePointer(targets.values.pointer + first * targets.stride) : nil, targets.stride, delta,
      losses.losses.pointer + first, losses.correct.pointer + first)
  }
}
