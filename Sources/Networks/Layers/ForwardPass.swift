import KernelInterface
import Kernels

/// The forward pass, from the first layer's product to the outputs.
///
/// Rows are independent, so that results are bit-identical for any division into shards. Nothing is allocated.
package final class ForwardPass: @unchecked Sendable {
  // Unchecked: each thread changes parameters of its own between barriers, and no other thread reads them then.
  private let kernels: Kernels
  private let layers: AlignedBuffer<ParameterLayout.Layer>
  private let parameters: AlignedBuffer<Float>
  private let weights: ProductWeights
  private let activationKernels: AlignedBuffer<ActivationKernels>
  private let outputKernel: OutputKernel
  private let lossParameter: Float
  /// For each layer the dropout of its input.
  private let dropouts: AlignedBuffer<LayerDropout?>

  /// - Parameter parameters: a copy of the network's parameters to read instead, or nil.
  package init(_ network: FastNetwork, parameters: AlignedBuffer<Float>? = nil) {
    kernels = network.kernels
    layers = AlignedBuffer(network.layout.layers)
    self.parameters = parameters ?? network.buffer
    weights = ProductWeights(network, self.parameters)
    activationKernels = AlignedBuffer(network.hiddenActivationKernels)
    outputKernel = kernels.output(network.topology.output, network.topology.loss)
    dropouts = AlignedBuffer(
      network.topology.layers.indices.map { network.dropout?.layer($0, by: network.kernels.dropout) })
    lossParameter = Float(network.topology.loss.function.parameter)
  }

  /// Computes all layers' activations for `count` rows from `first` on, from the first layer's product; in the output
  /// layer only pre-activations, until `evaluateOutput`.
  package func forward(_ activations: Activations, first: Int, count: Int) {
    forward(activations, first: first, count: count, samples: nil)
  }

  /// Like `forward(_:first:count:)`, with dropout.
  ///
  /// - Parameter samples: the samples of the rows, for dropout; nil for none.
  @inline(__always)
  package func forward(_ activations: Activations, first: Int, count: Int, samples: PassSamples?) {
    let parameters = UnsafePointer(self.parameters.pointer)
    let weights = weights
    var index = 1
    while index < layers.count {
      let layer = layers.pointer[index]
      let below = layers.pointer[index - 1].paddedOutputs
      let z = activations.preactivations[index - 1] + first * below
      let x = activations.layers[index - 1] + first * below
      // The values that the derivative reads are stored separately from those after dropout.
      let drops = layers.pointer[index - 1].dropsOutputs
      let a = drops && !layers.pointer[index - 1].keepsPreactivations ? z : x
      if index == 1, activations.product.blockCount == 2 {
        let blocks = activations.product.blocks
        activationKernels.pointer[0].activateSum(
          blocks[0] + first * below, blocks[1] + first * below, z == a ? nil : z, a, count * below)
      } else {
        activationKernels.pointer[index - 1].activate(z, a, count * below)
      }
      if drops {
        drop(
          a, into: x, dropoutFactors: activations.dropoutFactors[index - 1], samples, layer: index, first: first,
          count: count)
      }
      kernels.products.product(
        LayerInput(pointer: UnsafePointer(x), stride: below), weights: weights.from(layer.weights),
        biases: layer.biasCount > 0 ? parameters + layer.biases : nil,
        into: activations.preactivations[index] + first * layer.paddedOutputs, stride: layer.paddedOutputs, rows: count,
        inputs: layer.inputs,
        columns: kernels.products.computedColumns(outputs: layer.outputs, padded: layer.paddedOutputs))
      index += 1
    }
  }

  /// Computes the input x of layer `layer`: its dropout factors times a, or a itself without samples.
  @inline(never)
  private func drop(
    _ a: MutableFloats, into x: MutableFloats, dropoutFactors: MutableFloats, _ samples: PassSamples?, layer: Int,
    first: Int,
    count: Int
  ) {
    let width = layers.pointer[layer - 1].paddedOutputs
    guard let samples, let dropout = dropouts.pointer[layer] else {
      if a != x { x.update(from: a, count: count * width) }
      return
    }
    let factors = dropoutFactors + first * width
    var row = 0
    while row < count {
      dropout.apply(
        to: UnsafePointer(a + row * width), factors: factors + row * width, into: x + row * width, count: width,
        sample: samples.order[row], epoch: samples.epoch)
      row += 1
    }
  }

  /// Computes the output layer's activations.
  package func evaluateOutput(_ activations: Activations, first: Int, count: Int) {
    var operands = operands(activations, first: first, count: count)
    outputKernel(&operands)
  }

  /// Computes the output layer's activations, and the loss and correctness of each row.
  package func evaluateOutput(
    _ activations: Activations, _ targets: TargetRows, _ metrics: RowMetrics, first: Int, count: Int
  ) {
    var operands = operands(activations, first: first, count: count)
    operands.set(targets, metrics, first: first)
    outputKernel(&operands)
  }

  /// Computes the output layer's activations and error signals, and the loss and correctness of each row.
  package func evaluateOutput(_ rows: TrainingRows, first: Int, count: Int) {
    let last = layers.count - 1
    var operands = operands(rows.activations, first: first, count: count)
    operands.set(rows.targets, rows.metrics, first: first)
    operands.delta = rows.signals.layers[last] + first * layers.pointer[last].paddedOutputs
    outputKernel(&operands)
  }

  @inline(__always)
  private func operands(_ activations: Activations, first: Int, count: Int) -> OutputOperands {
    let layer = layers.pointer[layers.count - 1]
    return OutputOperands(
      values: activations.layers[layers.count - 1] + first * layer.paddedOutputs, stride: layer.paddedOutputs,
      rows: count, outputs: layer.outputs, lossParameter: lossParameter)
  }
}

/// The samples of a pass's rows, for dropout.
package struct PassSamples {
  /// The index in the split of each row's sample.
  package let order: UnsafePointer<Int32>
  /// The index of the epoch in the run, from 0.
  package let epoch: Int

  /// - Parameters:
  ///   - order: one index per row, valid while the pass runs.
  ///   - epoch: from 0.
  package init(order: UnsafePointer<Int32>, epoch: Int) {
    self.order = order
    self.epoch = epoch
  }
}

extension OutputOperands {
  @inline(__always)
  fileprivate mutating func set(_ targets: TargetRows, _ metrics: RowMetrics, first: Int) {
    if targets.stride > 0 {
      self.targets = UnsafePointer(targets.values.pointer + first * targets.stride)
    } else {
      classes = UnsafePointer(targets.classes.pointer + first)
    }
    targetStride = targets.stride
    self.losses = metrics.losses.pointer + first
    correct = targets.countsCorrect ? metrics.correct.pointer + first : nil
  }
}

extension FastNetwork {
  /// The kernels of each hidden layer's activation.
  var hiddenActivationKernels: [ActivationKernels] {
    topology.layers.dropLast().map { kernels.activation($0.activation) }
  }
}
