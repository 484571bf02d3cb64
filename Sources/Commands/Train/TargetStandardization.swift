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

  /// A line for a regression from a table whose targets are not standardized, although nothing on the command line says so; nil for others.
  static func exception(_ plan: TrainPlan) -> String? {
    let (data, topology, options) = (plan.data, plan.topology, plan.options)
    guard data.isTable, data.labels == nil, topology.output == .identity, options.network.initialWeights == nil,
      options.data.standardizesTargets == nil, let obstacle = obstacle(data, topology, options)
    else { return nil }
    return "descent: the targets are not standardized: \(option.spelling) \(obstacle.spelled.sentence)"
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
    if topology.loss != .squaredError {
      return "goes with squared error; \(topology.loss.rawValue) has a length in the targets' own units"
    }
    if !topology.hasBiases { return "goes with biases, which hold the means of the targets, and the network has none" }
    return nil
  }
}
