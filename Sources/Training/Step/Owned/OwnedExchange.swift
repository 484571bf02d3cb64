import KernelInterface
import Kernels
import Networks

/// The sharded update, whose results are bit-identical for any number of workers. Each worker runs the forward and
/// backward pass of its shard of the rows. Then it computes the gradient of its slices of the weights over all rows and
/// applies it at once: there is no reduction.
///
/// Larger batches are processed in chunks of rows, whose gradients are summed in a shared buffer. Before a chunk's
/// first barrier a worker writes its rows; between its barriers it reads all rows and writes its slices.
///
/// A gradient of another process cannot be added here: each slice's gradient is applied before the next one is
/// computed. Several ranks exchange rows instead (`OwnedRankExchange`).
final class OwnedExchange<Reader: SampleReader>: Exchange {
  let context: StepContext
  let workers: [OwnedWorker<Reader>]
  private let reader: Reader
  private let inputs: Reader.Input.Rows
  private let rows: TrainingRows

  init(_ context: StepContext, _ reader: Reader, inputDensity: [Float]?) {
    self.context = context
    self.reader = reader
    let (network, decision) = (context.network, context.decision)
    let capacity = decision.chunkRows
    inputs = reader.makeRows(capacity: capacity)
    rows = context.trainingRows(capacity: capacity, inputBlocks: reader.inputBlocks)
    let slices = GradientSlice.slices(
      of: network.layout, count: context.plan.workers, inputDensity: Reader.Input.workDensity(inputDensity))
    workers = slices.enumerated().map { index, slices in
      OwnedWorker(context, reader, index: index, slices: slices)
    }
  }

  func step(
    _ group: WorkerGroup<OwnedWorker<Reader>>, _ batch: Batch, _ coefficients: StepCoefficients,
    _ sums: inout EpochSums,
    _ range: StepRange
  ) -> StepOutcome {
    var first = 0
    while first < batch.rows {
      let chunk = Chunk(batch, first: first, capacity: inputs.capacity)
      group.forEach { run($0, chunk) }
      group.wait()
      group.forEach { $0.slices.update(chunk, inputs, rows, coefficients, &sums, range) }
      group.wait()
      first += chunk.count
    }
    if context.collects(batch) { context.applyCollected(group, coefficients, &sums) }
    return context.metrics.status == .none ? .done : .last
  }

  static func barriers(_ plan: StepPlan, chunks: Int) -> Int {
    2 * chunks + StepContext.collectedBarriers(plan, chunks: chunks)
  }

  /// Runs the forward and backward pass of a worker's shard of a chunk.
  @inline(__always)
  private func run(_ worker: OwnedWorker<Reader>, _ chunk: Chunk) {
    let shard = worker.shard.range(of: chunk.count)
    if !shard.isEmpty {
      worker.pass.run(
        chunk.order + shard.lowerBound, count: shard.count, epoch: chunk.batch.epoch, inputs, rows,
        first: shard.lowerBound)
    }
    let next = worker.shard.range(of: chunk.nextCount)
    reader.prefetch(chunk.order + chunk.count + next.lowerBound, count: next.count)
    worker.clock.mark(.gather)
  }
}

/// The state of one worker of a sharded update.
final class OwnedWorker<Reader: SampleReader>: StepWorker, @unchecked Sendable {
  // Unchecked: used by one worker.
  let index: Int
  /// Its part of the rows of every batch.
  let shard: Shard
  let clock: StepClock
  let parameters: AlignedBuffer<Float>
  let copies = AlignedBuffer<MutableFloats>(count: 0)
  let pass: ShardPass<Reader>
  let slices: SliceUpdate<Reader.Input>

  init(_ context: StepContext, _ reader: Reader, index: Int, slices: [GradientSlice]) {
    self.index = index
    shard = context.plan.shard(worker: index)
    clock = context.clock(of: index)
    parameters = context.network.buffer
    let (capacity, workers) = (context.decision.chunkRows, context.plan.workers)
    pass = ShardPass(
      context.network, reader, context.targets, rows: (capacity + workers - 1) / workers + 1,
      sharesWeights: workers > 1, clock: clock)
    self.slices = SliceUpdate(context, worker: index, slices, rows: capacity)
  }
}
