import Datasets
import Models
import Networks

/// The answer of a call after an epoch.
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
    while let epoch = try nextEpoch() {
      if try afterEpoch(epoch) == .stop { return nil }
    }
    return end()
  }

  /// The end of the run, with the figures of the model that is kept: the best epoch's, where the configuration keeps it, else the present
  /// one. Nil while the run has not ended.
  ///
  /// - Parameter reason: what ended the run before its time; nil for its own end. After `diverged` the present parameters have no figures.
  public func end(_ reason: StopCriterion? = nil) -> RunEnd? {
    guard let reason = reason ?? endReason else { return nil }
    var end = RunEnd(reason: reason, epochs: epochsDone, steps: stepsDone, seconds: seconds, testAccuracy: nil)
    if configuration.keepsBest { end.saved = best.map { .best($0.epoch) } ?? .present }
    if let kept = best.map({ history[$0.epoch - 1] }) ?? (position.part != nil ? nil : history.last) {
      (end.testAccuracy, end.regression) = (kept.testAccuracy, kept.regression)
    } else if reason != .diverged, let test = evaluateTest() {
      end.testAccuracy = test.accuracy
      if test.rmse != nil { end.regression = RegressionMetrics(trainRMSE: nil, testRMSE: test.rmse, testR2: test.r2) }
    }
    return end
  }

  /// The parameters of the model that is kept: the best epoch's, where the configuration keeps it and one has ended, else the present ones.
  public var keptParameters: Parameters { best?.parameters ?? parameters }
}

extension Trainer {
  /// The file of the model that is kept, the best epoch's or the present one, with what is needed to use it on data of the same kind.
  ///
  /// - Parameter preprocessing: of the data trained on: `LoadedData.preprocessing`.
  public func model(preprocessing: Preprocessing) -> ModelFile {
    let units = samples.targetUnits
    let parameters = units.map { keptParameters.inUnits($0) } ?? keptParameters
    var model = ModelFile(topology: network.topology, parameters: parameters)
    model.epoch = best?.epoch
    model.answers = labels.map { .labels($0) } ?? .targets(network.topology.outputs)
    model.scale = preprocessing.scale
    model.resize = preprocessing.resize
    model.transpose = preprocessing.transpose
    if let mean = preprocessing.mean, let deviation = preprocessing.deviation {
      model.standardization = .init(mean: mean, deviation: deviation)
    }
    model.columns = preprocessing.columns
    model.threshold = samples.threshold.map { Double($0) }
    return model
  }
}

extension Parameters {
  /// The same network with its outputs in the targets' own units: the last layer times the deviations, plus the means.
  /// - Precondition: the last layer has biases, and an output for each target.
  public func inUnits(_ units: TargetUnits) -> Parameters {
    var parameters = self
    let last = layers.count - 1
    let layer = layers[last]
    let inputs = layer.weight.count / layer.bias.count
    for output in layer.bias.indices {
      let deviation = units.deviation[output]
      for index in (output * inputs)..<((output + 1) * inputs) {
        parameters.layers[last].weight[index] = Float(Double(layer.weight[index]) * deviation)
      }
      parameters.layers[last].bias[output] = Float(Double(layer.bias[output]) * deviation + units.mean[output])
    }
    return parameters
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
