import Kernels
import Networks
import Ranks

/// The sharded update of several ranks, whose bits are those of one process with the strategy `owned`.
///
/// Each worker of each rank runs the forward and backward pass of its shard of a chunk's rows. The ranks send each other
/// the activations and error signals of their rows; every rank reads the inputs of all rows itself. Then each worker
/// computes the gradient of its slices of the weights over all rows and applies it, and the ranks send each other their
/// parameters. Worker 0 alone communicates, between two barriers.
///
/// Metrics are summed over all rows on every rank; requests to stop are sent with the parameters. So all ranks end at
/// the same step.
final class OwnedRankExchange<Reader: SampleReader>: Exchange {
  let context: StepContext
  let workers: [OwnedWorker<Reader>]
  private let reader: Reader
  private let metrics: StepMetrics
  private let step: RankStep
  private let inputs: Reader.Input.Rows
  private let rows: TrainingRows
  private let rowMessages: RankRows
  private let parameterMessages: RankMessages
  /// For each rank 1 if a stop after this step was requested there, else 0.
  private let stops: AlignedBuffer<Int>

  init(_ context: StepContext, _ reader: Reader) {
    guard let step = context.ranks else { preconditionFailure("an exchange between ranks needs several") }
    self.context = context
    self.reader = reader
    self.step = step
    metrics = context.metrics
    let (network, decision) = (context.network, context.decision)
    inputs = reader.makeRows(capacity: decision.chunkRows)
    rows = context.trainingRows(capacity: decision.chunkRows, inputBlocks: reader.inputBlocks)
    let slices = OwnedDivision.slices(network.layout, context.plan)[step.group.rank]
    workers = slices.enumerated().map { index, slices in
      OwnedWorker(context, reader, index: index, slices: slices)
    }
    rowMessages = step.counted(
      RankRows(rows, network.layout, context.plan, step.group, targetWidth: context.targets.width))
    stops = AlignedBuffer(count: step.group.size)
    parameterMessages = step.messages(gathering: network.buffer, flags: stops)
  }

  func step(
    _ group: WorkerGroup<OwnedWorker<Reader>>, _ batch: Batch, _ coefficients: StepCoefficients,
    _ sums: inout EpochSums, _ range: StepRange
  ) -> StepOutcome {
    var first = 0
    while first < batch.rows {
      let chunk = Chunk(batch, first: first, capacity: inputs.capacity)
      group.forEach { runShard($0, chunk) }
      group.wait()
      if group.isFirst, !rowMessages.exchange(rows: chunk.count) { metrics.status = .disconnected }
      group.wait()
      if metrics.status == .disconnected { return .last }
      group.forEach { $0.slices.update(chunk, inputs, rows, coefficients, &sums, range) }
      group.wait()
      first += chunk.count
    }
    if context.collects(batch) { context.applyCollected(group, coefficients, &sums) }
    if group.isFirst { step.shareParameters(metrics, stops: stops, by: parameterMessages.exchange) }
    group.wait()
    context.roundReceived(group)
    return metrics.status == .none ? .done : .last
  }

  static func barriers(_ plan: StepPlan, chunks: Int) -> Int {
    3 * chunks + StepContext.collectedBarriers(plan, chunks: chunks) + 1 + StepContext.roundingBarriers(plan)
  }

  /// Runs a worker's shard up to the error signals, and reads the inputs and targets of its part of other ranks' rows.
  @inline(__always)
  private func runShard(_ worker: OwnedWorker<Reader>, _ chunk: Chunk) {
    let shard = worker.shard.range(of: chunk.count)
    if !shard.isEmpty {
      worker.pass.run(
        chunk.order + shard.lowerBound, count: shard.count, epoch: chunk.batch.epoch, inputs, rows,
        first: shard.lowerBound)
    }
    let own = rowMessages.rows(of: chunk.count, rank: step.group.rank)
    read(worker, chunk, 0..<own.lowerBound)
    read(worker, chunk, own.upperBound..<chunk.count)
    let next = worker.shard.range(of: chunk.nextCount)
    reader.prefetch(chunk.order + chunk.count + next.lowerBound, count: next.count)
    worker.clock.mark(.gather)
  }

  /// Reads inputs and targets of a worker's part of some rows of other ranks.
  @inline(__always)
  private func read(_ worker: OwnedWorker<Reader>, _ chunk: Chunk, _ others: Range<Int>) {
    let shard = Shard(index: worker.index, count: workers.count).range(of: others.count)
    if shard.isEmpty { return }
    let first = others.lowerBound + shard.lowerBound
    context.targets.read(chunk.order + first, count: shard.count, into: rows.targets, first: first)
    reader.read(chunk.order + first, count: shard.count, epoch: chunk.batch.epoch, into: inputs, first: first)
  }
}
