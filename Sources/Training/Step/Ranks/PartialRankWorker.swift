import KernelInterface
import Kernels
import Networks

/// The state of one worker of a data-parallel step between ranks.
final class PartialRankWorker<Reader: SampleReader>: StepWorker, @unchecked Sendable {
  // Unchecked: used by one worker; the others read its gradient between the step's barriers.
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

  init(
    _ context: StepContext, _ reader: Reader, _ step: RankStep, index: Int, gradient buffer: AlignedBuffer<Float>
  ) {
    parameters = context.network.buffer
    gradient = ShardGradient(context, reader, worker: index, buffer: buffer, parameters: parameters)
    reduction = GradientReduction(context)
    sources = AlignedBuffer(count: max(context.plan.workers, step.group.size))
    sums = AlignedBuffer(FlatRange.slice(index, of: context.plan.workers, context.network.layout))
    ranges = AlignedBuffer(step.division.ranges[index])
  }
}
