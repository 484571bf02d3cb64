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
  private let metrics: StepMetrics
  private let step: RankStep
  /// For each rank 1 if a stop after this step was requested there, else 0.
  private let stops: AlignedBuffer<Int>
  private let slices: SliceExchange

  /// - Parameter inputDensity: for each input the fraction of samples in which it is nonzero.
  init(_ context: StepContext, _ reader: Reader, inputDensity: [Float]) {
    guard let step = context.ranks else { preconditionFailure("an exchange between ranks needs several") }
    self.context = context
    self.step = step
    metrics = context.metrics
    let (network, plan) = (context.network, context.plan)
    // The sum over the rank's workers replaces the gradient of worker 0.
    let own = context.clipAndUpdate.gradient
    workers = (0..<plan.workers).map { index in
      PartialRankWorker(
        context, reader, step, index: index, gradient: index == 0 ? own : AlignedBuffer(count: network.layout.count))
    }
    stops = AlignedBuffer(count: step.group.size)
    slices = SliceExchange(
      context, step, gradient: own, stops: stops,
      CompactExchange(network.layout, plan, inputDensity: inputDensity))
  }

  func step(
    _ group: WorkerGroup<PartialRankWorker<Reader>>, _ batch: Batch, _ coefficients: StepCoefficients,
    _ sums: inout EpochSums, _ range: StepRange
  ) -> StepOutcome {
    group.forEach { $0.gradient.compute(batch, .whole) }
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

  static func barriers(_ plan: StepPlan, chunks: Int) -> Int {
    5 + (plan.clipNorm == nil ? 0 : ClipAndUpdate.barriers(plan)) + StepContext.roundingBarriers(plan)
  }

  /// Sums a worker's part of the gradient over this rank's workers, in their order.
  private func sumWorkers(_ worker: PartialRankWorker<Reader>) {
    let sources = worker.sources.pointer
    for other in 0..<workers.count { sources[other] = UnsafePointer(workers[other].gradient.buffer.pointer) }
    let sum = context.clipAndUpdate.gradient.pointer
    for index in 0..<worker.sums.count {
      worker.reduction.sum(worker.sums.pointer[index], sources, count: workers.count, into: sum)
    }
  }

  /// Sums the gradients of a worker's part of this rank's slice over the ranks and, unless the gradient's norm is
  /// measured first, updates these parameters.
  private func updateSlice(_ worker: PartialRankWorker<Reader>, _ batch: Batch, _ coefficients: StepCoefficients) {
    let (sources, count) = (worker.sources.pointer, step.group.size)
    for rank in 0..<count { sources[rank] = slices.gradient(of: rank) }
    let gradient = context.clipAndUpdate.gradient.pointer
    for index in 0..<worker.ranges.count {
      let range = worker.ranges.pointer[index]
      if batch.measuresNorm {
        worker.reduction.sum(range, sources, count: count, into: gradient)
      } else {
        worker.reduction.update(range, sources, count: count, by: coefficients.update)
      }
    }
  }
}
