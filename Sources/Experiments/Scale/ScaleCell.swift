import Datasets
import Networks
import Training

/// One combination of options of a scaling experiment.
public struct ScaleCell: Sendable {
  public var topology: Topology
  /// Initial ones; drawn by the configuration's seed when nil.
  public var parameters: Parameters?
  public var training: Samples
  /// What `seconds_to_target` is measured on.
  public var test: Samples?
  /// Its budget is that of a run to the target, and the most that one timing takes.
  public var configuration: TrainingConfiguration
  /// Cells of one group differ in their workers alone: their times make speed-ups.
  public var group: Int

  public init(
    topology: Topology, parameters: Parameters? = nil, training: Samples, test: Samples? = nil,
    configuration: TrainingConfiguration, group: Int
  ) {
    self.topology = topology
    self.parameters = parameters
    self.training = training
    self.test = test
    self.configuration = configuration
    self.group = group
  }

  /// A run whose steps are timed: without an end, and without evaluations.
  func timedTrainer(measuresPhases: Bool) throws -> Trainer {
    var configuration = configuration
    (configuration.epochs, configuration.steps, configuration.stop) = (nil, nil, StopCriteria())
    configuration.measuresPhases = measuresPhases
    return try Trainer(topology, parameters: parameters, training: training, configuration: configuration)
  }

  /// A run that is evaluated now and then, to its budget's end.
  func targetTrainer() throws -> Trainer {
    var configuration = configuration
    configuration.stop = StopCriteria()
    return try Trainer(topology, parameters: parameters, training: training, test: test, configuration: configuration)
  }

  /// About what a timed run of this cell keeps in memory: parameters and all that has their size, and the rows packed for it.
  var bytes: Double {
    let workers = configuration.gradients == .owned ? 1 : configuration.workers ?? 1
    let copies = 3 + workers + type(of: configuration.optimizer).stateCount
    let rows = Double(training.count) * (Double(training.width) + 16)
    return Double(topology.parameters) * 4 * Double(copies) + min(rows, Self.mostPackedBytes)
  }

  /// Rows beyond this are not packed ahead.
  private static let mostPackedBytes = 100e6
}
