import KernelInterface
import Kernels
import Networks

/// The gradient of one worker's shard of every batch, and its metrics: the part of a data-parallel step before the
/// reduction, the same in one process and on several ranks.
struct ShardGradient<Reader: SampleReader>: Sendable {
  /// The worker's part of the rows of every batch.
  let shard: Shard
  /// The gradient in the parameters' layout: all of it, or only the slices that the worker reduces itself.
  let buffer: AlignedBuffer<Float>
  let slices: SliceGradients<Reader.Input>
  let inputs: Reader.Input.Rows
  /// The bits of the active inputs, if the form is `activeInputs`.
  let active: AlignedBuffer<UInt64>
  private let rows: TrainingRows
  private let pass: ShardPass<Reader>
  private let reader: Reader
  private let metrics: StepMetrics
  private let clock: StepClock
  /// All slices, to be written to `buffer`.
  private let whole: AlignedBuffer<Destination>
  /// All slices, each to be written to the buffer from which the reducing worker reads it.
  private let shared: AlignedBuffer<Destination>

  /// A slice of the gradient, and the buffer it is written to.
  struct Destination {
    let slice: GradientSlice
    let gradient: MutableFloats
  }

  /// - Parameters:
  ///   - parameters: those that the worker reads: the network's, or a copy of them.
  ///   - shared: nil if the worker that reduces a slice reads it in `buffer`, too.
  init(
    _ context: StepContext, _ reader: Reader, worker index: Int, buffer: AlignedBuffer<Float>,
    parameters: AlignedBuffer<Float>, shared: [Destination]? = nil
  ) {
    (self.reader, self.buffer, metrics) = (reader, buffer, context.metrics)
    shard = context.plan.shard(worker: index)
    clock = context.clock(of: index)
    let (network, workers, capacity) = (context.network, context.plan.workers, context.decision.chunkRows)
    inputs = reader.makeRows(capacity: capacity)
    rows = context.trainingRows(capacity: capacity, inputBlocks: reader.inputBlocks)
    pass = ShardPass(
      network, reader, context.targets, rows: capacity, parameters: parameters, sharesWeights: workers > 1,
      clock: clock)
    slices = SliceGradients(network, rows: capacity, sources: workers)
    active = AlignedBuffer(count: Reader.Input.Gradient.activeWords(inputs))
    let pointer = buffer.pointer
    whole = AlignedBuffer(GradientSlice.all(of: network.layout).map { Destination(slice: $0, gradient: pointer) })
    self.shared = shared.map { AlignedBuffer($0) } ?? whole
  }

  /// Computes the gradient of the shard of a batch, and its metrics, in chunks of rows; then prefetches the shard of the
  /// next batch.
  @inline(__always)
  func compute(_ batch: Batch, _ form: GradientForm) {
    let range = shard.range(of: batch.rows)
    metrics.clear(shard.index)
    if form == .activeInputs { active.elements.update(repeating: 0) }
    // A shard without samples keeps its index in the tree of pairs, which is the same for any division into ranks.
    if range.isEmpty { buffer.elements.update(repeating: 0) }
    var first = range.lowerBound
    while first < range.upperBound {
      let count = min(inputs.capacity, range.upperBound - first)
      pass.run(batch.order + first, count: count, epoch: batch.epoch, inputs, rows, first: 0)
      switch form {
      case .collected, .whole: accumulate(whole, count: count, adds: first > range.lowerBound)
      case .slices: accumulate(shared, count: count, adds: first > range.lowerBound)
      // A shard is a single chunk then.
      case .activeInputs: accumulateActive(shared, count: count)
      }
      clock.mark(.gradient)
      metrics.accumulate(rows, count, shard.index)
      clock.mark(.output)
      first += count
    }
    let next = shard.range(of: batch.next)
    reader.prefetch(batch.order + batch.rows + next.lowerBound, count: next.count)
  }

  /// Writes the gradient over the first `count` rows to the destinations, or adds it there if `adds`.
  @inline(__always)
  private func accumulate(_ destinations: AlignedBuffer<Destination>, count: Int, adds: Bool) {
    var index = 0
    while index < destinations.count {
      let destination = destinations.pointer[index]
      index += 1
      slices.accumulate(destination.slice, inputs, rows, count: count, into: destination.gradient, adds: adds)
    }
  }

  /// Like `accumulate` without `adds`, but may leave out the weights of inactive inputs; marks the active inputs in
  /// `active`.
  @inline(__always)
  private func accumulateActive(_ destinations: AlignedBuffer<Destination>, count: Int) {
    var index = 0
    while index < destinations.count {
      let destination = destinations.pointer[index]
      index += 1
      slices.accumulateActive(
        destination.slice, inputs, rows, count: count, into: destination.gradient, active: active.pointer)
    }
  }
}
