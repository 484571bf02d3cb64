import Datasets
import Files
import Foundation
import Kernels
import Networks
import Optimizers
import Random

/// How far a call of `Trainer.advance` came.
public enum Advance: Sendable, Equatable {
  /// Inside an epoch.
  case paused
  /// To the epoch's end, or the run's within it: its figures.
  case epoch(EpochMetrics)
  /// Nowhere: the run had ended before.
  case ended
}

/// Trains a network on samples, epoch by epoch.
///
/// ```swift
/// let trainer = try Trainer(topology, training: samples, test: test, configuration: TrainingConfiguration())
/// while let epoch = try trainer.nextEpoch() { print(epoch.trainLoss, epoch.testAccuracy ?? 0) }
/// ```
///
/// Not to be used from two threads at once; `stop` may be called from any.
public final class Trainer {
  /// The network that is trained.
  public let network: FastNetwork
  /// The network that is evaluated and saved: `network`, or one with the average of its parameters where the configuration asks for that.
  public let evaluatedNetwork: FastNetwork
  public let configuration: TrainingConfiguration
  public let choices: TrainingChoices
  public let trainingSamples: Int
  /// Why the run ended; nil while it has not.
  public internal(set) var endReason: StopCriterion?
  /// How far the run has come: may be looked at from any thread.
  public let progress = RunProgress()
  /// The state of the run, parameters and optimizer aside.
  public internal(set) var position: RunPosition
  /// Processor time of the steps since this trainer was made, and what other programs had meanwhile.
  public var processorUse: ProcessorUse { meter.total() }
  private let meter: ProcessorMeter
  /// Of the samples trained and evaluated on. Looks at them: some milliseconds.
  public private(set) lazy var dataFingerprint = DataFingerprint(
    training: samples, validation: validationSamples, test: testSamples)

  let engine: StepEngine
  let samples: Samples
  private let validation: Evaluator?
  private let test: Evaluator?
  private let validationSamples: Samples?
  private let testSamples: Samples?
  let transform: InputTransform
  let labels: [String]?
  /// The order of the epoch in work, else of the last one.
  var order: [Int32]
  /// Whether the parameters are no longer finite, or were trained on samples that have changed.
  private(set) var hasDiverged = false
  private let stopRequest = StopRequest()
  /// Whether the last epoch had the best validation loss so far.
  public private(set) var lastEpochIsBest = true

  /// - Parameters:
  ///   - parameters: initial ones; drawn by the configuration's seed when nil.
  ///   - validation: samples that `patience` looks at.
  ///   - test: samples that each epoch is evaluated on.
  ///   - state: where an earlier run of the same network, samples and configuration stood: this one goes on from there, with the bits
  ///     that the earlier one would have had. What it chose for itself holds again. Only epochs, steps and stop criteria may differ, and
  ///     neither of the first two under a cosine schedule.
  /// - Throws: `TrainingError` where samples and network don't fit, or what training takes doesn't fit into memory, or the state is of
  ///   another run; `FileError` where a mapped file of samples has been cut short.
  public init(
    _ topology: Topology, parameters: Parameters? = nil, training: Samples, validation: Samples? = nil,
    test: Samples? = nil, configuration: TrainingConfiguration = TrainingConfiguration(),
    resuming state: TrainingState? = nil
  ) throws {
    try Self.check(training, validation, test, topology)
    if let state { try Self.check(state, topology, samples: training.count, configuration) }
    let density = InputDensity(training)
    let (choices, plan) = try Self.plan(
      configuration, earlier: state?.choices, topology: topology, training: training, density: density.mean)
    let kernels = Kernels(choices.instructionSet)
    let dropout = configuration.dropout(for: topology)
    (network, evaluatedNetwork) = Self.networks(topology, parameters, configuration, kernels, dropout, resuming: state)
    (transform, samples, trainingSamples) = (training.transform, training, training.count)
    if case .classes(_, let labels) = training.targets { self.labels = labels } else { labels = nil }
    (self.configuration, self.choices) = (configuration, choices)
    func reader(_ samples: Samples) -> InputReader {
      InputReader(samples, form: choices.input, kernels: kernels, density: density.mean)
    }
    let masks = AutomaticChoices.maskLayout(
      topology: topology, strategy: choices.gradients, inputDensity: density.perInput, shape: kernels.shape)
    let targets = TargetReader(training, labelSmoothing: configuration.labelSmoothing, outputs: topology.outputs)
    let input = InputReader(
      training, form: choices.input, kernels: kernels, density: density.mean, masks: masks, dropout: dropout?.layer(0),
      stage: InputStageMemory(configuration, training, choices, masks, kernels))
    engine = StepEngine(
      network, input, targets, plan, density: density,
      average: plan.averagesSteps ? evaluatedNetwork.buffer : nil)
    meter = ProcessorMeter(engine.context.team, cores: plan.cores)
    let (team, evaluated) = (
      WorkerTeam(count: min(plan.cores, WorkerTeam.largest), cores: plan.cores), evaluatedNetwork
    )
    self.validation = validation.map { Evaluator(evaluated, reader($0), $0, team: team) }
    self.test = test.map { Evaluator(evaluated, reader($0), $0, team: team) }
    (validationSamples, testSamples) = (validation, test)
    order = (0..<Int32(training.count)).map { $0 }
    position = RunPosition(random: RandomSource(seed: configuration.seed, purpose: .shuffle))
    if let state { try resume(state) }
    try checkFiles()
  }

  /// What was made of a file that has been cut short under the run is nothing to go on with.
  private func checkFiles() throws(FileError) {
    do throws(FileError) {
      for samples in [samples, validationSamples, testSamples] { try samples?.storage.checkFile() }
    } catch {
      hasDiverged = true
      throw error
    }
  }

  /// Trains one epoch, or what is left of it or of the run, and evaluates.
  ///
  /// - Returns: nil when the run has ended before.
  /// - Throws: `TrainingError.diverged`; `TrainingError.stopped` after `stop`; `CancellationError` where the current task is
  ///   cancelled, after the step in work; `FileError` where a mapped file of samples has been cut short.
  public func nextEpoch() throws -> EpochMetrics? {
    guard case .epoch(let metrics) = try advance(steps: .max) else { return nil }
    return metrics
  }

  /// Trains at most `steps` steps, and no further than the epoch's end; evaluates there, and nowhere else. The bits of a run, and the
  /// figures of its epochs, don't depend on where it pauses.
  ///
  /// - Parameters:
  ///   - steps: at least 1.
  ///   - shouldPause: asked after each step with the steps of the run so far, on the calling thread, while other workers still work: true
  ///     pauses there, as a number of steps does.
  /// - Throws: as `nextEpoch`.
  public func advance(
    steps: Int = .max, until shouldPause: (@Sendable (_ stepsDone: Int) -> Bool)? = nil
  ) throws -> Advance {
    precondition(steps > 0, "training advances by one step or more")
    if hasEnded { return .ended }
    let request = stopRequest
    if request.isSet { throw TrainingError.stopped }
    try Task.checkCancellation()
    beginEpoch()
    if isBeyondBudget { return .epoch(try endEpoch(isMeasured: configuration.clipNorm != nil)) }
    let earlier = position.part ?? EpochPart()
    let epochEnd = min(choices.stepsPerEpoch, configuration.steps.map { $0 - stepsDone + earlier.steps } ?? .max)
    let end = steps < epochEnd - earlier.steps ? earlier.steps + steps : epochEnd
    // Asked by this very thread, whose task it may be that is cancelled.
    var shouldStop: @Sendable () -> Bool = { request.isSet || Task.isCancelled }
    if let shouldPause {
      let progress = progress
      shouldStop = { request.isSet || Task.isCancelled || shouldPause(progress.steps) }
    }
    let (part, interruption) = run(
      earlier.steps..<end, after: earlier, measuresLast: end == epochEnd, shouldStop: shouldStop)
    try checkFiles()
    switch interruption {
    case .diverged: throw divergence(epoch: epochsDone + 1, step: part.steps)
    case .stopped where part.steps < end:
      if request.isSet { throw TrainingError.stopped }
      if Task.isCancelled { throw CancellationError() }
      return .paused
    case .stopped, .none: break
    }
    return end < epochEnd ? .paused : .epoch(try endEpoch(isMeasured: true))
  }

  /// Runs steps of the epoch in work, and adds them to the position and to the use of the processors.
  private func run(
    _ steps: Range<Int>, after earlier: EpochPart, measuresLast: Bool, shouldStop: @escaping @Sendable () -> Bool
  ) -> (part: EpochPart, interruption: StepInterruption) {
    var (part, interruption) = (earlier, StepInterruption.none)
    let elapsed = meter.measure {
      (part, interruption) = order.withUnsafeBufferPointer { order in
        engine.run(
          StepRange(
            // There is at least one sample.
            order: order.baseAddress.unsafelyUnwrapped, batches: engine.plan.batches, epoch: epochsDone,
            steps: steps, earlier: earlier, firstStep: stepsDone - earlier.steps,
            measuresLast: measuresLast, measuresAll: configuration.clipNorm != nil,
            noiseInterval: engine.plan.noiseInterval, progress: progress, shouldStop: shouldStop))
      }
    }
    part.seconds += elapsed
    position.seconds += elapsed
    position.stepsDone += part.steps - earlier.steps
    position.part = part
    followWeights()
    return (part, interruption)
  }

  /// Whether the epoch in work lies, in part, beyond a budget that has become smaller since it began.
  private var isBeyondBudget: Bool {
    configuration.epochs.map { $0 <= epochsDone } ?? false || configuration.steps.map { $0 <= stepsDone } ?? false
  }

  private func divergence(epoch: Int, step: Int) -> TrainingError {
    hasDiverged = true
    return .diverged(epoch: epoch, step: step)
  }

  /// Whether there is no epoch to go on with, neither one in work nor a next one.
  private var hasEnded: Bool {
    if position.part != nil { return false }
    if endReason == nil, let epochs = configuration.epochs, epochs <= epochsDone { endReason = .epochs }
    if endReason == nil, let steps = configuration.steps, steps <= stepsDone { endReason = .steps }
    return endReason != nil
  }

  private func beginEpoch() {
    if position.part != nil { return }
    if configuration.shuffles { position.random.shuffle(&order) }
    position.part = EpochPart()
    progress.begin(epoch: epochsDone + 1, steps: stepsDone)
  }

  /// - Parameter isMeasured: whether the last step told its gradient's norm; without, that figure is NaN.
  private func endEpoch(isMeasured: Bool) throws -> EpochMetrics {
    let part = position.part ?? EpochPart()
    position.part = nil
    position.epochsDone += 1
    averageEpochEnd()
    var metrics = metrics(part)
    try checkFiles()
    // The epoch's last update comes after its last loss.
    guard [metrics.gradientNorm, metrics.validationLoss ?? 0, metrics.testLoss ?? 0].allSatisfy(\.isFinite) else {
      throw divergence(epoch: epochsDone, step: part.steps)
    }
    if !isMeasured { metrics.gradientNorm = .nan }
    noteValidation(metrics)
    position.history.append(metrics)
    endReason = reason(metrics)
    return metrics
  }

  /// Ends the run after the step in work; `nextEpoch` then throws `TrainingError.stopped`. May be called from any thread.
  public var stop: @Sendable () -> Void {
    let request = stopRequest
    return { request.set() }
  }

  /// What the network, or the average of its parameters, makes of the test split now; nil without one.
  public func evaluateTest() -> Evaluation? { test?.evaluate() }

  /// Where the time of all steps so far went; nil unless the configuration measures phases.
  public var phaseTimes: PhaseTimes? { engine.context.clocks.times }

  /// The noise of the gradients measured so far; nil where the configuration asks for none, or steps have one shard.
  public var gradientNoise: GradientNoise? { engine.noise }

  /// The work of this run's steps.
  public var stepWork: StepWork { engine.work }

  /// The parameters as they are now, or their average where the configuration asks for that: a copy.
  public var parameters: Parameters { evaluatedNetwork.parameters() }

  private func metrics(_ part: EpochPart) -> EpochMetrics {
    let samples = Double(max(part.samples, 1))
    let hasClasses = engine.context.targets.width == 0 || network.topology.output == .softmax
    let validation = validation?.evaluate()
    let test = test?.evaluate()
    return EpochMetrics(
      epoch: epochsDone, steps: part.steps, seconds: part.seconds, trainLoss: trainLoss(part),
      trainAccuracy: hasClasses ? part.correct / samples : nil,
      validationLoss: validation?.loss, validationAccuracy: validation?.accuracy,
      testLoss: test?.loss, testAccuracy: test?.accuracy,
      samplesPerSecond: Double(part.samples) / max(part.seconds, 1e-9),
      learningRate: configuration.learningRate
        * configuration.schedule.factor(
          step: stepsDone - 1, stepsPerEpoch: choices.stepsPerEpoch, totalSteps: engine.plan.totalSteps),
      gradientNorm: part.gradientNorm,
      regression: engine.context.targets.width > 0
        ? RegressionMetrics(
          trainRMSE: squaredErrors(part).reduce(0) { $0 + ($1 / samples).squareRoot() }
            / Double(max(part.squaredErrors.count, 1)),
          testRMSE: test?.rmse, testR2: test?.r2) : nil)
  }

  /// Squared errors of each output, in the targets' own units.
  private func squaredErrors(_ part: EpochPart) -> [Double] {
    guard let units = samples.targetUnits else { return part.squaredErrors }
    return zip(part.squaredErrors, units.deviation).map { $0 * $1 * $1 }
  }

  /// The mean loss, of standardized targets in their own units; penalties are as they were trained with.
  private func trainLoss(_ part: EpochPart) -> Double {
    let own = squaredErrors(part).reduce(0, +) - part.squaredErrors.reduce(0, +)
    return (part.loss + (samples.targetUnits == nil ? 0 : own / 2)) / Double(max(part.samples, 1))
  }

  private func noteValidation(_ metrics: EpochMetrics) {
    guard let loss = metrics.validationLoss else { return }
    lastEpochIsBest = loss < position.bestValidationLoss
    if lastEpochIsBest {
      position.bestValidationLoss = loss
      position.epochsWithoutBetter = 0
      if configuration.keepsBest { position.best = BestEpoch(epoch: metrics.epoch, parameters: parameters) }
    } else {
      position.epochsWithoutBetter += 1
    }
  }

  /// What, if anything, ends the run with this epoch; a criterion that was met is told before the budget's end.
  func reason(_ metrics: EpochMetrics) -> StopCriterion? {
    if let met = configuration.stop.met(by: metrics, epochsWithoutBetter: position.epochsWithoutBetter) { return met }
    // The last epoch may be one that the steps cut short.
    let isWhole = metrics.steps == choices.stepsPerEpoch
    if let epochs = configuration.epochs, isWhole ? epochs <= epochsDone : epochs < epochsDone { return .epochs }
    if let steps = configuration.steps, steps <= stepsDone { return .steps }
    return nil
  }

  /// The network that is trained, and the one that is evaluated: the same where no average is kept.
  private static func networks(
    _ topology: Topology, _ parameters: Parameters?, _ configuration: TrainingConfiguration, _ kernels: Kernels,
    _ dropout: Dropout?, resuming state: TrainingState?
  ) -> (trained: FastNetwork, evaluated: FastNetwork) {
    let initial =
      state?.parameters ?? parameters
      ?? Parameters.initial(topology: topology, initializer: configuration.initializer, seed: configuration.seed)
    let network = FastNetwork(topology, initial, kernels: kernels, dropout: dropout)
    guard configuration.average != .none else { return (network, network) }
    return (network, FastNetwork(topology, state?.average ?? initial, kernels: kernels))
  }

  /// The choices of a run and the plan of its steps.
  /// - Throws: `TrainingError` where memory or threads are insufficient.
  private static func plan(
    _ configuration: TrainingConfiguration, earlier: TrainingChoices?, topology: Topology, training: Samples,
    density: Double
  ) throws -> (TrainingChoices, StepPlan) {
    let cores = configuration.cores ?? Cores.available
    try configuration.augmentation?.check(training)
    let choices = TrainingChoices(
      configuration, earlier: earlier, topology: topology, samples: training, density: density, cores: cores)
    try ThreadSupply.check(workers: choices.workers)
    let plan = StepPlan(configuration, choices, samples: training.count, cores: cores)
    let layout = ParameterLayout(
      topology, shape: Kernels(choices.instructionSet).shape, dropout: configuration.dropout(for: topology))
    try RunMemory.check(StepDecision.bytes(layout, plan), widths: topology.widths)
    return (choices, plan)
  }

  private static func check(
    _ training: Samples, _ validation: Samples?, _ test: Samples?, _ topology: Topology
  ) throws {
    guard training.count > 0 else { throw TrainingError.noSamples }
    for samples in [training, validation, test].compactMap({ $0 }) { try check(samples, topology) }
  }

  private static func check(_ samples: Samples, _ topology: Topology) throws {
    if samples.width != topology.inputs {
      throw TrainingError.width(found: samples.width, expected: topology.inputs)
    }
    if !topology.canTrain(on: samples.targets) {
      throw TrainingError.targets(found: samples.targets.width, expected: topology.outputs)
    }
  }

  private static func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
