import Datasets
import Foundation
import KernelInterface
import Kernels
import Networks
import Optimizers

/// Runs training steps on a team of workers: shuffled batches in, moved parameters out.
///
/// All memory is made here, once; a step allocates nothing. A step's phases and who writes what when: `PartialStep`, `OwnedStep`,
/// `DividedStep`.
final class StepEngine: @unchecked Sendable {
  // Unchecked: workers write their own state, and shared state between barriers as the steps say.
  let network: FastNetwork
  let plan: StepPlan
  let reader: InputReader
  let team: WorkerTeam
  let shared: StepShared
  let workers: [StepWorker]
  /// The optimizer's moving averages, in the parameters' layout.
  let states: [AlignedBuffer<Float>]
  /// The whole gradient: what a clipped or measured step needs, or one that goes through its batch in several chunks.
  let gradient: AlignedBuffer<Float>
  let gradientBlocks: [FlatRange]
  let weightBlocks: [FlatRange]
  /// The objective's terms but `l2`.
  let terms: ActiveTerms
  /// By rows: `ownedStep`, or a partial step; else `dividedStep`.
  let division: FirstLayerDivision
  /// Whether the objective has terms beside the loss.
  let isRegularized: Bool
  /// Whether each worker has a copy of the parameters (`ReplicatedParameters.swift`).
  let replicates: Bool
  /// Whether a partial step, one that is not measured, leaves out the inputs that nobody lights: not where a shard goes through in
  /// several chunks, which light different ones; nor where one worker has but to apply its gradient to all parameters (momentum at batch
  /// 64: 61.5 ms an epoch against 59.8).
  let reducesLitInputs: Bool
  /// Steps done since the start of the run.
  var stepsDone = 0

  /// Parameters of a block whose squares are summed at once.
  static let blockSize = 4096

  init(network: FastNetwork, reader: InputReader, plan: StepPlan, inputDensity: [Float]?) {
    self.network = network
    self.reader = reader
    self.plan = plan
    isRegularized = !plan.regularization.isEmpty
    let layout = network.layout
    team = WorkerTeam(count: plan.workers, cores: plan.cores)
    gradientBlocks = FlatRange.blocks(layout, size: Self.blockSize)
    weightBlocks = gradientBlocks.filter(\.isWeights)
    terms = ActiveTerms(plan.regularization, network.kernels)
    shared = StepShared(
      workers: plan.workers, gradientBlocks: gradientBlocks.count, weightBlocks: weightBlocks.count,
      targetWidth: reader.targetWidth, hasTerms: terms.count > 0)
    states = (0..<type(of: plan.optimizer).stateCount).map { _ in AlignedBuffer(count: layout.count) }
    gradient = AlignedBuffer(count: layout.count)
    let capacity = Self.rowsInHand(layout, plan: plan)
    let masks = reader.form == .masked ? reader.maskLayout : nil
    let division = Self.division(layout, plan: plan, form: reader.form, parts: reader.readableParts, rows: capacity)
    self.division = division
    func buffers(part: Int? = nil, sharing shared: RowBuffers.Sharing? = nil) -> RowBuffers {
      RowBuffers(
        layout, capacity: capacity, form: reader.form, targetWidth: reader.targetWidth, trains: true, masks: masks,
        keepsSums: division != .rows, part: part, sharing: shared)
    }
    let common = plan.strategy == .owned ? buffers(part: division == .parts ? 0 : nil) : nil
    let second = division == .columns ? common.map { buffers(sharing: .afterFirstProduct($0)) } : nil
    let shares: [[GradientSlice]] =
      if division == .columns {
        GradientSlice.columnShares(of: layout, workers: plan.workers)
      } else if division == .parts {
        GradientSlice.partShares(of: layout, masks: reader.maskLayout)
      } else if plan.strategy == .owned {
        GradientSlice.shares(
          of: layout, workers: plan.workers, inputDensity: reader.form == .masked ? inputDensity : nil)
      } else {
        Array(repeating: GradientSlice.all(of: layout), count: plan.workers)
      }
    reducesLitInputs =
      plan.strategy == .partial && reader.form == .masked && plan.batchSize <= capacity * plan.workers
      && (plan.workers > 1 || plan.isPlainDescent)
    let reductions = ReductionShare.shares(
      layout, plan: plan, inputDensity: reducesLitInputs ? inputDensity ?? [] : nil)
    let replicates = Self.replicates(layout, plan: plan, rows: capacity)
    self.replicates = replicates
    let parameters =
      [network.buffer]
      + (1..<max(1, plan.workers)).map { _ in
        replicates ? AlignedBuffer(count: layout.count) : network.buffer
      }
    var workers: [StepWorker] = []
    for index in 0..<plan.workers {
      workers.append(
        StepWorker(
          index: index, network: network,
          rows: division == .parts && index > 0
            ? buffers(part: index, sharing: common.map { .allButInput($0) }) : common ?? buffers(),
          secondRows: second,
          columns: division == .columns
            ? GradientSlice.firstLayerColumns(layout, worker: index, of: plan.workers)
            : 0..<layout.layers[0].paddedOutputs,
          shardRows: common == nil ? capacity : (capacity + plan.workers - 1) / plan.workers + 1,
          slices: shares[index], sharesWeights: plan.workers > 1 && division == .rows,
          parameters: parameters[index],
          copies: replicates ? parameters.indices.filter { $0 != index }.map { parameters[$0] } : [],
          flat: FlatRange.share(layout, worker: index, of: plan.workers), reduction: reductions[index],
          gradient: plan.strategy == .partial && index > 0 ? AlignedBuffer(count: layout.count) : gradient,
          measuresPhases: plan.measuresPhases))
    }
    self.workers = workers
  }

  /// How the first layer is divided. By parts where each worker can have one; by its columns where its panels go round evenly, and passing
  /// its activations around costs less than passing its weights.
  ///
  /// Masked products want four panels a worker: with two, each lit input is looked at twice for half the multiply-adds, and 784-128-10 at
  /// batch 64 took 33 ms an epoch where rows took 27. At 784-800-10 columns took 216 ms against 291, dense 784-128-10 105 against 162.
  ///
  /// - Parameter parts: of the first layer's input that can be read by themselves.
  static func division(
    _ layout: ParameterLayout, plan: StepPlan, form: InputForm, parts: Int, rows: Int
  ) -> FirstLayerDivision {
    guard plan.strategy == .owned, plan.workers > 1, layout.layers.count > 1 else { return .rows }
    if parts == plan.workers { return .parts }
    let panels = panels(layout.layers[0].paddedOutputs, layout.shape)
    let least = panels / plan.workers
    let most = (panels + plan.workers - 1) / plan.workers
    let isEven =
      least >= (form == .masked ? leastMaskedColumnPanels : 1) && 4 * most * plan.workers <= 5 * panels
      && rows <= 2 * layout.layers[0].inputs
    return isEven ? .columns : .rows
  }

  /// Panels that each worker wants of a masked layer that is divided by columns.
  static let leastMaskedColumnPanels = 4

  /// Panels of so many columns.
  static func panels(_ paddedOutputs: Int, _ shape: KernelShape) -> Int {
    (paddedOutputs + shape.panelWidth - 1) / shape.panelWidth
  }

  /// Rows that are in hand at once, all workers' (owned) or one worker's (partial): the batch, as long as that is within bounds that
  /// don't depend on it, so that memory does not grow with the batch.
  static func rowsInHand(_ layout: ParameterLayout, plan: StepPlan) -> Int {
    let budget = 32 << 20
    let affordable = budget / RowBuffers.bytesPerRow(layout)
    switch plan.strategy {
    case .owned:
      // Not a function of the workers: where chunks end is where sums are rounded. One worker at batch 1024 took 54 ms an epoch with all of
      // it in hand, beyond its second cache, and 51 with half.
      return min(plan.batchSize, max(64, min(512, affordable) / 64 * 64))
    case .partial:
      let share = (plan.batchSize + plan.workers - 1) / plan.workers
      return min(share, max(16, min(256, affordable / plan.workers)))
    }
  }

  /// Runs steps `steps` of an epoch whose samples come in `order`.
  ///
  /// - Parameters:
  ///   - earlier: of the epoch's steps before; the answer adds to it, in the order of the steps.
  ///   - measuresLast: whether the last of them tells its gradient's norm.
  ///   - progress: told of every step.
  ///   - shouldStop: asked once a step, by the calling thread; true ends the stretch after that step.
  func run(
    _ order: [Int32], steps: Range<Int>, after earlier: StepSums, measuresLast: Bool, progress: RunProgress? = nil,
    shouldStop: @escaping @Sendable () -> Bool
  ) -> StepSums {
    shared.status = .none
    for output in 0..<shared.errorTotals.count {
      shared.errorTotals.pointer[output] = earlier.squaredErrors.isEmpty ? 0 : earlier.squaredErrors[output]
    }
    let result = StretchResult()
    order.withUnsafeBufferPointer { order in
      nonisolated(unsafe) let base = order.baseAddress!
      let stretch = Stretch(
        order: base, steps: steps, earlier: earlier, firstStep: stepsDone - steps.lowerBound,
        measuresLast: measuresLast, progress: progress, shouldStop: shouldStop)
      team.run { index in
        let sums = self.work(self.workers[index], stretch)
        if index == 0 { result.sums = sums }
      }
    }
    stepsDone += result.sums.steps - steps.lowerBound
    result.sums.squaredErrors = Array(shared.errorTotals.elements)
    return result.sums
  }

  /// One worker's way through a stretch.
  private func work(_ worker: StepWorker, _ stretch: Stretch) -> StepSums {
    var sums = stretch.earlier
    let coefficients = StepCoefficients(self, worker)
    var step = stretch.steps.lowerBound
    worker.clock.start()
    if replicates { takeCopy(worker) }
    if division == .columns {
      worker.isSecondSet = false
      readAhead(worker, stretch.order + plan.batches.start(of: step), available: plan.batches.size(of: step))
      team.barrier.wait(worker.index)
    }
    while step < stretch.steps.upperBound {
      let batch = BatchView(
        order: stretch.order + plan.batches.start(of: step), rows: plan.batches.size(of: step),
        next: plan.batches.size(of: step + 1),
        measures: plan.clipNorm != nil || (stretch.measuresLast && step == stretch.steps.upperBound - 1),
        measuresNoise: plan.noiseInterval.map { (stretch.firstStep + step) % $0 == 0 } ?? false)
      coefficients.prepare(step: stretch.firstStep + step, rows: batch.rows)
      if isRegularized { sumWeights(worker) }
      if division != .rows {
        if !dividedStep(worker, batch, coefficients, &sums, stretch) { break }
      } else {
        switch plan.strategy {
        case .partial: partialStep(worker, batch, coefficients, &sums, stretch)
        case .owned: ownedStep(worker, batch, coefficients, &sums, stretch)
        }
      }
      sums.steps += 1
      step += 1
      if division == .rows, shared.status != .none { break }
    }
    sums.interruption = shared.status
    return sums
  }
}

/// The steps that a team goes through together.
struct Stretch: @unchecked Sendable {
  // Unchecked: `order` is read only, and outlives the stretch.
  let order: UnsafePointer<Int32>
  /// Within the epoch.
  let steps: Range<Int>
  /// What the epoch's steps before came to.
  let earlier: StepSums
  /// The number, in the run, of the epoch's step 0.
  let firstStep: Int
  let measuresLast: Bool
  let progress: RunProgress?
  let shouldStop: @Sendable () -> Bool
}

/// The samples of a step.
struct BatchView {
  let order: UnsafePointer<Int32>
  let rows: Int
  /// Samples of the step after it.
  let next: Int
  /// Whether the gradient's norm is wanted before the update.
  let measures: Bool
  /// Whether the noise of the gradient is.
  let measuresNoise: Bool
}

/// Worker 0's sums on their way out of the team.
private final class StretchResult: @unchecked Sendable {
  // Unchecked: written by worker 0, read when the team is done.
  var sums = StepSums()
}
