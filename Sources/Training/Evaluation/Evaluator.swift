import Files
import KernelInterface
import Kernels
import Networks
import Ranks
import SampleData

/// The metrics of a network on a split.
public struct Evaluation: Sendable, Equatable {
  /// The number of samples.
  public var samples: Int
  /// The mean loss over samples, each multiplied by the weight of its class if there are class weights; without
  /// regularization terms.
  public var loss: Double
  /// The fraction of correctly classified samples; nil if outputs are not classes.
  public var accuracy: Double?
  /// The root mean squared error, the mean over outputs, in the units of the targets; nil for classification.
  public var rmse: Double?
  /// The coefficient of determination R², the mean over outputs; nil for classification, or if a target column is
  /// constant.
  public var r2: Double?

  package init(samples: Int, loss: Double, accuracy: Double?) {
    self.samples = samples
    self.loss = loss
    self.accuracy = accuracy
  }
}

/// Runs a network forward over a split, on all workers.
///
/// Losses are summed per tile, in the order of the samples, so that the result is bit-identical for any number of
/// workers. Calls from several threads are executed one after the other: they share the workers' memory.
public final class Evaluator: Sendable {
  let network: FastNetwork
  let samples: Samples
  /// The processes that divide the samples among themselves; nil for this one alone.
  let ranks: RankGroup?
  private let passes: Guarded<any EvaluationRunning>

  /// Creates an evaluator for a split.
  ///
  /// - Parameters:
  ///   - labelSmoothing: E, in [0, 1); the loss is that of class targets (1 − E) · one-hot + E/K.
  ///   - form: the input form; nil chooses it by the fraction of nonzero inputs.
  ///   - workers: the number of threads, 1...128, at most those that the system allows; nil for one per core, at most one per 128 samples.
  ///   - ranks: the processes that divide the samples among themselves; nil for this one alone. Every rank creates the
  ///     same evaluator and calls the same methods; all get the results of one process, bit for bit.
  /// - Precondition: the samples have as many features as the network has inputs, and their rows, targets, threshold and
  ///   class weights do not contradict each other; a threshold goes with a single output.
  public convenience init(
    _ network: FastNetwork, _ samples: Samples, labelSmoothing: Double = 0, form: InputForm? = nil,
    workers: Int? = nil, ranks: RankGroup? = nil
  ) {
    if let flaw = samples.flaw { preconditionFailure("samples: found \(flaw.found), expected \(flaw.expected)") }
    let count = workers ?? Self.automaticWorkers(samples: samples.count, ranks)
    let team = WorkerTeam(count: ThreadSupply.workers(upTo: count))
    ranks?.setCrowded(threads: team.count)
    let form = form ?? AutomaticChoices.inputForm(density: InputDensity(samples).mean)
    let reader = InputReader(samples, form: form, kernels: network.kernels, packsAhead: false)
    self.init(network, reader, samples, labelSmoothing: labelSmoothing, team: team, ranks: ranks)
  }

  /// The number of workers that have samples to evaluate and a core, on each rank.
  package static func automaticWorkers(samples: Int, _ ranks: RankGroup? = nil) -> Int {
    let useful = WorkerTeam.automaticCount(upTo: (samples + EvaluationTile.rows - 1) / EvaluationTile.rows)
    return ranks.map { min(useful, Cores.share(of: $0)) } ?? useful
  }

  /// - Precondition: the samples have as many features as the network has inputs, and a threshold goes with a single output.
  ///
  /// - Parameter ranks: the ranks that divide the samples among themselves; nil for a single process.
  init(
    _ network: FastNetwork, _ reader: InputReader, _ samples: Samples, labelSmoothing: Double = 0, team: WorkerTeam,
    ranks: RankGroup? = nil
  ) {
    precondition(samples.width == network.topology.inputs, "samples have as many features as the network inputs")
    precondition(samples.threshold == nil || network.topology.outputs == 1, "a threshold goes with a single output")
    self.network = network
    self.samples = samples
    self.ranks = ranks
    let targets = TargetReader(samples, labelSmoothing: labelSmoothing, network.topology)
    let passes: any EvaluationRunning =
      switch reader {
      case .dense(let reader):
        EvaluationPasses(network, reader, targets, samples: samples.count, team: team, ranks: ranks)
      case .masking(let reader):
        EvaluationPasses(network, reader, targets, samples: samples.count, team: team, ranks: ranks)
      case .packed(let reader):
        EvaluationPasses(network, reader, targets, samples: samples.count, team: team, ranks: ranks)
      }
    self.passes = Guarded(passes)
  }

  /// Evaluates the network's current parameters: the loss and, where they apply, accuracy, RMSE and R².
  /// - Precondition: there is an output for each class or target column, or one output for two classes.
  public func evaluate() -> Evaluation { evaluate(keepsOutputs: false).evaluation }

  /// Like `evaluate()`, with the output activations, `[samples × outputs]`, row-major, in the targets' own units.
  public func evaluateWithOutputs() -> (evaluation: Evaluation, outputs: [Float]) { evaluate(keepsOutputs: true) }

  /// The metrics of each class, the confusion matrix and the calibration; nil if the targets are not classes.
  /// - Precondition: as for `evaluate()`.
  public func classificationReport() -> ClassificationReport? {
    guard case .classes(let classes, let labels) = samples.targets else { return nil }
    checkTargets()
    return ClassificationReport(
      outputs: outputs(), classes: classes, labels: labels, topology: network.topology,
      threshold: samples.threshold ?? 0.5)
  }

  /// The kernels read as many outputs as the targets have.
  private func checkTargets() {
    let (outputs, width) = (network.topology.outputs, samples.targets.width)
    precondition(
      outputs == width || (samples.targets.areClasses && width == 2 && outputs == 1),
      "\(width) classes or target columns, and \(outputs) outputs of the network")
  }

  private func evaluate(keepsOutputs: Bool) -> (evaluation: Evaluation, outputs: [Float]) {
    checkTargets()
    let keepsOutputs = keepsOutputs || !samples.targets.areClasses
    let (sums, found) = passes.withLock { $0.run(keepsOutputs: keepsOutputs, hasTargets: true) }
    var outputs = found
    let count = samples.count
    let hasAccuracy = network.topology.output.hasAccuracy(forClasses: samples.targets.areClasses)
    var result = Evaluation(
      samples: count, loss: sums.loss / Double(max(count, 1)),
      accuracy: hasAccuracy && count > 0 ? sums.correct / Double(count) : nil)
    if case .values(let targets, let width) = samples.targets {
      if let units = samples.targetUnits { Self.convert(&outputs, to: units, width: width) }
      if let loss = DifferenceLoss(network.topology.loss) {
        result.loss = loss.mean(outputs: outputs, targets: targets, samples: count)
      }
      (result.rmse, result.r2) = Self.regression(outputs: outputs, targets: targets, width: width)
    }
    return (result, outputs)
  }

  /// The output activations, `[samples × outputs]`, row-major, in the targets' own units; targets are not read.
  public func outputs() -> [Float] {
    var outputs = passes.withLock { $0.run(keepsOutputs: true, hasTargets: false) }.outputs
    if let units = samples.targetUnits { Self.convert(&outputs, to: units, width: network.topology.outputs) }
    return outputs
  }

  /// Converts outputs, `[samples × width]`, to the targets' own units.
  private static func convert(_ outputs: inout [Float], to units: TargetUnits, width: Int) {
    for index in outputs.indices { outputs[index] = units.value(outputs[index], target: index % width) }
  }

  /// RMSE and R², each the mean over outputs.
  static func regression(outputs: [Float], targets: [Float], width: Int) -> (rmse: Double?, r2: Double?) {
    let count = targets.count / max(width, 1)
    guard count > 0 else { return (nil, nil) }
    var rmse = 0.0
    var r2: Double? = 0
    for column in 0..<width {
      var residual = 0.0
      var sum = 0.0
      for row in 0..<count {
        let target = Double(targets[row * width + column])
        let error = Double(outputs[row * width + column]) - target
        residual += error * error
        sum += target
      }
      let mean = sum / Double(count)
      var spread = 0.0
      for row in 0..<count {
        let deviation = Double(targets[row * width + column]) - mean
        spread += deviation * deviation
      }
      rmse += (residual / Double(count)).squareRoot() / Double(width)
      r2 = spread > 0 ? r2.map { $0 + (1 - residual / spread) / Double(width) } : nil
    }
    return (rmse, r2)
  }
}

extension Activation {
  /// True if a network with this output activation has an accuracy: for classes, and for target values that are
  /// probabilities of classes.
  package func hasAccuracy(forClasses targetsAreClasses: Bool) -> Bool { targetsAreClasses || self == .softmax }
}
