import KernelInterface
import Kernels
import Networks

/// The changes that follow the update of all parameters: max-norm scaling of every unit's incoming weights, then the
/// exponential average of the parameters.
///
/// One thread scales each panel of weights and averages each parameter, so that the result is bit-identical for any
/// number of threads.
final class PostUpdate: @unchecked Sendable {
  // Unchecked: between barriers a thread writes only its panels and its slice of the average.
  /// True if the plan has max-norm or an average. A step with a divided first layer then ends with a barrier.
  let isActive: Bool
  private let team: WorkerTeam
  private let maxNorm: Double?
  private let panels: PointerTable<WeightPanel>
  /// For each thread the Σ w² of each column of a panel: `panelWidth` numbers, whole cache lines.
  private let squares: AlignedBuffer<Double>
  private let average: AlignedBuffer<Float>?
  private let decay: Double
  private let combine: RegularizeKernel
  /// Each thread's slice of the parameters.
  private let shards: PointerTable<PointerTable<FlatRange>>

  /// - Parameter average: the exponential average, in the parameters' layout; nil if the plan has none.
  init(_ network: FastNetwork, _ plan: StepPlan, team: WorkerTeam, average: AlignedBuffer<Float>?) {
    self.team = team
    self.average = average
    maxNorm = plan.maxNorm
    let layout = network.layout
    panels = PointerTable(plan.maxNorm == nil ? [] : WeightPanel.all(of: layout))
    squares = AlignedBuffer(count: plan.maxNorm == nil ? 0 : team.count * layout.shape.panelWidth)
    decay = if case .exponential(let decay) = plan.average { decay } else { 0 }
    combine = network.kernels.elementwise.regularize
    shards = PointerTable(
      (0..<team.count).map { PointerTable(FlatRange.shard(layout, worker: $0, of: team.count)) })
    isActive = plan.maxNorm != nil || average != nil
  }

  /// Runs one thread's part. To be called after all parameters are updated; when it returns, the next step may read
  /// them.
  func run(_ group: WorkerGroup<some StepWorker>) {
    group.withFirst { run($0, thread: group.thread) }
  }

  private func run(_ worker: some StepWorker, thread: Int) {
    let parameters = worker.parameters.pointer
    if let maxNorm {
      let own = StepDecision.shard(of: panels.count, worker: thread, workers: team.count)
      var index = own.lowerBound
      while index < own.upperBound {
        let panel = panels[index]
        panel.bound(
          to: maxNorm, parameters, copies: worker.copies,
          squares: squares.pointer + thread * (squares.count / team.count))
        index += 1
      }
      team.barrier.wait(thread)
    }
    guard let average else { return }
    let shard = shards[thread]
    var index = 0
    while index < shard.count {
      let range = shard[index]
      combine(
        average.pointer + range.offset, UnsafePointer(parameters + range.offset), Float(decay), Float(1 - decay),
        range.count)
      index += 1
    }
  }
}
