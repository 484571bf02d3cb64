import Descent
import KernelInterface
import Kernels

/// The forward and backward pass of a few examples by the kernels of training, in Float, with the values of every layer.
struct FastPass {
  let topology: Topology
  /// Each layer's outputs, `[examples][units]`.
  let activations: [[[Double]]]
  /// Each layer's error signals ∂Lᵢ/∂z, `[examples][units]`, with Lᵢ the loss of example i, not divided by the number of examples.
  let deltas: [[[Double]]]
  /// The loss Lᵢ of each example.
  let losses: [Double]
  /// Σᵢ ∂Lᵢ: the gradient of the sum.
  let gradientSum: Parameters

  init(_ plain: PlainNetwork, _ examples: PlainExamples) {
    topology = plain.topology
    let network = FastNetwork(topology, Parameters(plain))
    let count = examples.count
    let layout = network.layout
    let inputs = DenseRows(inputs: topology.inputs, capacity: count)
    let rows = TrainingRows(layout, capacity: count, inputBlocks: 1, targetWidth: topology.outputs)
    for row in 0..<count {
      for (column, value) in examples.inputs[row].enumerated() {
        inputs.values.pointer[row * inputs.stride + column] = Float(value)
      }
      for (column, value) in examples.targets[row].enumerated() {
        rows.targets.values.pointer[row * rows.targets.stride + column] = Float(value)
      }
    }
    let forward = ForwardPass(network)
    DenseInput(network)
      .forward(
        inputs, into: rows.activations.product, first: 0, count: count, columns: 0..<layout.layers[0].paddedOutputs)
    forward.forward(rows.activations, first: 0, count: count)
    forward.evaluateOutput(rows, first: 0, count: count)
    BackwardPass(network, rows: count).backward(rows, first: 0, count: count)
    func values(_ table: UnsafePointer<MutableFloats>, _ index: Int) -> [[Double]] {
      let layer = network.layout.layers[index]
      return (0..<count).map { row in
        (0..<layer.outputs).map { Double(table[index][row * layer.paddedOutputs + $0]) }
      }
    }
    activations = topology.layers.indices.map { values(rows.activations.layers, $0) }
    deltas = topology.layers.indices.map { values(rows.signals.layers, $0) }
    losses = (0..<count).map { Double(rows.metrics.losses.pointer[$0]) }
    gradientSum = Self.gradientSum(network, inputs, rows, count: count)
  }

  private static func gradientSum(
    _ network: FastNetwork, _ inputs: DenseRows, _ rows: TrainingRows, count: Int
  ) -> Parameters {
    let layout = network.layout
    let gradient = AlignedBuffer<Float>(count: layout.count)
    let scratch = GradientScratch(network)
    let first = DenseInput.Gradient(network, rows: count, scratch: scratch, sources: 0)
    let others = LayerGradients(network, rows: count, scratch: scratch)
    for slice in GradientSlice.all(of: layout) {
      others.accumulateBiases(slice, rows.signals, count: count, into: gradient.pointer, adds: false)
      if slice.layer == 0 {
        first.accumulate(
          slice, inputs, delta: UnsafePointer(rows.signals.layers[0] + slice.firstColumn), count: count,
          into: gradient.pointer, adds: false)
      } else {
        others.accumulateWeights(slice, rows, count: count, into: gradient.pointer, adds: false)
      }
    }
    return layout.load(from: UnsafePointer(gradient.pointer))
  }

  /// (1/m) Σᵢ Lᵢ.
  var meanLoss: Double { losses.reduce(0, +) / Double(losses.count) }

  /// The gradient of the mean, layer after layer, weights before biases.
  var meanGradient: [Double] { gradientSum.flat.map { $0 / Double(losses.count) } }
}
