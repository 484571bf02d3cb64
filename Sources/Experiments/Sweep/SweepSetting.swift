import Datasets
import Networks
import Training

/// A setting that a sweep trains: a network, its data and its configuration.
package struct SweepSetting: Sendable {
  package var topology: Topology
  /// Initial weights; drawn by the configuration's seed when nil.
  package var initialParameters: Parameters?
  /// The training split without the validation part.
  package var training: Samples
  /// The validation part, at least one sample.
  package var validation: Samples
  /// The configuration; its epochs and steps are the length of a whole training.
  package var configuration: TrainingConfiguration

  package init(
    topology: Topology, initialParameters: Parameters?, training: Samples, validation: Samples,
    configuration: TrainingConfiguration
  ) {
    self.topology = topology
    self.initialParameters = initialParameters
    self.training = training
    self.validation = validation
    self.configuration = configuration
  }

  /// The number of steps at a fraction of a whole training: at least one, unless the whole has none.
  func steps(at fraction: Double) -> Int {
    let perEpoch = configuration.batches(samples: training.count).steps
    let total = configuration.totalSteps(stepsPerEpoch: perEpoch)
    return fraction >= 1 ? total : min(total, max(1, Int((Double(total) * fraction).rounded(.up))))
  }
}
