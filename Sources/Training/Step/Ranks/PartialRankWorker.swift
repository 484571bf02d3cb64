import KernelInterface
import Kernels
import Networks

/// The state of one worker of a data-parallel step between ranks.
final class PartialRankWorker<Reader: SampleReader>: StepWorker, @unchecked Sendable {
  // Unchecked: used by one worker; the others read its gradient between the step's barriers.
  let index: Int
  let shard: Shard
  let clock: StepClock
  let parameters: AlignedBuffer<Float>
  /// None: all workers of a rank read the same parameters.
  let copies = AlignedBuffer<MutableFloats>(count: 0)
  let pass: ShardPass<Reader>
  let inputs: Reader.Input.Rows
  let rows: TrainingRows
  /// The gradient of its shard, in the parameters' layout.
  let gradient: AlignedBuffer<Float>
  /// The addresses of the gradients that it sums: those of the rank's workers, then those of the ranks.
  let sources: AlignedBuffer<Floats>
  /// The parameters whose gradients it sums over the rank's workers.
  let sums: AlignedBuffer<FlatRange>
  /// The parameters of the rank's slice whose gradients it sums over the ranks, and which it updates.
  let ranges: AlignedBuffer<FlatRange>
  /// A reduced piece of the gradient, before the update.
  let piece: AlignedBuffer<Float>
  private let gradients: SliceGradients<Reader.Input>
  /// The slices of all layers.
  private let slices: AlignedBuffer<GradientSlice>

  /// - Parameters:
  ///   - division: that of the parameters among the ranks, and of the rank's among its workers.
  ///   - ranks: the number of ranks.
  init(
    _ context: StepContext, _ reader: Reader, index: Int, gradient: AlignedBuffer<Float>, _ division: any RankDivision,
    ranks: Int
  ) {
    self.index = index
    self.gradient = gradient
    shard = context.plan.shard(worker: index)
    clock = context.clock(of: index)
    let (network, workers) = (context.network, context.plan.workers)
    let capacity = context.decision.chunkRows
    parameters = network.buffer
    inputs = reader.makeRows(capacity: capacity)
    rows = context.trainingRows(capacity: capacity, inputBlocks: reader.inputBlocks)
    pass = ShardPass(
      network, reader, context.targets, rows: capacity, parameters: parameters,
      sharesWeights: workers > 1, clock: clock)
    gradients = SliceGradients(network, rows: capacity, sources: workers)
    slices = AlignedBuffer(division.slices[index])
    sources = AlignedBuffer(count: max(workers, ranks))
    sums = AlignedBuffer(FlatRange.slice(index, of: workers, network.layout))
    ranges = AlignedBuffer(division.ranges[index])
    piece = AlignedBuffer(count: FlatRange.pieceSize)
  }

  /// Writes the gradient over the first `count` rows to `gradient`, or adds it there if `adds`.
  @inline(__always)
  func accumulate(count: Int, adds: Bool) {
    var index = 0
    while index < slices.count {
      gradients.accumulate(
        slices.pointer[index], inputs, rows, count: count, into: gradient.pointer, adds: adds)
      index += 1
    }
  }
}
