import Datasets
import Files
import Networks

/// The decision whether a regression's targets are standardized for training.
enum TargetStandardization {
  private static let option = DataOption("standardizeTargets")

  /// Without the option, targets of a table are standardized if nothing prevents it; with it, those of any source.
  ///
  /// - Throws: `DataOptionError` with the reason, if the option is given and cannot be followed.
  static func isChosen(
    _ data: LoadedData, _ topology: Topology, _ options: TrainOptions
  ) throws(DataOptionError) -> Bool {
    let obstacle = obstacle(data, topology, options)
    guard let isAsked = options.data.standardizesTargets else { return data.isTable && obstacle == nil }
    if isAsked, let obstacle { throw DataOptionError(option, obstacle) }
    return isAsked
  }

  /// True if targets are standardized in a case in which earlier releases did not: with another loss than squared error, or without biases.
  /// Results of experiments, which are compared with each other, must not come from both.
  static func isLater(_ plan: TrainPlan) -> Bool {
    plan.data.training.targetUnits != nil && (plan.topology.loss != .squaredError || !plan.topology.hasBiases)
  }

  /// The reason why targets cannot be standardized; nil if they can.
  private static func obstacle(_ data: LoadedData, _ topology: Topology, _ options: TrainOptions) -> OptionText? {
    if data.labels != nil {
      return "\(data.description) has classes; target values are those of \(DataOption.targets)"
    }
    if options.network.initialWeights != nil {
      return "goes with no \(option: "initialWeights"), whose outputs are in the targets' own units"
    }
    if topology.output != .identity {
      return "goes with identity outputs; \(topology.output.rawValue) outputs have a range of their own"
    }
    if topology.loss.slopeLimit == nil {
      return "goes with losses of differences, and not with \(topology.loss.rawValue)"
    }
    return nil
  }
}
