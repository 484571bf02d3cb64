import KernelInterface
import Networks
import Optimizers

/// The division of a step's work among workers: a pure function of layout, batch, workers, cores and input. The engine,
/// the memory check, the cost model and the automatic choices use it.
struct StepDecision: Sendable, Equatable {
  /// The way in which the workers' gradients become one update; each is an `Exchange`.
  enum ExchangeKind: Sendable, Equatable {
    /// `owned`: each worker has a shard of the rows, then updates its slices over the whole batch.
    case owned
    /// `owned`, with the first layer divided by columns: each worker computes the product of its own weights over all
    /// rows.
    case dividedByColumns
    /// `owned`, with the first layer's inputs divided between two workers: each computes the product of its own block
    /// of inputs.
    case dividedByInputs
    /// `partial`: each worker computes the gradient of its shard, followed by an all-reduce.
    case partial
    /// `partial` on several ranks: the workers' gradients are summed within each rank, then over the ranks.
    case partialRanks
    /// `owned` on several ranks: each worker of each rank has a shard of the rows, then updates its slices.
    case ownedRanks
  }

  let exchange: ExchangeKind
  /// The number of rows of a chunk: of all workers (`owned`) or of each worker (`partial`).
  let chunkRows: Int
  /// `partial`: true if each worker has a copy of the parameters (`ParameterCopies`).
  let copiesParameters: Bool
  /// `partial`: true if the reduction omits weights of inputs that are zero in the whole batch.
  let reducesActiveInputs: Bool
  /// `partial`: true if the first layer's weights are updated with one rounding (a fused multiply-add), as the kernels do
  /// that omit weights of inactive inputs: steps that omit none, and several ranks, must have the same bits.
  let fusesFirstLayerUpdate: Bool

  /// - Parameters:
  ///   - plan: the plan, with the number of workers.
  ///   - separableBlocks: the number of blocks of a masked input that can be read separately; 1 for all other inputs.
  init(_ layout: ParameterLayout, _ plan: StepPlan, form: InputForm, separableBlocks: Int) {
    let rows = Self.chunkRows(layout, plan)
    chunkRows = rows
    let isWhole = plan.batchSize <= rows * plan.shards
    switch plan.strategy {
    case .owned:
      exchange =
        plan.ranks == nil
        ? Self.ownedExchange(layout, plan, form: form, separableBlocks: separableBlocks, rows: rows) : .ownedRanks
      copiesParameters = false
      reducesActiveInputs = false
      fusesFirstLayerUpdate = false
    case .partial:
      exchange = plan.ranks == nil ? .partial : .partialRanks
      copiesParameters = Self.copiesParameters(layout, plan, rows: rows)
      // Not if a shard has several chunks, which have different active inputs. With one worker only for plain descent,
      // which need not update weights of inactive inputs; with other optimizers it is slower
      // (`Benchmarks/Records/2026-11-22-choices`).
      reducesActiveInputs =
        plan.ranks == nil && form == .masked && isWhole
        && (plan.workers > 1 || plan.isPlainDescent)
      fusesFirstLayerUpdate = form == .masked && isWhole && plan.isPlainDescent
    }
  }

  /// The rows of a chunk: the batch, limited so that memory does not grow with the batch.
  static func chunkRows(_ layout: ParameterLayout, _ plan: StepPlan) -> Int {
    let budget = 32 << 20
    let affordable = budget / TrainingRows.bytesPerRow(layout)
    switch plan.strategy {
    case .owned:
      // Does not depend on the number of workers, since sums are rounded at the ends of chunks. With batches of 1024,
      // chunks of 512 rows were faster than the whole batch (`Benchmarks/Records/2026-11-22-choices`).
      return min(plan.batchSize, max(64, min(512, affordable) / 64 * 64))
    case .partial:
      // The same for R ranks of W workers as for R · W workers, since sums are rounded at the ends of chunks.
      let shard = (plan.batchSize + plan.shards - 1) / plan.shards
      return min(shard, max(16, min(256, affordable / plan.shards)))
    }
  }

  /// The exchange of `owned`. The first layer is divided by inputs if each worker can have one block; by columns if its
  /// panels divide evenly (at most 25 % more for a worker than the mean), and exchanging its activations costs less
  /// than exchanging its weights (`Benchmarks/Records/2026-11-21-tables`); else not.
  private static func ownedExchange(
    _ layout: ParameterLayout, _ plan: StepPlan, form: InputForm, separableBlocks: Int, rows: Int
  ) -> ExchangeKind {
    guard plan.workers > 1, layout.layers.count > 1 else { return .owned }
    if separableBlocks == plan.workers { return .dividedByInputs }
    let panels = panels(layout.layers[0].paddedOutputs, layout.shape)
    let least = panels / plan.workers
    let most = (panels + plan.workers - 1) / plan.workers
    let isEven =
      least >= (form == .masked ? minimumMaskedColumnPanels : 1) && 4 * most * plan.workers <= 5 * panels
      && rows <= 2 * layout.layers[0].inputs
    return isEven ? .dividedByColumns : .owned
  }

  /// The least number of panels per worker of a masked layer that is divided by columns. Every worker looks up each
  /// nonzero input, which costs more than it saves with fewer columns.
  static let minimumMaskedColumnPanels = 4

  /// The number of panels of a layer.
  static func panels(_ paddedOutputs: Int, _ shape: KernelShape) -> Int {
    (paddedOutputs + shape.panelWidth - 1) / shape.panelWidth
  }

  /// True if each worker of `partial` has its own copy of the parameters: only if no worker reads the parameters again
  /// after the gradient of its first chunk, and no two workers share a core and its cache.
  static func copiesParameters(_ layout: ParameterLayout, _ plan: StepPlan, rows: Int) -> Bool {
    plan.strategy == .partial && plan.ranks == nil && plan.workers > 1 && plan.workers <= plan.cores
      && plan.batchSize <= rows * plan.workers && layout.count <= maximumCopied / 4 / (plan.workers - 1)
  }

  /// The largest size in bytes of all copies: in larger networks the products dominate.
  private static let maximumCopied = 32 << 20
}

extension StepDecision {
  /// Arrays of all parameters for ranks that average them: the slices of the others, and on rank 0 their optimizers' states.
  private static func averagingArrays(_ plan: StepPlan) -> Int {
    guard plan.averagedRanks > 1 else { return 0 }
    return (plan.average == .none ? 1 : 2) + type(of: plan.optimizer).stateCount * (plan.averagedRanks - 1)
  }

  /// The bytes of the network, its gradients, the optimizer's state and the rows of chunks, evaluation included;
  /// computed before the input is known. In Double, since products of widths can exceed 64 bits.
  static func bytes(_ layout: ParameterLayout, _ plan: StepPlan) -> Double {
    let isPartial = plan.strategy == .partial
    let chunk = chunkRows(layout, plan)
    let copies = copiesParameters(layout, plan, rows: chunk) ? plan.workers - 1 : 0
    // The gradient of a chunk, and in Double that of all samples.
    let gradientSums = 3
    // The gradients that a rank receives, and between hosts those that it sends in compact form.
    let exchanged = plan.ranks.map { isPartial && $0.hosts > 1 ? 2 : 1 } ?? 0
    // Parameters count twice: the network's own, and the copy in which they are initialized or from which they are
    // saved. Then the gradient of a whole batch.
    let arrays =
      3 + type(of: plan.optimizer).stateCount + (isPartial ? plan.workers : 0) + copies
      + (plan.average == .none ? 0 : 1) + exchanged + averagingArrays(plan)
      + (type(of: plan.optimizer).searchesStepLength ? LBFGSVector.scratchCount + gradientSums : 0)
    // A divided step holds the next rows in memory, too.
    let rows = chunk * (isPartial ? plan.workers : 2) + EvaluationTile.rows * plan.cores
    // The rounded copy has two bytes for each parameter.
    let parameterBytes = 4 * arrays + (plan.roundsWeights ? 2 : 0)
    return Double(layout.count) * Double(parameterBytes) + Double(rows) * Double(TrainingRows.bytesPerRow(layout))
  }
}
