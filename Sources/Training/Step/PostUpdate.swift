import KernelInterface
import Kernels
import Networks

/// The changes that follow the update of all parameters: max-norm scaling of every unit's incoming weights, then the
/// exponential average of the parameters.
///
/// One thread scales each panel of weights and averages each parameter, so that the result is bit-identical for any
/// number of threads.
final class PostUpdate: @unchecked Sendable {
  // Unchecked: between barriers a thread writes only its panels, and its blocks of the average.
  /// True if the plan has max-norm or an average. A step with a divided first layer then ends with a barrier.
  let isActive: Bool
  private let maxNorm: Double?
  private let panels: AlignedBuffer<WeightPanel>
  private let average: AlignedBuffer<Float>?
  private let averageFactors: (earlier: Float, current: Float)
  private let kernels: ElementwiseKernels
  private let rounded: RoundedWeights?
  /// The parameters in blocks, which the threads divide among them.
  private let blocks: AlignedBuffer<FlatRange>

  /// - Parameter average: the exponential average, in the parameters' layout; nil if the plan has none.
  init(_ network: FastNetwork, _ plan: StepPlan, average: AlignedBuffer<Float>?) {
    self.average = average
    maxNorm = plan.maxNorm
    let layout = network.layout
    panels = AlignedBuffer(plan.maxNorm == nil ? [] : WeightPanel.all(of: layout))
    let decay = if case .exponential(let decay) = plan.average { decay } else { 0.0 }
    averageFactors = Self.averageFactors(decay: decay)
    kernels = network.kernels.elementwise
    rounded = network.roundedWeights(from: plan.firstRoundedLayer)
    blocks = AlignedBuffer(average == nil ? [] : FlatRange.blocks(layout, size: FlatRange.pieceSize))
    isActive = plan.maxNorm != nil || average != nil
  }

  /// The factors d and 1 − d of the earlier average and of the current parameters: 1 minus the rounded d, so that their
  /// sum is 1. Over the 1/(1 − d) steps of the average another sum would scale it.
  static func averageFactors(decay: Double) -> (earlier: Float, current: Float) { (Float(decay), 1 - Float(decay)) }

  /// Runs one thread's part. To be called after all parameters are updated; when it returns, the next step may read
  /// them.
  func run(_ group: WorkerGroup<some StepWorker>) {
    if let maxNorm {
      group.withFirst { bound($0.parameters.pointer, copies: $0.copies, to: maxNorm, group.thread) }
      group.wait()
    }
    group.withFirst { average($0.parameters.pointer, group.thread) }
  }

  /// The number of barriers of `run` by several threads.
  static func barriers(_ plan: StepPlan) -> Int { plan.maxNorm == nil ? 0 : 1 }

  /// Runs all of it on the calling thread.
  func run(_ parameters: MutableFloats) {
    let all = Shard(index: 0, count: 1)
    if let maxNorm { bound(parameters, copies: AlignedBuffer([]), to: maxNorm, all) }
    average(parameters, all)
  }

  private func bound(
    _ parameters: MutableFloats, copies: AlignedBuffer<MutableFloats>, to maxNorm: Double, _ thread: Shard
  ) {
    let own = thread.range(of: panels.count)
    var index = own.lowerBound
    while index < own.upperBound {
      panels.pointer[index].bound(to: maxNorm, parameters, copies: copies, rounded: rounded, by: kernels)
      index += 1
    }
  }

  private func average(_ parameters: MutableFloats, _ thread: Shard) {
    guard let average else { return }
    let own = thread.range(of: blocks.count)
    var index = own.lowerBound
    while index < own.upperBound {
      let range = blocks.pointer[index]
      // a ← d · a + (1 − d) · w.
      kernels.scale(
        average.pointer + range.offset, by: averageFactors.earlier, adding: UnsafePointer(parameters + range.offset),
        times: averageFactors.current, count: range.count)
      index += 1
    }
  }
}
