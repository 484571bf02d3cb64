import Descent
import KernelInterface
import Kernels

/// Forward and backward propagation of a few examples by the kernels that train, with the values of every layer.
struct FastPass {
  let topology: Topology
  /// Each layer's outputs, `[examples][units]`.
  let activations: [[[Double]]]
  /// Each layer's error signals ∂Lᵢ/∂z, `[examples][units]`, of each example's own loss.
  let deltas: [[[Double]]]
  /// Each example's own loss.
  let losses: [Double]
  /// Σᵢ ∂Lᵢ: the gradient of the sum.
  let gradientSum: Parameters

  init(_ plain: PlainNetwork, _ examples: PlainExamples) {
    topology = plain.topology
    let network = FastNetwork(topology, Parameters(plain))
    let count = examples.count
    let rows = RowBuffers(
      network.layout, capacity: count, form: .dense, targetWidth: topology.outputs, trains: true)
    for row in 0..<count {
      for (column, value) in examples.inputs[row].enumerated() {
        rows.input.pointer[row * rows.inputStride + column] = Float(value)
      }
      for (column, value) in examples.targets[row].enumerated() {
        rows.targets.pointer[row * rows.targetStride + column] = Float(value)
      }
    }
    let pass = ShardPass(network, rows: count, trains: true)
    pass.forward(rows, first: 0, count: count)
    pass.settle(rows, first: 0, count: count, hasTargets: true)
    pass.backward(rows, first: 0, count: count)
    let gradients = GradientPass(network, rows: count, form: .dense)
    let gradient = AlignedBuffer<Float>(count: network.layout.count)
    for slice in GradientSlice.all(of: network.layout) {
      gradients.accumulate(slice, rows, first: 0, count: count, into: gradient.pointer, adds: false)
    }
    func values(_ table: UnsafePointer<MutableFloats>, _ index: Int) -> [[Double]] {
      let layer = network.layout.layers[index]
      return (0..<count).map { row in
        (0..<layer.outputs).map { Double(table[index][row * layer.paddedOutputs + $0]) }
      }
    }
    activations = topology.layers.indices.map { values(rows.activations, $0) }
    deltas = topology.layers.indices.map { values(rows.deltas, $0) }
    losses = (0..<count).map { Double(rows.losses.pointer[$0]) }
    gradientSum = network.layout.load(from: UnsafePointer(gradient.pointer))
  }

  /// (1/m) Σᵢ Lᵢ.
  var meanLoss: Double { losses.reduce(0, +) / Double(losses.count) }

  /// The gradient of the mean, layer after layer, weights before biases.
  var meanGradient: [Double] { gradientSum.flat.map { $0 / Double(losses.count) } }
}
