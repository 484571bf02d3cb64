import KernelInterface
import Networks

/// The work of a run's steps, counted and not measured: what a cost model of training needs to know.
public struct StepWork: Sendable {
  /// Floating-point operations of a whole batch, all workers': two for every multiply-add of the products. Masked products run on lit
  /// inputs alone, at about half the dense ones' rate: theirs count twice.
  public let operations: Double
  /// Numbers that a step moves, padding aside.
  public let parameters: Int
  /// Samples of a whole batch.
  public let batchSize: Int
  public let strategy: GradientStrategy
  private let layout: ParameterLayout
  private let plan: StepPlan
  private let form: InputForm
  private let parts: Int

  /// - Parameter parts: of the first layer's input that can be read by themselves.
  init(
    _ topology: Topology, layout: ParameterLayout, plan: StepPlan, form: InputForm, parts: Int, density: Double
  ) {
    self.parts = parts
    self.layout = layout
    self.plan = plan
    self.form = form
    parameters = topology.parameters
    batchSize = plan.batchSize
    strategy = plan.strategy
    operations = topology.layers.indices.reduce(0) { sum, index in
      let layer = topology.layers[index]
      // Forward, weight gradient, and for all but the first layer the error signal.
      let perSample = (index == 0 ? 4 : 6) * Double(layer.inputs) * Double(layer.outputs)
      let share = index == 0 && form == .masked ? 2 * density : 1
      return sum + perSample * share * Double(plan.batchSize)
    }
  }

  /// Barriers that a whole batch takes a number of workers; none for one.
  public func barriers(workers: Int) -> Int {
    guard workers > 1 else { return 0 }
    var plan = plan
    plan.workers = workers
    let rows = StepEngine.rowsInHand(layout, plan: plan)
    let settling = 2
    switch plan.strategy {
    case .partial: return 2 + (plan.clipNorm == nil ? 0 : settling)
    case .owned:
      let chunks = (batchSize + rows - 1) / rows
      let settles = chunks > 1 || plan.clipNorm != nil
      let isDivided = StepEngine.division(layout, plan: plan, form: form, parts: parts, rows: rows) != .rows
      return 2 * chunks + (settles ? settling + 1 : 0)
        + (isDivided && (settles || !plan.regularization.isEmpty) ? 1 : 0)
    }
  }
}

extension Trainer {
  /// The work of this run's steps.
  public var stepWork: StepWork {
    StepWork(
      network.topology, layout: network.layout, plan: engine.plan, form: choices.input,
      parts: engine.reader.readableParts, density: choices.inputDensity)
  }
}
