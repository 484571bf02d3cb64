import KernelInterface
import Kernels
import Networks

/// A sharded update whose first layer is divided by columns: each worker computes its columns of that layer's product
/// for all rows, and later the gradient of the same weights, which stay in its cache.
///
/// A step has two phases, each followed by a barrier. First the gradients of the worker's slices for the previous step,
/// and its columns of the first product of this step; then the rest of the forward pass and the backward pass of its
/// rows. The two phases write different buffers. Inputs and first activations are double-buffered, since the gradients
/// of the first two layers still read them.
final class ColumnExchange<Reader: SampleReader>: Exchange {
  let context: StepContext
  let workers: [ColumnWorker<Reader>]
  private let reader: Reader
  private let first: RowSet
  private let second: RowSet

  /// One of the two sets of row buffers. A class, so that a step does not count references to each member.
  private final class RowSet: Sendable {
    let inputs: Reader.Input.Rows
    let rows: TrainingRows

    init(inputs: Reader.Input.Rows, rows: TrainingRows) {
      self.inputs = inputs
      self.rows = rows
    }
  }

  init(_ context: StepContext, _ reader: Reader) {
    self.context = context
    self.reader = reader
    let (layout, capacity) = (context.network.layout, context.decision.chunkRows)
    let targetWidth = context.targets.rowWidth
    let countsCorrect = context.targets.countsCorrect(context.network.topology.output)
    let blocks = reader.inputBlocks
    let signals = ErrorSignals(layout, capacity: capacity)
    let metrics = RowMetrics(capacity: capacity)
    // With several input blocks, their products need buffers of their own: the gradient still reads the error signals
    // while the next products are computed.
    let activations =
      blocks == 1
      ? Activations(layout, capacity: capacity, inputBlocks: 1, sharing: signals)
      : Activations(
        layout, capacity: capacity,
        products: (0..<blocks).map { _ in AlignedBuffer(count: capacity * layout.layers[0].paddedOutputs) })
    func set(_ activations: Activations) -> RowSet {
      RowSet(
        inputs: reader.makeRows(capacity: capacity),
        rows: TrainingRows(
          activations: activations, signals: signals,
          targets: TargetRows(layout, capacity: capacity, width: targetWidth, countsCorrect: countsCorrect),
          metrics: metrics))
    }
    first = set(activations)
    second = set(Activations(layout, capacity: capacity, inputBlocks: blocks, above: activations))
    let slices = GradientSlice.columnSlices(of: layout, count: context.plan.workers)
    workers = slices.enumerated().map { index, slices in
      ColumnWorker(context, reader, index: index, slices: slices)
    }
  }

  /// Reads the first chunk in advance.
  func begin(_ group: WorkerGroup<ColumnWorker<Reader>>, _ range: StepRange) {
    let batch = range.batch(step: range.steps.lowerBound)
    group.forEach { worker in
      worker.usesSecondSet = false
      readAhead(worker, batch.order, count: min(first.inputs.capacity, batch.rows), epoch: batch.epoch, into: first)
    }
    group.wait()
  }

  func step(
    _ group: WorkerGroup<ColumnWorker<Reader>>, _ batch: Batch, _ coefficients: StepCoefficients,
    _ sums: inout EpochSums,
    _ range: StepRange
  ) -> StepOutcome {
    var row = 0
    while row < batch.rows {
      let chunk = Chunk(batch, first: row, capacity: first.inputs.capacity)
      let isBegun =
        group.withFirst { $0.usesSecondSet }
        ? run(group, chunk, in: second, next: first, coefficients, &sums, range)
        : run(group, chunk, in: first, next: second, coefficients, &sums, range)
      if !isBegun { return .notBegun }
      group.forEach { $0.usesSecondSet.toggle() }
      row += chunk.count
    }
    context.endDividedStep(group, batch, coefficients, &sums)
    return .done
  }

  static func barriers(_ plan: StepPlan, chunks: Int) -> Int {
    2 * chunks + StepContext.dividedEndBarriers(plan, chunks: chunks)
  }

  /// Processes a chunk whose rows are in `set`, and reads the rows of the next chunk into `next`.
  ///
  /// - Returns: false if the chunk was not begun, since the previous step was the last.
  private func run(
    _ group: WorkerGroup<ColumnWorker<Reader>>, _ chunk: Chunk, in set: RowSet, next: RowSet,
    _ coefficients: StepCoefficients, _ sums: inout EpochSums, _ range: StepRange
  ) -> Bool {
    group.forEach { worker in
      let following = worker.shard.range(of: chunk.nextCount)
      reader.prefetch(chunk.order + chunk.count + following.lowerBound, count: following.count)
      worker.pass.input.forward(
        set.inputs, into: set.rows.activations.product, first: 0, count: chunk.count, columns: worker.columns)
    }
    group.clock.mark(.forward)
    group.wait()
    if context.metrics.status != .none { return false }
    group.forEach { runAboveProduct($0, chunk, in: set, next: next) }
    group.wait()
    group.forEach { $0.slices.update(chunk, set.inputs, set.rows, coefficients, &sums, range) }
    return true
  }

  /// Runs a worker's shard of a chunk, from the first activations to the error signals, and reads its next rows.
  @inline(__always)
  private func runAboveProduct(_ worker: ColumnWorker<Reader>, _ chunk: Chunk, in set: RowSet, next: RowSet) {
    let shard = worker.shard.range(of: chunk.count)
    if !shard.isEmpty {
      worker.pass.runAboveProduct(
        set.rows, PassSamples(order: chunk.order + shard.lowerBound, epoch: chunk.batch.epoch),
        first: shard.lowerBound, count: shard.count)
    }
    readAhead(worker, chunk.order + chunk.count, count: chunk.nextCount, epoch: chunk.batch.epoch, into: next)
    worker.clock.mark(.gather)
  }

  /// Reads a worker's shard of the next rows.
  private func readAhead(
    _ worker: ColumnWorker<Reader>, _ order: UnsafePointer<Int32>, count: Int, epoch: Int, into set: RowSet
  ) {
    let shard = worker.shard.range(of: count)
    guard !shard.isEmpty else { return }
    context.targets.read(
      order + shard.lowerBound, count: shard.count, into: set.rows.targets, first: shard.lowerBound)
    reader.read(
      order + shard.lowerBound, count: shard.count, epoch: epoch, into: set.inputs, first: shard.lowerBound)
  }
}

/// The state of one worker of a step divided by columns.
final class ColumnWorker<Reader: SampleReader>: StepWorker, @unchecked Sendable {
  // Unchecked: used by one worker.
  /// Its part of the rows of every batch.
  let shard: Shard
  let clock: StepClock
  let parameters: AlignedBuffer<Float>
  let copies = AlignedBuffer<MutableFloats>(count: 0)
  let pass: ShardPass<Reader>
  let slices: SliceUpdate<Reader.Input>
  /// The columns of the first layer that this worker computes for all rows.
  let columns: Range<Int>
  /// True if the current rows are in the second set, false if in the first.
  var usesSecondSet = false

  init(_ context: StepContext, _ reader: Reader, index: Int, slices: [GradientSlice]) {
    shard = context.plan.shard(worker: index)
    clock = context.clock(of: index)
    parameters = context.network.buffer
    let (capacity, workers) = (context.decision.chunkRows, context.plan.workers)
    columns = GradientSlice.firstLayerColumns(context.network.layout, thread: index, of: workers)
    pass = ShardPass(
      context.network, reader, context.targets, rows: (capacity + workers - 1) / workers + 1, clock: clock)
    self.slices = SliceUpdate(context, worker: index, slices, rows: capacity)
  }
}
