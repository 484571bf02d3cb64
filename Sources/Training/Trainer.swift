import Datasets
import Files
import Foundation
import Kernels
import Networks
import Optimizers
import Random

/// What a run decided for itself, or was told.
public struct TrainingChoices: Sendable, Equatable {
  public var workers: Int
  public var gradients: GradientStrategy
  public var input: InputForm
  public var instructionSet: InstructionSet
  /// Samples a step.
  public var batchSize: Int
  /// Steps of a whole epoch.
  public var stepsPerEpoch: Int
  /// The share of inputs that are not zero.
  public var inputDensity: Double
}

/// Why training could not go on.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The loss is not finite: at this epoch and step, both from 1.
  case diverged(epoch: Int, step: Int)
  case stopped
  case noSamples
  /// Samples of one width for a network of another.
  case width(found: Int, expected: Int)
  case targets(found: Int, expected: Int)
  /// What training takes and what there is, in bytes, and what sets that limit.
  case memory(widths: String, needed: Double, available: Double, limit: String)

  public var description: String {
    switch self {
    case .diverged(let epoch, let step):
      "the loss is not finite in epoch \(epoch), step \(step): training diverged. Try a smaller --learning-rate, or --clip-norm."
    case .stopped: "training was stopped."
    case .noSamples: "found no samples to train on, expected at least one."
    case .width(let found, let expected):
      "found samples of \(found) features, expected \(expected), the network's inputs."
    case .targets(let found, let expected):
      "found \(found) classes or target columns, expected \(expected), the network's outputs."
    case .memory(let widths, let needed, let available, let limit):
      "the network \(widths) takes \(RunMemory.text(needed)) of memory to train, and \(limit) leaves "
        + "\(RunMemory.text(available)): try smaller --hidden widths"
        + (limit == RunMemory.Limit.freeMemory ? "." : ", or raise that limit.")
    }
  }
}

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
  public let network: FastNetwork
  public let configuration: TrainingConfiguration
  public let choices: TrainingChoices
  public let trainingSamples: Int
  /// Why the run ended; nil while it has not.
  public private(set) var endReason: StopCriterion?
  /// How far the run has come: may be looked at from any thread.
  public let progress = RunProgress()
  public private(set) var epochsDone = 0
  public private(set) var stepsDone = 0
  /// Of training alone.
  public private(set) var seconds = 0.0

  private let engine: StepEngine
  /// What samples lie in.
  private let storages: [SampleStorage]
  private let validation: Evaluator?
  private let test: Evaluator?
  let transform: InputTransform
  let labels: [String]?
  private var order: [Int32]
  private var random: RandomSource
  /// Whether an epoch is in work: `order` is its order, `epochSums` and `epochSeconds` are of its steps so far.
  private var isInEpoch = false
  private var epochSums = StepSums()
  private var epochSeconds = 0.0
  private let stopRequest = StopRequest()
  private var bestValidationLoss = Double.infinity
  private var epochsWithoutBetter = 0
  /// Whether the last epoch had the best validation loss so far.
  public private(set) var lastEpochIsBest = true

  /// - Parameters:
  ///   - parameters: initial ones; drawn by the configuration's seed when nil.
  ///   - validation: samples that `patience` looks at.
  ///   - test: samples that each epoch is evaluated on.
  /// - Throws: `TrainingError` where samples and network don't fit, or what training takes doesn't fit into memory; `FileError`
  ///   where a mapped file of samples has been cut short.
  public init(
    _ topology: Topology, parameters: Parameters? = nil, training: Samples, validation: Samples? = nil,
    test: Samples? = nil, configuration: TrainingConfiguration = TrainingConfiguration()
  ) throws {
    guard training.count > 0 else { throw TrainingError.noSamples }
    for samples in [training, validation, test].compactMap({ $0 }) { try Self.check(samples, topology) }
    let kernels = configuration.instructionSet.map(Kernels.init) ?? .fastest
    let density = InputDensity(training)
    let form = configuration.input ?? AutomaticChoices.inputForm(density, topology: topology)
    let cores = Cores.available
    let batchSize = configuration.batchSize.resolved(training.count)
    let workers =
      configuration.workers
      ?? AutomaticChoices.workers(
        topology: topology, batchSize: batchSize, density: density.mean, form: form,
        instructionSet: kernels.instructionSet, cores: cores)
    let strategy =
      configuration.gradients
      ?? AutomaticChoices.strategy(topology: topology, batchSize: batchSize, workers: workers)
    choices = TrainingChoices(
      workers: workers, gradients: strategy, input: form, instructionSet: kernels.instructionSet, batchSize: batchSize,
      stepsPerEpoch: (training.count + batchSize - 1) / batchSize, inputDensity: density.mean)
    let need = RunMemory.need(
      topology, choices: choices, stateCount: type(of: configuration.optimizer).stateCount, cores: cores)
    try RunMemory.check(need, widths: topology.widths)
    network = FastNetwork(
      topology,
      parameters
        ?? Parameters.initial(topology: topology, initializer: configuration.initializer, seed: configuration.seed),
      kernels: kernels)
    transform = training.transform
    if case .classes(_, let labels) = training.targets { self.labels = labels } else { labels = nil }
    self.configuration = configuration
    trainingSamples = training.count
    func reader(_ samples: Samples) -> InputReader {
      let bytes = PackedRows.bytes(samples: samples.count, width: samples.width, density: density.mean)
      return InputReader(samples, form: form, kernels: kernels, packsAhead: bytes <= PackedRows.budget)
    }
    engine = StepEngine(
      network: network, reader: reader(training),
      plan: StepPlan(
        workers: workers, cores: cores, strategy: strategy, batchSize: batchSize, optimizer: configuration.optimizer,
        learningRate: configuration.learningRate, schedule: configuration.schedule,
        l2: configuration.l2 / Double(training.count), clipNorm: configuration.clipNorm,
        stepsPerEpoch: choices.stepsPerEpoch,
        totalSteps: Self.totalSteps(configuration, stepsPerEpoch: choices.stepsPerEpoch),
        measuresPhases: configuration.measuresPhases),
      inputDensity: density.perInput)
    let team = WorkerTeam(count: max(1, min(cores, WorkerTeam.largest)), cores: cores)
    let evaluators = [validation, test].map { [network] samples in
      samples.map { Evaluator(network, reader($0), team: team) }
    }
    self.validation = evaluators[0]
    self.test = evaluators[1]
    order = (0..<Int32(training.count)).map { $0 }
    random = RandomSource(seed: configuration.seed, purpose: .shuffle)
    storages = [training, validation, test].compactMap { $0?.storage }
    try checkFiles()
  }

  /// Figures of a file that has been cut short under the run are none.
  private func checkFiles() throws(FileError) {
    for storage in storages { try storage.checkFile() }
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
  /// - Parameter steps: at least 1.
  /// - Throws: as `nextEpoch`.
  public func advance(steps: Int) throws -> Advance {
    precondition(steps > 0, "training advances by one step or more")
    if try !beginEpoch() { return .ended }
    let request = stopRequest
    if request.isSet { throw TrainingError.stopped }
    try Task.checkCancellation()
    let position = epochSums.steps
    let epochEnd = min(choices.stepsPerEpoch, configuration.steps.map { position + $0 - stepsDone } ?? .max)
    let end = steps < epochEnd - position ? position + steps : epochEnd
    let start = Self.now()
    // Asked by this very thread, whose task it may be that is cancelled.
    epochSums = engine.run(
      order, steps: position..<end, after: epochSums, measuresLast: end == epochEnd, progress: progress
    ) {
      request.isSet || Task.isCancelled
    }
    let elapsed = Self.now() - start
    seconds += elapsed
    epochSeconds += elapsed
    stepsDone += epochSums.steps - position
    try checkFiles()
    switch epochSums.interruption {
    case .diverged: throw TrainingError.diverged(epoch: epochsDone + 1, step: epochSums.steps)
    case .stopped where epochSums.steps < end:
      if request.isSet { throw TrainingError.stopped }
      throw CancellationError()
    default: break
    }
    return end < epochEnd ? .paused : .epoch(try endEpoch())
  }

  /// Whether there is an epoch to go on with: the one in work, or the next.
  private func beginEpoch() throws -> Bool {
    if isInEpoch { return true }
    if endReason == nil, configuration.epochs == epochsDone { endReason = .epochs }
    if endReason == nil, configuration.steps == stepsDone { endReason = .steps }
    if endReason != nil { return false }
    if configuration.shuffles { random.shuffle(&order) }
    (epochSums, epochSeconds, isInEpoch) = (StepSums(), 0, true)
    progress.begin(epoch: epochsDone + 1, steps: stepsDone)
    return true
  }

  private func endEpoch() throws -> EpochMetrics {
    isInEpoch = false
    epochsDone += 1
    let metrics = metrics(epochSums, seconds: epochSeconds)
    try checkFiles()
    // The epoch's last update comes after its last loss.
    guard [metrics.gradientNorm, metrics.validationLoss ?? 0, metrics.testLoss ?? 0].allSatisfy(\.isFinite) else {
      throw TrainingError.diverged(epoch: epochsDone, step: epochSums.steps)
    }
    noteValidation(metrics)
    endReason = reason(metrics)
    return metrics
  }

  /// Ends the run after the step in work; `nextEpoch` then throws `TrainingError.stopped`. May be called from any thread.
  public var stop: @Sendable () -> Void {
    let request = stopRequest
    return { request.set() }
  }

  /// What the network makes of the test split now; nil without one.
  public func evaluateTest() -> Evaluation? { test?.evaluate() }

  /// Where the time of all steps so far went; nil unless the configuration measures phases.
  public var phaseTimes: PhaseTimes? {
    configuration.measuresPhases ? PhaseTimes(workers: engine.workers.map(\.clock.seconds)) : nil
  }

  /// The network's parameters as they are now: a copy.
  public var parameters: Parameters { network.parameters() }

  private func metrics(_ sums: StepSums, seconds: Double) -> EpochMetrics {
    let samples = Double(max(sums.samples, 1))
    let hasClasses = engine.reader.targetWidth == 0 || network.topology.output == .softmax
    let validation = validation?.evaluate()
    let test = test?.evaluate()
    return EpochMetrics(
      epoch: epochsDone, steps: sums.steps, seconds: seconds, trainLoss: sums.loss / samples,
      trainAccuracy: hasClasses ? sums.hits / samples : nil,
      validationLoss: validation?.loss, validationAccuracy: validation?.accuracy,
      testLoss: test?.loss, testAccuracy: test?.accuracy,
      samplesPerSecond: Double(sums.samples) / max(seconds, 1e-9),
      learningRate: configuration.learningRate
        * configuration.schedule.factor(
          step: stepsDone - 1, stepsPerEpoch: choices.stepsPerEpoch, totalSteps: engine.plan.totalSteps),
      gradientNorm: sums.gradientNorm,
      regression: engine.reader.targetWidth > 0
        ? RegressionMetrics(
          trainRMSE: sums.squaredErrors.reduce(0) { $0 + ($1 / samples).squareRoot() }
            / Double(max(sums.squaredErrors.count, 1)),
          testRMSE: test?.rmse, testR2: test?.r2) : nil)
  }

  private func noteValidation(_ metrics: EpochMetrics) {
    guard let loss = metrics.validationLoss else { return }
    lastEpochIsBest = loss < bestValidationLoss
    if lastEpochIsBest {
      bestValidationLoss = loss
      epochsWithoutBetter = 0
    } else {
      epochsWithoutBetter += 1
    }
  }

  /// What, if anything, ends the run with this epoch; a criterion that was met is told before the budget's end.
  private func reason(_ metrics: EpochMetrics) -> StopCriterion? {
    if let met = configuration.stop.met(by: metrics, epochsWithoutBetter: epochsWithoutBetter) { return met }
    // The last epoch may be one that the steps cut short.
    if configuration.epochs == epochsDone, metrics.steps == choices.stepsPerEpoch { return .epochs }
    if configuration.steps == stepsDone { return .steps }
    return nil
  }

  private static func totalSteps(_ configuration: TrainingConfiguration, stepsPerEpoch: Int) -> Int {
    let (byEpochs, overflow) = (configuration.epochs ?? .max).multipliedReportingOverflow(by: stepsPerEpoch)
    return min(overflow ? .max : byEpochs, configuration.steps ?? .max)
  }

  private static func check(_ samples: Samples, _ topology: Topology) throws {
    if samples.width != topology.inputs {
      throw TrainingError.width(found: samples.width, expected: topology.inputs)
    }
    let isSingle = topology.outputs == 1 && topology.output == .sigmoid
    if case .classes(_, let labels) = samples.targets, isSingle, labels.count == 2 { return }
    if samples.targets.width != topology.outputs {
      throw TrainingError.targets(found: samples.targets.width, expected: topology.outputs)
    }
  }

  private static func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
}
