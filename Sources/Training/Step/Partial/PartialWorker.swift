import KernelInterface
import Kernels
import Networks

/// The state of one worker of a data-parallel step.
final class PartialWorker<Reader: SampleReader>: StepWorker, @unchecked Sendable {
  // Unchecked: used by one worker; the others read its gradient between the step's barriers.
  let index: Int
  let parameters: AlignedBuffer<Float>
  let copies: AlignedBuffer<MutableFloats>
  let gradient: ShardGradient<Reader>
  /// The buffer from which other workers read their slices of this worker's gradient: that of `gradient`, or its copy of
  /// the parameters.
  let visibleGradient: AlignedBuffer<Float>
  let reduction: GradientReduction
  /// The slices and ranges of the parameters that it reduces and updates.
  let activeSlices: AlignedBuffer<GradientSlice>
  let ranges: AlignedBuffer<FlatRange>
  /// The gradients of all workers, in their order, and their active inputs.
  let sources: AlignedBuffer<Floats>
  let activeSources: AlignedBuffer<UnsafePointer<UInt64>>

  var shard: Shard { gradient.shard }

  init(
    _ context: StepContext, _ reader: Reader, index: Int, reductions: [ReductionSlices],
    gradient buffer: AlignedBuffer<Float>, copies: ParameterCopies?
  ) {
    self.index = index
    let copy = copies?.buffers[index]
    parameters = copy ?? context.network.buffer
    self.copies = copies?.others(than: index) ?? AlignedBuffer(count: 0)
    visibleGradient = copy ?? buffer
    gradient = ShardGradient(
      context, reader, worker: index, buffer: buffer, parameters: parameters,
      shared: copy.map { copy in
        reductions.indices.flatMap { other in
          reductions[other].slices.map { .init(slice: $0, gradient: (other == index ? buffer : copy).pointer) }
        }
      })
    reduction = GradientReduction(context)
    activeSlices = AlignedBuffer(reductions[index].active)
    ranges = AlignedBuffer(reductions[index].ranges)
    sources = AlignedBuffer(count: context.plan.workers)
    activeSources = AlignedBuffer(count: context.plan.workers)
  }
}
