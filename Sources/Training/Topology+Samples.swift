import Networks
import SampleData

extension Topology {
  /// The topology for the samples: one input per feature, one output per class or target column. Two classes on a
  /// sigmoid output have a single output.
  ///
  /// - Parameters: as for the initializer with all widths.
  /// - Throws: `TopologyError`.
  public init(
    for samples: Samples, hidden: [Int], activations: [Activation] = [.relu], output: Activation = .softmax,
    loss: Loss? = nil, hasBiases: Bool = true
  ) throws(TopologyError) {
    let isSingle =
      if case .classes(_, let labels) = samples.targets { labels.count == 2 && output == .sigmoid } else { false }
    try self.init(
      inputs: samples.width, hidden: hidden, outputs: isSingle ? 1 : samples.targets.width, activations: activations,
      output: output, loss: loss, hasBiases: hasBiases)
  }

  /// True if there is an output for each class or target column, or a single sigmoid output for two classes.
  public func canTrain(on targets: Targets) -> Bool {
    if case .classes(_, let labels) = targets, labels.count == 2, outputs == 1 { return output == .sigmoid }
    return targets.width == outputs
  }
}
