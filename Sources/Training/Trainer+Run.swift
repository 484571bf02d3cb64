import Datasets
import Models
import Networks

/// What a call after an epoch answers.
public enum AfterEpoch: Sendable {
  case goOn
  case stop
}

extension Trainer {
  /// Trains to the run's end, and calls after every epoch.
  ///
  /// - Parameter afterEpoch: is told the epoch's figures; `stop` ends the run there.
  /// - Returns: how the run ended; nil where the call ended it.
  /// - Throws: as `nextEpoch`, and what the call throws.
  @discardableResult
  public func run(afterEpoch: (EpochMetrics) throws -> AfterEpoch = { _ in .goOn }) throws -> RunEnd? {
    var last: EpochMetrics?
    while let epoch = try nextEpoch() {
      last = epoch
      if try afterEpoch(epoch) == .stop { return nil }
    }
    return end(after: last)
  }

  /// How the run ended; nil while it has not.
  ///
  /// - Parameter last: the last epoch's figures; a run without one is evaluated here.
  public func end(after last: EpochMetrics?) -> RunEnd? {
    endReason.map { reason in
      RunEnd(
        reason: reason, epochs: epochsDone, steps: stepsDone, seconds: seconds,
        testAccuracy: last.map { $0.testAccuracy } ?? evaluateTest()?.accuracy)
    }
  }
}

extension Trainer {
  /// The file of the trained model, with what is needed to use it on data of the same kind.
  ///
  /// - Parameters:
  ///   - preprocessing: of the data trained on: `LoadedData.preprocessing`.
  ///   - parameters: others than the present ones: an earlier epoch's.
  public func model(preprocessing: Preprocessing, parameters: Parameters? = nil) -> ModelFile {
    var model = ModelFile(topology: network.topology, parameters: parameters ?? self.parameters)
    model.answers = labels.map { .labels($0) } ?? .targets(network.topology.outputs)
    model.scale = preprocessing.scale
    model.resize = preprocessing.resize
    model.transpose = preprocessing.transpose
    if let mean = preprocessing.mean, let deviation = preprocessing.deviation {
      model.standardization = .init(mean: mean, deviation: deviation)
    }
    return model
  }
}

extension Topology {
  /// A network that is as wide as the samples at both ends. Two classes on a sigmoid output make a single output unit.
  ///
  /// - Parameters: as those of the initializer that is told all widths.
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

  /// Whether there is an output for each class or target column, or a single sigmoid for two classes.
  public func canTrain(on targets: Targets) -> Bool {
    if case .classes(_, let labels) = targets, labels.count == 2, outputs == 1 { return output == .sigmoid }
    return targets.width == outputs
  }
}
