import Kernels
import Networks
import Optimizers

/// The state that all workers of a run share, whatever the exchange.
final class StepContext: @unchecked Sendable {
  // Unchecked: written between barriers, as documented at the exchanges.
  let network: FastNetwork
  let plan: StepPlan
  let decision: StepDecision
  /// The threads of the run: one for each worker, at most the cores.
  let team: WorkerTeam
  /// The number of these threads that run; nil for all of them at all times.
  let threads: ThreadSelection?
  let targets: TargetReader
  let metrics: StepMetrics
  let clipAndUpdate: ClipAndUpdate
  let postUpdate: PostUpdate
  /// The optimizer's state, `stateCount` arrays in the parameters' layout.
  let states: [AlignedBuffer<Float>]
  /// Each thread's clock.
  let clocks: StepClocks
  /// The messages of a step on several ranks; nil for a single process.
  let ranks: RankStep?
  /// Copied from the plan, whose `needsFinalWeights` looks regularization terms up by their names.
  private let needsFinalWeights: Bool

  /// - Parameter average: the exponential average of the parameters; nil if the plan has none.
  init(
    _ network: FastNetwork, _ plan: StepPlan, _ decision: StepDecision, targets: TargetReader,
    average: AlignedBuffer<Float>?
  ) {
    self.network = network
    self.plan = plan
    self.decision = decision
    self.targets = targets
    needsFinalWeights = plan.needsFinalWeights
    team = WorkerTeam(count: min(plan.workers, plan.cores), cores: plan.cores)
    threads = plan.selectsThreads && team.count > 1 ? ThreadSelection(threads: team.count, clock: plan.clock) : nil
    metrics = StepMetrics(
      network.layout, accumulators: plan.strategy == .partial ? plan.shards : 1, targets)
    let layout = network.layout
    let blocks = FlatRange.blocks(layout, size: ClipAndUpdate.blockSize)
    ranks = plan.ranks.map { group in
      let division: any RankDivision =
        plan.strategy == .owned
        ? OwnedDivision(layout, plan, group, blockCount: blocks.count)
        : BlockDivision(layout, plan, group, blocks: blocks)
      return RankStep(group, division, workers: plan.workers)
    }
    clipAndUpdate = ClipAndUpdate(network, plan, blocks: blocks, ranks: ranks)
    postUpdate = PostUpdate(network, plan, average: average)
    states = (0..<type(of: plan.optimizer).stateCount).map { _ in AlignedBuffer(count: network.layout.count) }
    clocks = StepClocks(threads: team.count, runs: plan.measuresPhases)
  }

  /// A worker's coefficients for the update kernels.
  func coefficients(_ worker: some StepWorker) -> StepCoefficients {
    StepCoefficients(plan, network, states: states, terms: clipAndUpdate.terms, worker)
  }

  /// Memory for rows of samples in a step.
  ///
  /// - Parameters:
  ///   - capacity: the largest number of rows.
  ///   - inputBlocks: the number of blocks of the input whose first products are computed separately.
  func trainingRows(capacity: Int, inputBlocks: Int) -> TrainingRows {
    TrainingRows(
      network.layout, capacity: capacity, inputBlocks: inputBlocks, targetWidth: targets.rowWidth,
      countsCorrect: targets.countsCorrect(network.topology.output))
  }

  /// Rounds the parameters that products read in bfloat16, after other ranks have sent theirs. To be called by every thread
  /// after a barrier; waits at another one if there is anything to round.
  @inline(__always)
  func roundReceived(_ group: WorkerGroup<some StepWorker>) {
    guard plan.roundsWeights else { return }
    // Sixteen floats are a multiple of every vector width.
    let lines = group.thread.range(of: network.layout.count / 16)
    network.roundWeights((16 * lines.lowerBound)..<(16 * lines.upperBound), from: plan.firstRoundedLayer)
    group.wait()
  }

  /// The number of barriers of `roundReceived`.
  static func roundingBarriers(_ plan: StepPlan) -> Int { plan.roundsWeights ? 1 : 0 }

  /// True if a step whose first layer is divided must end with a barrier, since all weights must then be final. Normally
  /// there is none: the next step begins while other workers may still update their weights, which it does not read
  /// before its first barrier.
  @inline(__always)
  func mustEndWithBarrier(_ batch: Batch) -> Bool { collects(batch) || needsFinalWeights }

  /// The clock of the thread that runs a worker.
  func clock(of worker: Int) -> StepClock {
    clocks[(0..<team.count).first { Shard(index: $0, count: team.count).range(of: plan.workers).contains(worker) } ?? 0]
  }
}
