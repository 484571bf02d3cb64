import Datasets
import Networks
import Ranks
import Training

/// One combination of options of a scaling experiment.
package struct ScaleCell: Sendable {
  package var topology: Topology
  /// The initial weights; drawn by the configuration's seed if nil.
  package var parameters: Parameters?
  package var training: Samples
  /// The test split of runs to the target accuracy.
  package var test: Samples?
  /// The configuration; epochs and steps are the budget of a run to the target, and the limit of one timing.
  package var configuration: TrainingConfiguration
  /// Cells of one group differ only in their numbers of workers: speed-ups are ratios within a group.
  package var group: Int

  package init(
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

  /// A run whose steps are timed, without end and without evaluations.
  func timedTrainer(measuresPhases: Bool, ranks: RankGroup? = nil) throws -> Trainer {
    var configuration = configuration
    (configuration.epochs, configuration.steps, configuration.stop) = (nil, nil, StopCriteria())
    configuration.measuresPhases = measuresPhases
    return try Trainer(
      topology, parameters: parameters, training: training, configuration: configuration, ranks: ranks)
  }

  /// A run with evaluations, to the end of its budget.
  func targetTrainer(ranks: RankGroup? = nil) throws -> Trainer {
    var configuration = configuration
    configuration.stop = StopCriteria()
    return try Trainer(
      topology, parameters: parameters, training: training, test: test, configuration: configuration, ranks: ranks)
  }

  /// The approximate memory of a timed run of this cell: arrays of the parameters' size and its packed rows.
  var bytes: Double {
    let workers = configuration.gradients == .owned ? 1 : configuration.workers ?? 1
    let copies = 3 + workers + type(of: configuration.optimizer).stateCount
    let rows = Double(training.count) * (Double(training.width) + 16)
    return Double(topology.parameters) * 4 * Double(copies) + min(rows, Double(PackedRows.budget))
  }
}
