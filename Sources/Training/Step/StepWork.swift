import Networks

/// The work of a run's steps, counted rather than measured: the input of a cost model of training.
package struct StepWork: Sendable {
  /// Floating-point operations of all workers for a whole batch: two per multiply-add of the products. Masked products
  /// use only nonzero inputs, but run at about half the rate of dense ones, so their operations count twice.
  package let operations: Double
  /// The number of parameters that a step updates, without padding.
  package let parameters: Int
  /// The number of samples of a whole batch.
  package let batchSize: Int
  /// The strategy that divides a step among workers.
  package let strategy: GradientStrategy
  private let layout: ParameterLayout
  private let plan: StepPlan
  private let form: InputForm
  private let separableBlocks: Int

  /// - Parameter separableBlocks: the number of blocks of the first layer's input that can be read separately.
  init(
    _ topology: Topology, _ layout: ParameterLayout, _ plan: StepPlan, form: InputForm, separableBlocks: Int,
    density: Double
  ) {
    self.separableBlocks = separableBlocks
    self.layout = layout
    self.plan = plan
    self.form = form
    parameters = topology.parameters
    batchSize = plan.batchSize
    strategy = plan.strategy
    operations = topology.layers.indices.reduce(0) { sum, index in
      let layer = topology.layers[index]
      // Forward pass, weight gradient, and for all but the first layer the error signal.
      let perSample = (index == 0 ? 4 : 6) * Double(layer.inputs) * Double(layer.outputs)
      let share = index == 0 && form == .masked ? 2 * density : 1
      return sum + perSample * share * Double(plan.batchSize)
    }
  }

  /// The number of barriers of a whole batch for a number of workers; 0 for one.
  package func barriers(workers: Int) -> Int {
    guard workers > 1 else { return 0 }
    var plan = plan
    plan.workers = workers
    let decision = StepDecision(layout, plan, form: form, separableBlocks: separableBlocks)
    let chunks = (plan.batchSize + decision.chunkRows - 1) / decision.chunkRows
    return decision.exchange.type.barriers(plan, chunks: chunks) + PostUpdate.barriers(plan)
  }
}

extension StepDecision.ExchangeKind {
  /// The type of the exchange, for any reader.
  fileprivate var type: any Exchange.Type {
    switch self {
    case .owned: OwnedExchange<DenseReader>.self
    case .dividedByColumns: ColumnExchange<DenseReader>.self
    case .dividedByInputs: InputExchange.self
    case .partial: PartialExchange<DenseReader>.self
    case .partialRanks: PartialRankExchange<DenseReader>.self
    case .ownedRanks: OwnedRankExchange<DenseReader>.self
    }
  }
}
