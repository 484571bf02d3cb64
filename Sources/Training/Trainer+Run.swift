import Files
import Models
import Networks
import SampleData

/// The decision of a callback after an epoch.
public enum AfterEpoch: Sendable {
  /// Training continues.
  case `continue`
  /// Training ends.
  case stop
}

extension Trainer {
  /// Trains until the run ends, with a callback after every epoch.
  ///
  /// - Parameter afterEpoch: receives the epoch's metrics; returns `stop` to end the run.
  /// - Returns: the result of the run; nil if the callback ended it.
  /// - Throws: the errors of `nextEpoch` and of the callback.
  @discardableResult
  public func run(afterEpoch: (EpochMetrics) throws -> AfterEpoch = { _ in .continue }) throws -> RunEnd? {
    while let epoch = try nextEpoch() {
      if try afterEpoch(epoch) == .stop { return nil }
    }
    return end()
  }

  /// The result of the run, with the metrics of the kept model: that of the best epoch if the configuration keeps it,
  /// else the current one. Nil while the run has not ended.
  ///
  /// - Parameter reason: the reason if the run ended early, else nil. After `diverged` the current parameters have no
  ///   metrics, and only epochs that were reported are counted.
  public func end(_ reason: EndReason? = nil) -> RunEnd? {
    guard let reason = reason ?? endReason else { return nil }
    // As with a step budget, a part of an epoch that was reported counts as one.
    let epochs = reason == .diverged ? history.count : epochsDone + (unfinished == nil ? 0 : 1)
    var end = RunEnd(reason: reason, epochs: epochs, steps: stepsDone, seconds: seconds, testAccuracy: nil)
    if configuration.keepsBest { end.saved = best.map { .best($0.epoch) } ?? .current }
    // After a divergence the current parameters are not those of the last epoch.
    let current = reason == .diverged ? nil : position.part != nil ? unfinished : history.last
    if let kept = best == nil ? current : keptMetrics {
      (end.testAccuracy, end.regression) = (kept.testAccuracy, kept.regression)
    } else if reason != .diverged, let test = evaluateTest() {
      end.testAccuracy = test.accuracy
      if test.rmse != nil { end.regression = RegressionMetrics(trainRMSE: nil, testRMSE: test.rmse, testR2: test.r2) }
    }
    return end
  }

  /// The metrics of the kept model: those of the best epoch if the configuration keeps it, else of the last one, an
  /// unfinished one that was reported included; nil before any.
  package var keptMetrics: EpochMetrics? {
    guard let best else { return unfinished ?? history.last }
    return best.epoch == unfinished?.epoch ? unfinished : history[best.epoch - 1]
  }

  /// The parameters of the kept model: those of the best epoch if the configuration keeps it and an epoch has ended,
  /// else the current ones.
  package var keptParameters: Parameters { best?.parameters ?? parameters }

  /// The kept model, for evaluation in float32 as that of the saved file.
  package var keptNetwork: FastNetwork {
    best.map { FastNetwork(network.topology, $0.parameters, kernels: evaluatedNetwork.kernels) } ?? evaluatedNetwork
  }

  /// True if the epoch that has just ended is one of the configuration's snapshots.
  var keepsSnapshot: Bool { configuration.snapshots > 0 && snapshotEpochs.contains(epochsDone) }

  /// The epochs of the configuration's snapshots.
  var snapshotEpochs: SnapshotEpochs {
    SnapshotEpochs(
      count: configuration.snapshots, of: configuration.plannedEpochs(stepsPerEpoch: choices.stepsPerEpoch))
  }
}

extension Trainer {
  /// The kept model (that of the best epoch, or the current one) as a model file, with the preprocessing of its inputs.
  ///
  /// - Parameter preprocessing: the preprocessing of the training data: `LoadedData.preprocessing`.
  public func model(preprocessing: Preprocessing) -> ModelFile {
    let units = samples.targetUnits
    let parameters = units.map { keptParameters.inUnits($0) } ?? keptParameters
    var model = ModelFile(topology: network.topology, parameters: parameters)
    model.epoch = best?.epoch
    model.snapshots = position.snapshots.map { snapshot in
      .init(
        epoch: snapshot.epoch, parameters: units.map { snapshot.parameters.inUnits($0) } ?? snapshot.parameters)
    }
    describe(&model, preprocessing)
    return model
  }

  /// Checks that the names and labels of the model can be saved.
  ///
  /// - Parameter describe: adds the source.
  /// - Throws: `FileError` if there are too many.
  package func checkStorable(
    preprocessing: Preprocessing, to path: String, describe: (inout ModelFile) -> Void
  ) throws(FileError) {
    let topology = network.topology
    // Parameters may be large, and are not needed.
    let empty = Parameters.LayerParameters(weight: [], bias: [])
    var model = ModelFile(
      parameters: Parameters(layers: topology.layers.map { _ in empty }),
      widths: topology.widths)
    model.activations = topology.layers.map(\.activation)
    self.describe(&model, preprocessing)
    describe(&model)
    try model.checkStorable(snapshots: configuration.snapshots, to: path)
  }

  /// Adds the meaning of inputs and outputs.
  private func describe(_ model: inout ModelFile, _ preprocessing: Preprocessing) {
    model.answers = labels.map { .labels($0) } ?? .targets(network.topology.outputs)
    model.targetOrigins = samples.targetOrigins
    model.preprocessing = preprocessing
    model.threshold = samples.threshold.map { Double($0) }
  }
}

extension Parameters {
  /// The parameters with outputs in the targets' own units: those of the last layer times the standard deviations of
  /// the targets, the biases plus the means.
  /// - Precondition: the last layer has an output for each target, and biases unless the means are 0.
  package func inUnits(_ units: TargetUnits) -> Parameters {
    var parameters = self
    let last = layers.count - 1
    let layer = layers[last]
    let inputs = layer.weight.count / units.deviation.count
    for output in units.deviation.indices {
      let deviation = units.deviation[output]
      for index in (output * inputs)..<((output + 1) * inputs) {
        parameters.layers[last].weight[index] = Float(Double(layer.weight[index]) * deviation)
      }
      guard !layer.bias.isEmpty else { continue }
      parameters.layers[last].bias[output] = Float(Double(layer.bias[output]) * deviation + units.mean[output])
    }
    return parameters
  }
}

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
