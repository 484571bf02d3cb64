import Kernels
import Networks
import Optimizers

/// The engine of a run's training steps, which updates parameters from shuffled batches.
///
/// The exchange is chosen here, once per run, and specialized for the reader. All memory is allocated here; a step
/// allocates nothing.
final class StepEngine {
  let context: StepContext
  /// The layout of masked inputs in words; nil for dense input.
  let masks: MaskLayout?
  private let separableBlocks: Int
  private let runner: StepRunner
  /// The line search of the steps; nil for an optimizer without one.
  let search: LineSearchRun?
  private let inputDensity: Double

  var plan: StepPlan { context.plan }
  var noise: GradientNoise? { runner.noise() }

  init(
    _ network: FastNetwork, _ reader: InputReader, _ targets: TargetReader, _ plan: StepPlan, density: InputDensity,
    average: AlignedBuffer<Float>? = nil
  ) {
    let blocks = if case .packed(let reader) = reader { reader.inputBlocks } else { 1 }
    masks = reader.masks
    separableBlocks = blocks
    inputDensity = density.mean
    let decision = StepDecision(network.layout, plan, form: reader.form, separableBlocks: blocks)
    let context = StepContext(network, plan, decision, targets: targets, average: average)
    self.context = context
    if type(of: plan.optimizer).searchesStepLength {
      let search = Self.search(context, reader, density.perInput)
      self.search = search
      runner = StepRunner(search)
      return
    }
    search = nil
    runner =
      switch reader {
      case .dense(let reader): Self.runner(context, reader, density.perInput)
      case .masking(let reader): Self.runner(context, reader, density.perInput)
      case .packed(let reader) where decision.exchange == .dividedByInputs:
        StepRunner(InputExchange(context, reader))
      case .packed(let reader): Self.runner(context, reader, density.perInput)
      }
  }

  /// The steps of an optimizer with a line search. They have passes of their own: a line search takes several
  /// gradients at different points before an update.
  private static func search(
    _ context: StepContext, _ reader: InputReader, _ inputDensity: [Float]
  ) -> LineSearchRun {
    let (plan, samples) = (context.plan, context.plan.batches.samples)
    func passes<Reader: SampleReader>(_ reader: Reader) -> any GradientRunning {
      GradientPasses(
        context.network, reader, context.targets, samples: samples, team: context.team, inputDensity: inputDensity)
    }
    let running: any GradientRunning =
      switch reader {
      case .dense(let reader): passes(reader)
      case .masking(let reader): passes(reader)
      case .packed(let reader): passes(reader)
      }
    return LineSearchRun(
      FullBatchProblem(context.network, running, samples: samples, plan, states: context.states), plan,
      context.postUpdate)
  }

  // Inlined where the reader's type is known, so that the loop is specialized for it.
  @inline(__always)
  private static func runner<Reader: SampleReader>(
    _ context: StepContext, _ reader: Reader, _ inputDensity: [Float]
  ) -> StepRunner {
    switch context.decision.exchange {
    // Division by inputs is for packed rows only, and is handled above; undivided steps have the same bits.
    case .owned, .dividedByInputs: StepRunner(OwnedExchange(context, reader, inputDensity: inputDensity))
    case .dividedByColumns: StepRunner(ColumnExchange(context, reader))
    case .partial: StepRunner(PartialExchange(context, reader, inputDensity: inputDensity))
    case .partialRanks: StepRunner(PartialRankExchange(context, reader, inputDensity: inputDensity))
    case .ownedRanks: StepRunner(OwnedRankExchange(context, reader))
    }
  }

  /// Runs the steps of a range.
  ///
  /// - Returns: the epoch's sums, including those before the range, in the order of the steps; and the reason if the
  ///   range ended early.
  func run(_ range: StepRange) -> (sums: EpochSums, interruption: StepInterruption) { runner.run(range) }

  /// The work of this run's steps.
  var work: StepWork {
    StepWork(
      context.network.topology, context.network.layout, plan, form: masks == nil ? .dense : .masked,
      separableBlocks: separableBlocks, density: inputDensity)
  }
}
