import KernelInterface
import Kernels
import Networks

/// The state of one worker of a data-parallel step between ranks.
final class PartialRankWorker<Reader: SampleReader>: StepWorker, @unchecked Sendable {
  // Unchecked: used by one worker; the others read its gradient between the step's barriers.
  let index: Int
  let clock: StepClock
  let parameters: AlignedBuffer<Float>
  /// None: all workers of a rank read the same parameters.
  let copies = AlignedBuffer<MutableFloats>(count: 0)
  let gradient: ShardGradient<Reader>
  let reduction: GradientReduction
  /// The addresses of the gradients that it sums: those of the rank's workers, then those of the ranks.
  let sources: AlignedBuffer<Floats>
  /// The parameters whose gradients it sums over the rank's workers.
  let sums: AlignedBuffer<FlatRange>
  /// The parameters of the rank's slice whose gradients it sums over the ranks, and which it updates.
  let ranges: AlignedBuffer<FlatRange>

  var shard: Shard { gradient.shard }

  /// - Parameters:
  ///   - division: that of the parameters among the ranks, and of the rank's among its workers.
  ///   - ranks: the number of ranks.
  init(
    _ context: StepContext, _ reader: Reader, index: Int, gradient buffer: AlignedBuffer<Float>,
    _ division: any RankDivision, ranks: Int
  ) {
    self.index = index
    clock = context.clock(of: index)
    parameters = context.network.buffer
    gradient = ShardGradient(context, reader, worker: index, buffer: buffer, parameters: parameters)
    reduction = GradientReduction(context)
    sources = AlignedBuffer(count: max(context.plan.workers, ranks))
    sums = AlignedBuffer(FlatRange.slice(index, of: context.plan.workers, context.network.layout))
    ranges = AlignedBuffer(division.ranges[index])
  }
}
