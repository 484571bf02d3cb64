import KernelInterface
import Kernels
import Networks

/// What one worker has of its own, or a reference to what it shares.
final class StepWorker: @unchecked Sendable {
  // Unchecked: one worker's.
  let index: Int
  let shard: ShardPass
  let gradients: GradientPass
  /// Its own rows (partial), or those of the whole team (owned).
  let rows: RowBuffers
  /// A second set of inputs and first activations, for the next rows while these are worked on; nil but in a divided step.
  let secondRows: RowBuffers?
  /// Which set's turn it is.
  var isSecondSet = false
  /// The first layer's columns that it computes for all rows, where a divided step divides it by columns.
  let columns: Range<Int>
  /// What it computes gradients of: everything (partial), or its share (owned).
  let slices: [GradientSlice]
  /// The parameters as this worker reads them: the network's, or a copy (`StepEngine.replicates`).
  let parameters: AlignedBuffer<Float>
  /// The other workers' copies, which this one's updates go to as well.
  let copies: AlignedBuffer<MutableFloats>
  /// The parameters that it settles, divided by place alone.
  let flat: [FlatRange]
  /// The parameters that it reduces and updates.
  let reduction: ReductionShare
  /// The inputs that its shard lights, and so the rows of the masked layer that its gradient has.
  let lit: AlignedBuffer<UInt64>
  /// Where it accumulates: its own (partial), or the team's (owned).
  let gradient: AlignedBuffer<Float>
  /// A reduced piece of the gradient on its way into the update.
  let piece: AlignedBuffer<Float>
  /// The gradients of the workers that had samples, in their order.
  let sources: AlignedBuffer<Floats>
  /// The lit inputs of those gradients.
  let litSources: AlignedBuffer<UnsafePointer<UInt64>>

  /// 8 KB: with the parameters and two states of the same piece well within the first cache.
  static let pieceSize = 2048

  /// Tells where its time goes.
  let clock: StepClock
  private let clockCounts: AlignedBuffer<UInt64>

  init(
    index: Int, network: FastNetwork, rows: RowBuffers, secondRows: RowBuffers?, columns: Range<Int>, shardRows: Int,
    slices: [GradientSlice], sharesWeights: Bool, parameters: AlignedBuffer<Float>,
    copies: [AlignedBuffer<Float>], flat: [FlatRange], reduction: ReductionShare, gradient: AlignedBuffer<Float>,
    measuresPhases: Bool
  ) {
    self.index = index
    self.rows = rows
    self.secondRows = secondRows
    self.columns = columns
    self.slices = slices
    self.parameters = parameters
    self.copies = AlignedBuffer(count: copies.count)
    for (index, copy) in copies.enumerated() { self.copies.pointer[index] = copy.pointer }
    self.flat = flat
    self.reduction = reduction
    self.gradient = gradient
    shard = ShardPass(
      network, rows: shardRows, trains: true, parameters: parameters, sharesWeights: sharesWeights)
    gradients = GradientPass(network, rows: rows.capacity, form: rows.form, sources: WorkerTeam.largest)
    lit = AlignedBuffer(count: rows.words)
    litSources = AlignedBuffer(count: WorkerTeam.largest)
    piece = AlignedBuffer(count: Self.pieceSize)
    sources = AlignedBuffer(count: WorkerTeam.largest)
    clockCounts = AlignedBuffer(count: StepClock.size)
    clock = StepClock(counts: measuresPhases ? clockCounts.pointer : nil)
  }
}
