import Datasets
import KernelInterface
import Kernels
import Networks
import Random

/// Operands of one layer's products, and the products as a training step calls them.
///
/// A masked problem holds several batches and alternates between them: a processor learns the branches of a single batch, and no
/// training step has that luck.
final class LayerProblem {
  let shape: LayerShape
  /// The share of inputs that are not zero.
  private(set) var density = 1.0
  private let kernels: Kernels
  private let network: FastNetwork
  private let rows: RowBuffers
  private let pass: ShardPass
  private let gradients: GradientPass
  private let slices: [GradientSlice]
  private let gradient: AlignedBuffer<Float>
  private let columns: AlignedBuffer<Float>
  private let signals: AlignedBuffer<Float>
  private let below: AlignedBuffer<Float>
  private let batches: Int
  private var batch = 0

  /// - Parameter samples: what a masked first layer reads; nil for dense input without zeros.
  init(_ shape: LayerShape, _ kernels: Kernels, samples: Samples?) throws {
    self.shape = shape
    self.kernels = kernels
    let topology = try Topology(inputs: shape.inputs, hidden: [], outputs: shape.outputs)
    network = FastNetwork(
      topology, Parameters.initial(topology: topology, initializer: .automatic, seed: 1), kernels: kernels)
    let form: InputForm = samples == nil ? .dense : .masked
    batches = samples == nil ? 1 : max(1, 1024 / shape.rows)
    rows = RowBuffers(network.layout, capacity: batches * shape.rows, form: form, targetWidth: 0, trains: true)
    pass = ShardPass(network, rows: shape.rows, trains: true)
    gradients = GradientPass(network, rows: shape.rows, form: form)
    slices = GradientSlice.all(of: network.layout)
    gradient = AlignedBuffer(count: network.layout.count)
    let panel = kernels.shape.panelWidth
    let paddedRows = (shape.rows + panel - 1) / panel * panel
    columns = AlignedBuffer(count: paddedRows * network.layout.layers[0].paddedOutputs)
    signals = AlignedBuffer(count: paddedRows * shape.inputs)
    below = AlignedBuffer(count: shape.rows * kernels.shape.padded(shape.inputs))
    fillErrorSignals()
    if let samples { fillMasked(samples) } else { fillDense() }
  }

  /// z = x · W + b.
  func forward() { pass.forward(rows, first: nextBatch(), count: shape.rows) }

  /// xᵀ · δ, the packing of δ or the turning of masks included, and the sum over δ for the biases.
  func weightGradient() {
    let first = nextBatch()
    for slice in slices {
      gradients.accumulate(slice, rows, first: first, count: shape.rows, into: gradient.pointer, adds: false)
    }
  }

  /// W · δᵀ, with the transposition of δ before and that of the result after it.
  func errorSignal() {
    let layer = network.layout.layers[0]
    kernels.products.transposeToColumns(
      rows.deltas[0], layer.paddedOutputs, columns.pointer, shape.rows, layer.paddedOutputs)
    kernels.products.errorSignal(
      UnsafePointer(network.buffer.pointer + layer.weights), columns.pointer, signals.pointer, shape.rows, shape.inputs,
      layer.paddedOutputs)
    let padded = kernels.shape.padded(shape.inputs)
    kernels.products.transposeToRows(signals.pointer, below.pointer, padded, shape.rows, shape.inputs, padded)
  }

  private func nextBatch() -> Int {
    batch = (batch + 1) % batches
    return batch * shape.rows
  }

  private func fillErrorSignals() {
    var random = RandomSource(seed: 1, purpose: .sampling)
    let stride = network.layout.layers[0].paddedOutputs
    for row in 0..<rows.capacity {
      for column in 0..<shape.outputs { rows.deltas[0][row * stride + column] = Float(random.uniform() - 0.5) }
    }
  }

  private func fillDense() {
    var random = RandomSource(seed: 2, purpose: .sampling)
    for row in 0..<rows.capacity {
      for input in 0..<shape.inputs {
        rows.input.pointer[row * rows.inputStride + input] = Float(random.uniform()) + 0.1
      }
    }
  }

  private func fillMasked(_ samples: Samples) {
    guard case .bytes(let storage) = samples.storage else { return }
    let record = AlignedBuffer<UInt8>(count: 8 * rows.words + storage.width + 64)
    let recordMask = UnsafeMutableRawPointer(record.pointer).assumingMemoryBound(to: UInt64.self)
    var nonzeros = 0
    for row in 0..<rows.capacity {
      let source = storage.pointer + Int(samples.rows[row % samples.count]) * storage.width
      nonzeros += kernels.samples.packBytes(source, storage.width, recordMask, record.pointer + 8 * rows.words)
      kernels.samples.expandBytes(
        UnsafePointer(record.pointer), rows.words, 0, rows.words, 1 / 255, rows.masks.pointer + row * rows.words,
        rows.offsets.pointer + row * rows.words, rows.input.pointer + row * rows.inputStride)
    }
    density = Double(nonzeros) / Double(rows.capacity * storage.width)
  }
}
