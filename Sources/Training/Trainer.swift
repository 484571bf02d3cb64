import Files
import Kernels
import Networks
import Random
import Ranks
import SampleData

/// The result of `Trainer.advance`.
package enum Advance: Sendable, Equatable {
  /// Paused inside an epoch.
  case paused
  /// The epoch has ended, or the run within it; with its metrics.
  case epoch(EpochMetrics)
  /// The run had ended before.
  case ended
}

/// A training run of a network on samples.
///
/// ```swift
/// let trainer = try Trainer(topology, training: samples, test: test, configuration: TrainingConfiguration())
/// while let epoch = try trainer.nextEpoch() { print(epoch.trainLoss, epoch.testAccuracy ?? 0) }
/// ```
///
/// Must not be used from two threads at once; `stop` may be called from any thread.
public final class Trainer {
  /// The network that is trained.
  public let network: FastNetwork
  /// The network that is evaluated and saved: `network`, or one with the average of its parameters if the configuration
  /// has one.
  public let evaluatedNetwork: FastNetwork
  /// The configuration as given.
  public let configuration: TrainingConfiguration
  /// The values of the options that can be chosen automatically, chosen or as configured.
  public let choices: TrainingChoices
  /// The number of training samples.
  public var trainingSamples: Int { samples.count }
  /// The reason why the run ended; nil before.
  public internal(set) var endReason: EndReason?
  /// The progress of the run, readable from any thread.
  public let progress = RunProgress()
  /// The state of the run, without parameters and optimizer state.
  package internal(set) var position: RunPosition
  /// The processor time of the steps since this trainer was created, and that of other programs meanwhile.
  package var processorUse: ProcessorUse { meter.total() }
  private let meter: ProcessorMeter
  /// The number of epochs that were finished when this trainer was created: above zero in a resumed run.
  package internal(set) var earlierEpochs = 0
  /// The fraction of the steps since this trainer was created that ran on fewer threads than workers and cores, since
  /// that was faster, 0 to 1.
  package var fractionOnFewerThreads: Double {
    guard let threads = engine.context.threads, threads.steps > 0 else { return 0 }
    return Double(threads.stepsOnFewer) / Double(threads.steps)
  }
  /// The fingerprint of the training, validation and test samples; computed at its first use, in some milliseconds.
  package private(set) lazy var dataFingerprint = DataFingerprint(
    training: samples, validation: validationSamples, test: testSamples)

  let engine: StepEngine
  /// Averages the parameters of ranks that train alone; nil unless the configuration asks for it.
  let averaging: RankAveraging?
  let samples: Samples
  /// The threads that evaluate the validation and the test split.
  let evaluationTeam: WorkerTeam
  let validation: Evaluator?
  let test: Evaluator?
  private let validationSamples: Samples?
  private let testSamples: Samples?
  /// The ranks that share the run's steps; nil for a single process.
  public let ranks: RankGroup?
  /// The class labels, in the order of the class indices; nil for target values.
  var labels: [String]? { if case .classes(_, let labels) = samples.targets { labels } else { nil } }
  /// The order of the training samples in the current epoch; between epochs, in the last one.
  var order: [Int32]
  /// True if the parameters must not be used: not finite, or trained on samples that have changed.
  private(set) var isInvalid = false
  /// The metrics of the current epoch so far, if `unfinishedEpoch` has returned them since the last step.
  package private(set) var unfinished: EpochMetrics?
  /// The parameters of that part of an epoch, if the configuration keeps the best epoch and the part has the lowest validation
  /// loss so far. Not part of the run's state: a resumed run goes on within the epoch.
  private(set) var unfinishedBest: EpochParameters?
  private let stopRequest = StopRequest()
  /// True if the last epoch has the best validation loss so far.
  package private(set) var lastEpochIsBest = true

  /// Prepares a run, or the continuation of one: checks its arguments and allocates all memory.
  ///
  /// - Parameters:
  ///   - parameters: the initial parameters; nil draws them with the configuration's seed.
  ///   - validation: samples for the validation loss, which `patience` uses.
  ///   - test: samples on which the network is evaluated after each epoch.
  ///   - state: the state of an earlier run of the same network, samples and configuration. The run resumes from it bit
  ///     for bit as if never interrupted, with the same automatic choices. Only epochs, steps and stop criteria may
  ///     differ; under a schedule that depends on the length of the run (`cosine`, `oneCycle`), and with clean epochs,
  ///     which are counted from its end, only stop criteria.
  ///   - ranks: the ranks that train together; nil for a single process. Every rank must pass the same samples and
  ///     configuration and call the same methods. Automatic choices are those of rank 0.
  /// - Throws: `TrainingError` if a property of the configuration is out of its range or contradicts the optimizer, the
  ///   network or the samples, samples and network do not match, rows, targets, threshold and weights of the samples
  ///   contradict each other, training does not fit into memory, or the state is of another run; `FileError` if a mapped
  ///   file of samples has been truncated.
  public init(
    _ topology: Topology, parameters: Parameters? = nil, training: Samples, validation: Samples? = nil,
    test: Samples? = nil, configuration: TrainingConfiguration = TrainingConfiguration(),
    resuming state: TrainingState? = nil, ranks: RankGroup? = nil
  ) throws {
    let (density, choices, plan, packing) = try Self.prepare(
      configuration, topology, training, [validation, test], resuming: state, ranks
    ) { try Self.checkSplits(training, validation, test, topology) }
    self.ranks = ranks
    let kernels = Kernels(choices.instructionSet, precision: choices.precision)
    let dropout = configuration.dropout(for: topology)
    (network, evaluatedNetwork) = Self.networks(topology, parameters, configuration, kernels, dropout, resuming: state)
    (samples, self.configuration, self.choices) = (training, configuration, choices)
    let masks = AutomaticChoices.maskLayout(
      topology: topology, strategy: choices.gradients, inputDensity: density.perInput, shape: kernels.shape)
    let targets = TargetReader(training, labelSmoothing: configuration.labelSmoothing, topology)
    let input = InputReader(
      training, form: choices.input, kernels: kernels, packing: packing, masks: masks,
      dropout: dropout?.layer(0, by: kernels.dropout),
      stage: InputStageMemory(configuration, training, choices, masks, kernels))
    let average = plan.averagesSteps ? evaluatedNetwork.buffer : nil
    engine = StepEngine(network, input, targets, plan, density: density, average: average)
    averaging = RankAveraging(engine, ranks, interval: configuration.averageEvery, average: average)
    meter = ProcessorMeter(engine.context.team)
    let (team, evaluated) = (Self.evaluationTeam(plan, configuration), evaluatedNetwork)
    evaluationTeam = team
    func evaluator(_ samples: Samples) -> Evaluator {
      let input = InputReader(samples, form: choices.input, kernels: kernels, packing: packing)
      return Evaluator(evaluated, input, samples, team: team, ranks: ranks)
    }
    (self.validation, self.test) = (validation.map(evaluator), test.map(evaluator))
    (validationSamples, testSamples) = (validation, test)
    order = (0..<Int32(training.count)).map { $0 }
    position = RunPosition(random: RandomSource(seed: configuration.seed, purpose: .shuffle))
    progress.setFactor(termFactor)
    if let state { try resume(state) }
    try checkFiles()
    try compareRanks()
    ranks?.setCrowded(threads: engine.context.team.count)
  }

  private static func evaluationTeam(_ plan: StepPlan, _ configuration: TrainingConfiguration) -> WorkerTeam {
    WorkerTeam(count: min(plan.cores, configuration.workers ?? .max, WorkerTeam.largest), cores: plan.cores)
  }

  /// Throws if a mapped file of samples has been truncated: results of the run must not be used then.
  private func checkFiles() throws(FileError) {
    do throws(FileError) {
      for samples in [samples, validationSamples, testSamples] { try samples?.storage.checkFile() }
    } catch {
      isInvalid = true
      throw error
    }
  }

  /// Trains one epoch, or the rest of an epoch or of the run, and evaluates the network.
  ///
  /// - Returns: the metrics of the epoch; nil if the run had already ended.
  /// - Throws: `TrainingError.diverged`; `TrainingError.stopped` after `stop`; `CancellationError` if the current task
  ///   is canceled, after the current step; `FileError` if a mapped file of samples has been truncated.
  public func nextEpoch() throws -> EpochMetrics? {
    guard case .epoch(let metrics) = try advance(steps: .max) else { return nil }
    return metrics
  }

  /// Trains at most `steps` steps, at most to the end of the epoch, and evaluates only there. Pauses do not change a
  /// bit of a run's results.
  ///
  /// - Parameters:
  ///   - steps: at least 1.
  ///   - shouldPause: called after each step with the number of steps so far, on the calling thread, while other
  ///     workers may still run. True pauses the run after this step.
  /// - Throws: the errors of `nextEpoch`.
  package func advance(
    steps: Int = .max, until shouldPause: (@Sendable (_ stepsDone: Int) -> Bool)? = nil
  ) throws -> Advance {
    precondition(steps > 0, "the number of steps must be positive")
    if hasEnded { return .ended }
    (unfinished, unfinishedBest) = (nil, nil)
    try throwIfStopped()
    beginEpoch()
    if isBeyondBudget { return .epoch(try endEpoch(isMeasured: configuration.clipNorm != nil)) }
    let earlier = position.part ?? EpochSums()
    let epochEnd = min(choices.stepsPerEpoch, configuration.steps.map { $0 - stepsDone + earlier.steps } ?? .max)
    var end = steps < epochEnd - earlier.steps ? earlier.steps + steps : epochEnd
    // Ranks that train alone pause where their parameters are the same.
    if let averaging { end = min(epochEnd, averaging.mean(from: end)) }
    let (part, interruption) = run(
      earlier.steps..<end, after: earlier, measuresLastNorm: end == epochEnd, shouldPause: shouldPause)
    try checkFiles()
    switch interruption {
    case .diverged: throw divergence(epoch: epochsDone + 1, step: part.steps)
    case .disconnected: throw disconnection
    case .stopped where part.steps < end:
      try throwIfStopped()
      return .paused
    case .stopped, .none: break
    }
    return end < epochEnd ? .paused : .epoch(try endEpoch(isMeasured: true))
  }

  /// Throws if a stop was requested, on any rank, or the current task is canceled.
  private func throwIfStopped() throws {
    // The largest number of all ranks: 2 for a requested stop, 1 for a canceled task, else 0.
    var request = stopRequest.isSet ? 2 : Task.isCancelled ? 1 : 0
    if let ranks { request = try ranks.gather(request).max() ?? request }
    if request == 2 {
      stopRequest.set()
      throw TrainingError.stopped
    }
    if request == 1 { throw CancellationError() }
  }

  /// Runs steps of the current epoch, and adds them to the position and the processor use.
  private func run(
    _ steps: Range<Int>, after earlier: EpochSums, measuresLastNorm: Bool, shouldPause: (@Sendable (Int) -> Bool)?
  ) -> (part: EpochSums, interruption: StepInterruption) {
    var (part, interruption) = (earlier, StepInterruption.none)
    let elapsed = meter.measure {
      (part, interruption) = order.withUnsafeBufferPointer { order in
        let range = StepRange(
          // There is at least one sample.
          order: order.baseAddress.unsafelyUnwrapped, batches: engine.plan.batches, epoch: epochsDone,
          firstStep: stepsDone - earlier.steps, steps: steps, earlier: earlier,
          measures: StepMeasures(
            normStep: measuresLastNorm ? steps.upperBound - 1 : nil, allNorms: configuration.clipNorm != nil,
            noiseInterval: engine.plan.noiseInterval),
          observer: StepObserver(progress: progress, stop: stopRequest, shouldPause: shouldPause))
        return averaging?.run(range) ?? engine.run(range)
      }
    }
    part.seconds += elapsed
    position.seconds += elapsed
    position.stepsDone += part.steps - earlier.steps
    position.part = part
    position.search = engine.search?.position
    if choices.input == .masked { network.roundFirstLayer() }
    followWeights()
    return (part, interruption)
  }

  /// True if no step is left. A resumed run with a smaller budget may stand within an epoch; that epoch then ends there.
  package var isTrained: Bool { isBeyondBudget || position.part == nil && endReason != nil }

  /// True if the current epoch exceeds a step budget that was reduced after the epoch began.
  private var isBeyondBudget: Bool {
    configuration.epochs.map { $0 <= epochsDone } ?? false || configuration.steps.map { $0 <= stepsDone } ?? false
  }

  private var hasFiniteParameters: Bool { UnsafeBufferPointer(network.buffer.elements).areFinite }

  private func divergence(epoch: Int, step: Int) -> TrainingError {
    isInvalid = true
    return .diverged(epoch: epoch, step: step)
  }

  /// True if there is neither a current nor a next epoch.
  private var hasEnded: Bool {
    if position.part != nil { return false }
    if endReason == nil, let epochs = configuration.epochs, epochs <= epochsDone { endReason = .epochs }
    if endReason == nil, let steps = configuration.steps, steps <= stepsDone { endReason = .steps }
    return endReason != nil
  }

  /// Begins an epoch, unless the run is within one: shuffles the samples and clears the sums.
  private func beginEpoch() {
    if position.part != nil { return }
    if configuration.shuffles { position.random.shuffle(&order) }
    position.part = EpochSums()
    progress.begin(epoch: epochsDone + 1, steps: stepsDone)
  }

  /// Evaluates the network at the end of an epoch, and adds the epoch to the history.
  ///
  /// - Parameter isMeasured: true if the last step measured its gradient norm; else the epoch's norm is NaN.
  private func endEpoch(isMeasured: Bool) throws -> EpochMetrics {
    let part = position.part ?? EpochSums()
    position.part = nil
    position.epochsDone += 1
    averageEpochEnd(steps: part.steps)
    var metrics = metrics(part, epoch: epochsDone)
    if ranks?.failure != nil { throw disconnection }
    try checkFiles()
    // A divergence in the epoch's last update is not visible in its training loss; without another loss, in the parameters alone.
    guard [metrics.gradientNorm, metrics.validationLoss ?? 0, metrics.testLoss ?? 0].allSatisfy(\.isFinite),
      validation != nil || test != nil || hasFiniteParameters
    else { throw divergence(epoch: epochsDone, step: part.steps) }
    if !isMeasured { metrics.gradientNorm = .nan }
    noteValidation(metrics)
    if keepsSnapshot { position.snapshots.append(EpochParameters(epoch: epochsDone, parameters: parameters)) }
    position.history.append(metrics)
    endReason = reason(metrics)
    return metrics
  }

  /// Ends the run after the current step; `nextEpoch` then throws `TrainingError.stopped`. May be called from any
  /// thread.
  public var stop: @Sendable () -> Void {
    let request = stopRequest
    return { request.set() }
  }

  /// The current metrics of the network, or of the average of its parameters, on the test split; nil without one.
  public func evaluateTest() -> Evaluation? { test?.evaluate() }

  /// The times of each phase, in seconds, summed over all steps so far; nil unless the configuration measures them.
  public var phaseTimes: PhaseTimes? { engine.context.clocks.times }

  /// The gradient noise measured so far; nil if the configuration does not measure it, or steps have only one shard.
  public var gradientNoise: GradientNoise? { engine.noise }

  /// The work of this run's steps.
  package var stepWork: StepWork { engine.work }

  /// A copy of the current parameters, or of their average if the configuration has one.
  public var parameters: Parameters { evaluatedNetwork.parameters() }

  /// The metrics of an unfinished epoch after its last step so far, for a run that ends there; evaluates the network. The epoch
  /// is not added to the history, since a resumed run continues it; nor are its parameters to a mean over epochs. If its
  /// validation loss is the lowest so far, it is the best epoch, as at the end of a step budget.
  ///
  /// - Returns: nil if no epoch has begun, or its losses are not finite.
  /// - Throws: `FileError` if a mapped file of samples has been truncated.
  package func unfinishedEpoch() throws -> EpochMetrics? {
    guard let part = position.part, part.steps > 0 else { return nil }
    var metrics = metrics(part, epoch: epochsDone + 1)
    if ranks?.failure != nil { throw disconnection }
    try checkFiles()
    if configuration.clipNorm == nil { metrics.gradientNorm = .nan }
    guard [metrics.trainLoss, metrics.validationLoss ?? 0, metrics.testLoss ?? 0].allSatisfy(\.isFinite) else {
      return nil
    }
    unfinished = metrics
    if configuration.keepsBest, let loss = metrics.validationLoss, loss < position.bestValidationLoss {
      unfinishedBest = EpochParameters(epoch: metrics.epoch, parameters: parameters)
    }
    return metrics
  }

  /// Compares the validation loss with the best one so far, and keeps the parameters if it is better.
  private func noteValidation(_ metrics: EpochMetrics) {
    guard let loss = metrics.validationLoss else { return }
    lastEpochIsBest = loss < position.bestValidationLoss
    if lastEpochIsBest {
      position.bestValidationLoss = loss
      position.epochsWithoutImprovement = 0
      if configuration.keepsBest { position.best = EpochParameters(epoch: metrics.epoch, parameters: parameters) }
    } else {
      position.epochsWithoutImprovement += 1
    }
  }

  /// The reason to end the run after this epoch, if any; a criterion takes precedence over the end of the budget.
  func reason(_ metrics: EpochMetrics) -> EndReason? {
    if let met = configuration.stop.met(by: metrics, epochsWithoutImprovement: position.epochsWithoutImprovement) {
      return met
    }
    // The step budget may truncate the last epoch.
    let isWhole = metrics.steps == choices.stepsPerEpoch
    if let epochs = configuration.epochs, isWhole ? epochs <= epochsDone : epochs < epochsDone { return .epochs }
    if let steps = configuration.steps, steps <= stepsDone { return .steps }
    return nil
  }
}
