import KernelInterface
import Kernels
import Networks

/// The state of one worker of a data-parallel step.
final class PartialWorker<Reader: SampleReader>: StepWorker, @unchecked Sendable {
  // Unchecked: used by one worker; the others read its gradient between the step's barriers.
  let index: Int
  let shard: Shard
  let clock: StepClock
  let parameters: AlignedBuffer<Float>
  let copies: AlignedBuffer<MutableFloats>
  let pass: ShardPass<Reader>
  let gradients: SliceGradients<Reader.Input>
  let inputs: Reader.Input.Rows
  let rows: TrainingRows
  /// The gradient of its shard, in the parameters' layout.
  let gradient: AlignedBuffer<Float>
  /// The buffer from which other workers read their slices of this worker's gradient: `gradient`, or its copy of the
  /// parameters.
  let visibleGradient: AlignedBuffer<Float>
  /// The slices of all layers, to be written to `gradient`.
  let wholeGradient: AlignedBuffer<Destination>
  /// The slices of all layers, each to be written to the buffer from which the reducing worker reads it.
  let sharedGradient: AlignedBuffer<Destination>
  /// The slices and ranges of the parameters that it reduces and updates.
  let activeSlices: AlignedBuffer<GradientSlice>
  let ranges: AlignedBuffer<FlatRange>
  /// The bits of the active inputs of its shard.
  let active: AlignedBuffer<UInt64>
  /// The gradients of all workers, in their order, and their active inputs.
  let sources: AlignedBuffer<Floats>
  let activeSources: AlignedBuffer<UnsafePointer<UInt64>>
  /// A reduced piece of the gradient, before the update.
  let piece: AlignedBuffer<Float>

  /// A slice of the gradient, and the buffer it is written to.
  struct Destination {
    let slice: GradientSlice
    let gradient: MutableFloats
  }

  init(
    _ context: StepContext, _ reader: Reader, index: Int, reductions: [ReductionSlices],
    gradient: AlignedBuffer<Float>, copies: ParameterCopies?
  ) {
    self.index = index
    shard = context.plan.shard(worker: index)
    clock = context.clock(of: index)
    self.gradient = gradient
    activeSlices = AlignedBuffer(reductions[index].active)
    ranges = AlignedBuffer(reductions[index].ranges)
    let (network, workers) = (context.network, context.plan.workers)
    let capacity = context.decision.chunkRows
    parameters = copies?.buffers[index] ?? network.buffer
    self.copies = copies?.others(than: index) ?? AlignedBuffer(count: 0)
    visibleGradient = copies?.buffers[index] ?? gradient
    inputs = reader.makeRows(capacity: capacity)
    rows = context.trainingRows(capacity: capacity, inputBlocks: reader.inputBlocks)
    pass = ShardPass(
      network, reader, context.targets, rows: capacity, parameters: parameters,
      sharesWeights: workers > 1, clock: clock)
    gradients = SliceGradients(network, rows: capacity, sources: workers)
    active = AlignedBuffer(count: Reader.Input.Gradient.activeWords(inputs))
    sources = AlignedBuffer(count: workers)
    activeSources = AlignedBuffer(count: workers)
    piece = AlignedBuffer(count: FlatRange.pieceSize)
    let own = gradient.pointer
    wholeGradient = AlignedBuffer(
      GradientSlice.all(of: network.layout).map { Destination(slice: $0, gradient: own) })
    if let copies {
      let copy = copies.buffers[index].pointer
      sharedGradient = AlignedBuffer(
        reductions.indices.flatMap { other in
          reductions[other].slices.map { Destination(slice: $0, gradient: other == index ? own : copy) }
        })
    } else {
      sharedGradient = wholeGradient
    }
  }

  /// Writes the gradient over the first `count` rows to the destinations, or adds it there if `adds`.
  @inline(__always)
  func accumulate(_ destinations: AlignedBuffer<Destination>, count: Int, adds: Bool) {
    var index = 0
    while index < destinations.count {
      let destination = destinations.pointer[index]
      index += 1
      gradients.accumulate(
        destination.slice, inputs, rows, count: count, into: destination.gradient, adds: adds)
    }
  }

  /// Like `accumulate` without `adds`, but may leave out the weights of inactive inputs; marks the active inputs in
  /// `active`.
  @inline(__always)
  func accumulateActive(_ destinations: AlignedBuffer<Destination>, count: Int) {
    var index = 0
    while index < destinations.count {
      let destination = destinations.pointer[index]
      index += 1
      gradients.accumulateActive(
        destination.slice, inputs, rows, count: count, into: destination.gradient, active: active.pointer)
    }
  }
}
