import KernelInterface
import Kernels
import Networks

/// One worker's forward and backward pass over its shard of a batch: reads samples, and computes activations, losses
/// and error signals.
struct ShardPass<Reader: SampleReader>: Sendable {
  let input: Reader.Input
  let clock: StepClock
  private let reader: Reader
  private let targets: TargetReader
  private let forward: ForwardPass
  private let backward: BackwardPass
  private let allColumns: Range<Int>
  private let lastLayer: Int
  /// Floats from one row of the output layer to the next.
  private let outputStride: Int
  /// True if losses and error signals are changed after the output layer, by class weights, a threshold or the units of targets.
  private let adjustsRows: Bool

  /// - Parameters:
  ///   - rows: the largest number of rows of a shard.
  ///   - parameters: the network's, or a copy of them.
  ///   - sharesWeights: true if other workers update weights of the first layer that this one reads.
  init(
    _ network: FastNetwork, _ reader: Reader, _ targets: TargetReader, rows: Int,
    parameters: AlignedBuffer<Float>? = nil, sharesWeights: Bool = false, clock: StepClock = StepClock()
  ) {
    self.reader = reader
    self.targets = targets
    self.clock = clock
    let parameters = parameters ?? network.buffer
    input = Reader.Input(network, parameters: parameters, sharesWeights: sharesWeights)
    forward = ForwardPass(network, parameters: parameters)
    backward = BackwardPass(network, rows: rows, parameters: parameters)
    allColumns = 0..<network.layout.layers[0].paddedOutputs
    lastLayer = network.layout.layers.count - 1
    outputStride = network.layout.layers[lastLayer].paddedOutputs
    adjustsRows = targets.adjusts
  }

  /// Runs the step up to the error signals, for the first `count` samples of `order`, in the rows from `first` on.
  @inline(__always)
  func run(
    _ order: UnsafePointer<Int32>, count: Int, epoch: Int, _ inputs: Reader.Input.Rows, _ rows: TrainingRows,
    first: Int
  ) {
    targets.read(order, count: count, into: rows.targets, first: first)
    reader.read(order, count: count, epoch: epoch, into: inputs, first: first)
    clock.mark(.gather)
    input.forward(inputs, into: rows.activations.product, first: first, count: count, columns: allColumns)
    runAboveProduct(rows, PassSamples(order: order, epoch: epoch), first: first, count: count)
  }

  /// Runs the part of the pass that follows the first layer's product.
  @inline(__always)
  func runAboveProduct(_ rows: TrainingRows, _ samples: PassSamples, first: Int, count: Int) {
    forward.forward(rows.activations, first: first, count: count, samples: samples)
    clock.mark(.forward)
    forward.evaluateOutput(rows, first: first, count: count)
    if adjustsRows {
      targets.adjust(
        rows.targets, rows.metrics, outputs: rows.activations.layers[lastLayer],
        signals: rows.signals.layers[lastLayer],
        stride: outputStride, first: first, count: count)
    }
    clock.mark(.output)
    backward.backward(rows, first: first, count: count)
    clock.mark(.backward)
  }

  /// Copies the first layer's error signals.
  @inline(__always)
  func copyFirstSignals(_ rows: TrainingRows, to copy: MutableFloats, first: Int, count: Int) {
    backward.copyFirstSignals(rows, to: copy, first: first, count: count)
  }
}

/// The computation of one worker's gradients, slice by slice, for all layers. `Input` is the form of the first layer's
/// input.
struct SliceGradients<Input: InputLayer>: Sendable {
  private let input: Input.Gradient
  private let layers: LayerGradients
  private let paddedOutputs: Int

  /// - Parameters:
  ///   - rows: the largest number of rows of a call.
  ///   - sources: the largest number of gradients that are reduced; 0 if none are.
  init(_ network: FastNetwork, rows: Int, sources: Int = 0) {
    let scratch = GradientScratch(network)
    input = Input.Gradient(network, rows: rows, scratch: scratch, sources: sources)
    layers = LayerGradients(network, rows: rows, scratch: scratch)
    paddedOutputs = network.layout.layers[0].paddedOutputs
  }

  @inline(__always)
  private func delta(_ slice: GradientSlice, _ rows: TrainingRows) -> Floats {
    UnsafePointer(rows.signals.layers[0] + slice.firstColumn)
  }

  /// Computes the gradient of a slice over the first `count` rows and applies it.
  @inline(__always)
  func update(
    _ slice: GradientSlice, _ inputs: Input.Rows, _ rows: TrainingRows, count: Int, by update: ParameterUpdate
  ) {
    // Biases may be updated before the weights, since the weight gradients do not read them.
    layers.updateBiases(slice, rows.signals, count: count, by: update)
    if slice.layer == 0 {
      input.update(slice, inputs, delta: delta(slice, rows), count: count, by: update)
    } else {
      layers.updateWeights(slice, rows, count: count, by: update)
    }
  }

  /// Writes the gradient of a slice over the first `count` rows to its positions in `gradient`, or adds it there if
  /// `adds`.
  @inline(__always)
  func accumulate(
    _ slice: GradientSlice, _ inputs: Input.Rows, _ rows: TrainingRows, count: Int, into gradient: MutableFloats,
    adds: Bool
  ) {
    layers.accumulateBiases(slice, rows.signals, count: count, into: gradient, adds: adds)
    if slice.layer == 0 {
      input.accumulate(slice, inputs, delta: delta(slice, rows), count: count, into: gradient, adds: adds)
    } else {
      layers.accumulateWeights(slice, rows, count: count, into: gradient, adds: adds)
    }
  }

  /// Like `accumulate` without `adds`, but may leave out the weights of the first layer's inactive inputs; marks the
  /// active inputs in `active`, one bit each.
  @inline(__always)
  func accumulateActive(
    _ slice: GradientSlice, _ inputs: Input.Rows, _ rows: TrainingRows, count: Int, into gradient: MutableFloats,
    active: UnsafeMutablePointer<UInt64>
  ) {
    layers.accumulateBiases(slice, rows.signals, count: count, into: gradient, adds: false)
    if slice.layer == 0 {
      input.accumulateActive(slice, inputs, delta: delta(slice, rows), count: count, into: gradient, active: active)
    } else {
      layers.accumulateWeights(slice, rows, count: count, into: gradient, adds: false)
    }
  }

  /// Sums `count` gradients of a slice of the first layer's weights and applies the sum.
  ///
  /// - Parameters:
  ///   - sources: the gradients, each in the parameters' layout.
  ///   - active: for each gradient the bits of its active inputs.
  @inline(__always)
  func reduce(
    _ slice: GradientSlice, _ inputs: Input.Rows, sources: UnsafePointer<Floats>,
    active: UnsafePointer<UnsafePointer<UInt64>>, count: Int, by update: ParameterUpdate
  ) {
    input.reduce(slice, inputs, sources: sources, active: active, count: count, by: update)
  }
}
