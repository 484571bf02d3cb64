import KernelInterface
import Kernels
import Networks
import Ranks

/// The data-parallel step of several processes (ranks): gradients are reduced within each rank, as in
/// `PartialExchange`, and then over the ranks.
///
/// Each worker computes the gradient of its shard, and the workers of a rank sum theirs. Each rank sends every other
/// rank that rank's slice of the sum, adds the slices that it receives to its own, in a fixed tree of pairs, and
/// updates the parameters of its slice. Then the ranks exchange the new parameters. Only worker 0 communicates, between
/// two barriers.
///
/// Losses and requests to stop are exchanged with these messages, so that all ranks end at the same step.
final class PartialRankExchange<Reader: SampleReader>: Exchange {
  let context: StepContext
  let workers: [PartialRankWorker<Reader>]
  private let reader: Reader
  private let metrics: StepMetrics
  private let step: RankStep
  /// For each rank 1 if a stop after this step was requested there, else 0.
  private let stops: AlignedBuffer<Int>
  private let slices: SliceExchange
  /// The index after the first layer's last weight.
  private let firstLayerWeightsEnd: Int

  /// - Parameter inputDensity: for each input the fraction of samples in which it is nonzero.
  init(_ context: StepContext, _ reader: Reader, inputDensity: [Float]) {
    guard let step = context.ranks else { preconditionFailure("an exchange between ranks needs several") }
    self.context = context
    self.reader = reader
    self.step = step
    metrics = context.metrics
    let (network, plan) = (context.network, context.plan)
    // The sum over the rank's workers replaces the gradient of worker 0.
    let own = context.clipAndUpdate.gradient
    workers = (0..<plan.workers).map { index in
      PartialRankWorker(
        context, reader, index: index, gradient: index == 0 ? own : AlignedBuffer(count: network.layout.count),
        step.division, ranks: step.group.size)
    }
    stops = AlignedBuffer(count: step.group.size)
    slices = SliceExchange(
      context, step, gradient: own, stops: stops,
      CompactExchange(network.layout, plan, inputDensity: inputDensity))
    firstLayerWeightsEnd = network.layout.layers[0].weights + network.layout.layers[0].weightCount
  }

  func step(
    _ group: WorkerGroup<PartialRankWorker<Reader>>, _ batch: Batch, _ coefficients: StepCoefficients,
    _ sums: inout EpochSums, _ range: StepRange
  ) -> StepOutcome {
    group.forEach { worker in
      computeShardGradient(worker, batch, worker.shard.range(of: batch.rows))
      let next = worker.shard.range(of: batch.next)
      reader.prefetch(batch.order + batch.rows + next.lowerBound, count: next.count)
    }
    group.clock.mark(.gather)
    group.wait()
    if workers.count > 1 {
      group.forEach { sumWorkers($0) }
      group.clock.mark(.update)
      group.wait()
    }
    if group.isFirst {
      if slices.exchangeGradients() {
        metrics.reduce(batch, penalty: context.clipAndUpdate.penalty(rows: batch.rows), into: &sums, range)
      } else {
        metrics.status = .disconnected
      }
    }
    group.wait()
    if metrics.status == .disconnected { return .last }
    group.forEach { updateSlice($0, batch, coefficients) }
    if batch.measuresNorm { context.clipAndUpdate.apply(group, coefficients, metrics: metrics, &sums) }
    group.clock.mark(.update)
    group.wait()
    if group.isFirst { step.shareParameters(metrics, stops: stops, by: slices.exchangeParameters) }
    group.wait()
    context.roundReceived(group)
    return metrics.status == .none ? .done : .last
  }

  /// Computes the gradient of a shard of the batch, and its metrics, in chunks of rows.
  @inline(__always)
  private func computeShardGradient(_ worker: PartialRankWorker<Reader>, _ batch: Batch, _ shard: Range<Int>) {
    let accumulator = worker.shard.index
    metrics.clear(accumulator)
    // A shard without samples keeps its index in the tree of pairs, which is the same for another division into ranks.
    if shard.isEmpty { worker.gradient.elements.update(repeating: 0) }
    var first = shard.lowerBound
    while first < shard.upperBound {
      let count = min(worker.inputs.capacity, shard.upperBound - first)
      worker.pass.run(batch.order + first, count: count, epoch: batch.epoch, worker.inputs, worker.rows, first: 0)
      worker.accumulate(count: count, adds: first > shard.lowerBound)
      worker.clock.mark(.gradient)
      metrics.accumulate(worker.rows, count, accumulator)
      worker.clock.mark(.output)
      first += count
    }
  }

  /// Sums a worker's part of the gradient over this rank's workers, in their order.
  private func sumWorkers(_ worker: PartialRankWorker<Reader>) {
    let sources = worker.sources
    for other in 0..<workers.count { sources.pointer[other] = UnsafePointer(workers[other].gradient.pointer) }
    let sum = context.clipAndUpdate.gradient.pointer
    for index in 0..<worker.sums.count {
      let range = worker.sums.pointer[index]
      context.network.kernels.samples.addSources(
        sources.pointer, workers.count, range.offset, range.count, sum + range.offset)
    }
  }

  /// Sums the gradients of a worker's part of this rank's slice over the ranks and, unless the gradient's norm is
  /// measured first, updates these parameters.
  private func updateSlice(_ worker: PartialRankWorker<Reader>, _ batch: Batch, _ coefficients: StepCoefficients) {
    let count = step.group.size
    for rank in 0..<count { worker.sources.pointer[rank] = slices.gradient(of: rank) }
    let sources = UnsafePointer(worker.sources.pointer)
    guard batch.measuresNorm else {
      for index in 0..<worker.ranges.count {
        let range = worker.ranges.pointer[index]
        if context.decision.fusesFirstLayerUpdate, range.offset < firstLayerWeightsEnd {
          updateFused(range, sources, count, coefficients.update, worker)
          continue
        }
        range.reduce(
          sources, count: count, by: coefficients.update, kernels: context.network.kernels, piece: worker.piece)
      }
      return
    }
    let gradient = context.clipAndUpdate.gradient.pointer
    for index in 0..<worker.ranges.count {
      let range = worker.ranges.pointer[index]
      context.network.kernels.samples.addSources(
        sources, count, range.offset, range.count, gradient + range.offset)
    }
  }

  /// Sums a range of the first layer's weights and updates it with one rounding, as the masked kernels of one process do.
  private func updateFused(
    _ range: FlatRange, _ sources: UnsafePointer<Floats>, _ count: Int, _ update: ParameterUpdate,
    _ worker: PartialRankWorker<Reader>
  ) {
    let (samples, elementwise) = (context.network.kernels.samples, context.network.kernels.elementwise)
    range.forEachPiece { offset, size in
      samples.addSources(sources, count, offset, size, worker.piece.pointer)
      update.applyFused(
        UnsafePointer(worker.piece.pointer), offset: offset, count: size, by: elementwise)
    }
  }
}
