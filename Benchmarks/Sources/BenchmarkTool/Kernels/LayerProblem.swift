import Datasets
import KernelInterface
import Kernels
import Networks
import Random

/// Operands of one layer's products, and the products as a training step calls them.
///
/// A masked problem holds several batches and takes them in turns: a processor learns the branches of one batch by heart, and no
/// training step has that luck.
final class LayerProblem {
  let shape: LayerShape
  /// The fraction of nonzero inputs.
  private(set) var density = 1.0
  private let kernels: Kernels
  private let network: FastNetwork
  private let rows: TrainingRows
  private let products: any InputProducts
  private let slices: [GradientSlice]
  private let gradient: AlignedBuffer<Float>
  private let columns: AlignedBuffer<Float>
  private let signals: AlignedBuffer<Float>
  private let below: AlignedBuffer<Float>

  /// - Parameter samples: the samples of a masked first layer; nil for dense input without zeros.
  init(_ shape: LayerShape, _ kernels: Kernels, samples: Samples?) throws {
    self.shape = shape
    self.kernels = kernels
    let topology = try Topology(inputs: shape.inputs, hidden: [], outputs: shape.outputs)
    network = FastNetwork(
      topology, Parameters.initial(topology: topology, initializer: .automatic, seed: 1), kernels: kernels)
    rows = TrainingRows(network.layout, capacity: shape.rows, inputBlocks: 1, targetWidth: 0)
    if let samples {
      let batches = (0..<max(1, 1024 / shape.rows)).map {
        MaskedRows(samples, from: $0 * shape.rows, count: shape.rows, kernels: kernels)
      }
      products = FirstLayerProducts<MaskedInput>(network, batches)
      density = batches.reduce(0.0) { $0 + $1.density } / Double(batches.count)
    } else {
      products = FirstLayerProducts<DenseInput>(network, [DenseRows(random: shape)])
    }
    slices = GradientSlice.all(of: network.layout)
    gradient = AlignedBuffer(count: network.layout.count)
    let panel = kernels.shape.panelWidth
    let paddedRows = (shape.rows + panel - 1) / panel * panel
    columns = AlignedBuffer(count: paddedRows * network.layout.layers[0].paddedOutputs)
    signals = AlignedBuffer(count: paddedRows * shape.inputs)
    below = AlignedBuffer(count: shape.rows * kernels.shape.padded(shape.inputs))
    fillErrorSignals()
  }

  /// z = x · W + b.
  func forward() { products.forward(rows) }

  /// xᵀ · δ, the packing of δ or the transposition of masks included, and the sum over δ for the biases.
  func weightGradient() { products.weightGradient(slices, rows, into: gradient.pointer) }

  /// W · δᵀ, with the transposition of δ before and that of the result after it.
  func errorSignal() {
    let layer = network.layout.layers[0]
    kernels.products.transposeToColumns(
      rows.signals.layers[0], layer.paddedOutputs, columns.pointer, shape.rows, layer.paddedOutputs)
    kernels.products.errorSignal(
      ProductWeights(network, network.buffer).from(layer.weights), columns.pointer, signals.pointer, shape.rows,
      shape.inputs, layer.paddedOutputs)
    let padded = kernels.shape.padded(shape.inputs)
    kernels.products.transposeToRows(signals.pointer, below.pointer, padded, shape.rows, shape.inputs, padded)
  }

  private func fillErrorSignals() {
    var random = RandomSource(seed: 1, purpose: .sampling)
    let stride = network.layout.layers[0].paddedOutputs
    for row in 0..<shape.rows {
      for column in 0..<shape.outputs { rows.signals.layers[0][row * stride + column] = Float(random.uniform() - 0.5) }
    }
  }
}

/// The products of a first layer that depend on the form of its input.
private protocol InputProducts {
  func forward(_ rows: TrainingRows)
  func weightGradient(_ slices: [GradientSlice], _ rows: TrainingRows, into gradient: MutableFloats)
}

private final class FirstLayerProducts<Input: InputLayer>: InputProducts {
  private let batches: [Input.Rows]
  private var batch = 0
  private let input: Input
  private let gradient: Input.Gradient
  private let biases: LayerGradients
  private let columns: Range<Int>

  init(_ network: FastNetwork, _ batches: [Input.Rows]) {
    self.batches = batches
    let scratch = GradientScratch(network)
    input = Input(network)
    gradient = Input.Gradient(network, rows: batches[0].capacity, scratch: scratch, sources: 0)
    biases = LayerGradients(network, rows: batches[0].capacity, scratch: scratch)
    columns = 0..<network.layout.layers[0].paddedOutputs
  }

  private func next() -> Input.Rows {
    batch = (batch + 1) % batches.count
    return batches[batch]
  }

  func forward(_ rows: TrainingRows) {
    let batch = next()
    input.forward(batch, into: rows.activations.product, first: 0, count: batch.capacity, columns: columns)
  }

  func weightGradient(_ slices: [GradientSlice], _ rows: TrainingRows, into gradient: MutableFloats) {
    let batch = next()
    for slice in slices {
      biases.accumulateBiases(slice, rows.signals, count: batch.capacity, into: gradient, adds: false)
      self.gradient.accumulate(
        slice, batch, delta: UnsafePointer(rows.signals.layers[0] + slice.firstColumn), count: batch.capacity,
        into: gradient, adds: false)
    }
  }
}

extension DenseRows {
  /// Inputs without a zero.
  fileprivate convenience init(random shape: LayerShape) {
    self.init(inputs: shape.inputs, capacity: shape.rows)
    var random = RandomSource(seed: 2, purpose: .sampling)
    for row in 0..<capacity {
      for input in 0..<shape.inputs { values.pointer[row * stride + input] = Float(random.uniform()) + 0.1 }
    }
  }
}

extension MaskedRows {
  fileprivate convenience init(_ samples: Samples, from start: Int, count: Int, kernels: Kernels) {
    self.init(.plain(samples.width), capacity: count)
    guard case .bytes(let storage) = samples.storage else { return }
    let record = AlignedBuffer<UInt8>(count: 8 * words + storage.width + 64)
    let recordMask = UnsafeMutableRawPointer(record.pointer).assumingMemoryBound(to: UInt64.self)
    for row in 0..<count {
      let source = storage.pointer + Int(samples.rows[(start + row) % samples.count]) * storage.width
      _ = kernels.samples.packBytes(source, storage.width, recordMask, record.pointer + 8 * words)
      kernels.samples.expandBytes(
        UnsafePointer(record.pointer), words, 0, words, 1 / 255, masks.pointer + row * words,
        offsets.pointer + row * words, values.pointer + row * stride)
    }
  }

  /// The fraction of nonzero inputs.
  fileprivate var density: Double {
    Double(masks.elements.reduce(0) { $0 + $1.nonzeroBitCount }) / Double(capacity * layout.inputs)
  }
}
