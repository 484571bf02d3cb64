import Models
import Networks
import SampleData

/// The prediction for one sample.
public struct Prediction: Sendable, Equatable {
  /// The output activations; for a single sigmoid output, the probabilities of both classes.
  public var outputs: [Float]
  /// The index of the predicted class: that of the largest output, on ties the lowest; for a single sigmoid output, 1
  /// if it is at least the threshold, else 0. Without meaning for a regression.
  public var index: Int
  /// The label of the class; nil for a regression.
  public var label: String?

  /// - Parameters:
  ///   - activations: the network's output activations.
  ///   - labels: the class labels; nil for a regression.
  ///   - threshold: the least activation of a single output for which the second of two classes is predicted.
  public init(activations: some Collection<Float>, labels: [String]?, threshold: Float = 0.5) {
    if let labels, labels.count == 2, activations.count == 1, let second = activations.first {
      outputs = [1 - second, second]
      index = second >= threshold ? 1 : 0
    } else {
      let values = Array(activations)
      outputs = values
      index = values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
    }
    if let labels, index < labels.count { label = labels[index] }
  }
}

/// A network with its preprocessing: raw features in, labels and probabilities out.
public struct Predictor: Sendable {
  private let network: FastNetwork
  private let labels: [String]?
  private let transform: InputTransform
  private let preparation: Preprocessing?
  private let targetUnits: TargetUnits?
  /// The number to add to each output.
  private let targetOrigins: [Double]?
  private let threshold: Float

  /// - Parameters:
  ///   - labels: the class labels, in order; nil for a regression.
  ///   - transform: maps features to the network's inputs.
  ///   - preparation: applied to features before `transform`.
  ///   - targetUnits: the units of the targets, if the network was trained on standardized ones.
  ///   - targetOrigins: the number to add to each output; nil for 0.
  ///   - threshold: the least activation of a single output for which the second of two classes is predicted.
  package init(
    _ network: FastNetwork, labels: [String]?, transform: InputTransform, preparation: Preprocessing? = nil,
    targetUnits: TargetUnits? = nil, targetOrigins: [Double]? = nil, threshold: Float = 0.5
  ) {
    self.network = network
    self.labels = labels
    self.transform = transform
    self.preparation = preparation
    self.targetUnits = targetUnits
    self.targetOrigins = targetOrigins
    self.threshold = threshold
  }

  /// The predictor of a model file: `try Predictor(ModelFile.read("digits.safetensors"))`.
  ///
  /// Images must have the size that the model was trained on: `resize` and `transpose` are not applied here.
  /// - Throws: `TopologyError` if the file does not describe a network.
  public init(_ model: ModelFile) throws(TopologyError) {
    self.init(
      FastNetwork(try model.topology(), model.parameters), labels: model.labels, transform: .dividing(by: 1),
      preparation: model.preprocessing, targetOrigins: model.targetOrigins,
      threshold: model.threshold.map { Float($0) } ?? 0.5)
  }

  /// Returns the prediction for one sample.
  ///
  /// - Parameter features: raw values, before scaling and standardization; one per network input.
  /// - Throws: `TrainingError.width` for another number of features.
  public func predict(_ features: [Float]) throws(TrainingError) -> Prediction {
    guard features.count == network.topology.inputs else {
      throw .width(found: features.count, expected: network.topology.inputs)
    }
    let width = network.topology.outputs
    let inputs = preparation.map { preparation in
      features.enumerated().map { preparation.input(Double($1), feature: $0) }
    }
    let sample = Samples(
      storage: .floats(FloatRows(inputs ?? features, width: features.count)), rows: [0],
      targets: .values([Float](repeating: 0, count: width), width: width), transform: transform)
    let outputs = Evaluator(network, sample, form: .dense, workers: 1).outputs()
    guard targetUnits != nil || targetOrigins != nil else {
      return Prediction(activations: outputs, labels: labels, threshold: threshold)
    }
    let values = outputs.enumerated().map { target, output in
      Double(targetUnits?.value(output, target: target) ?? output) + (targetOrigins?[target] ?? 0)
    }
    return Prediction(activations: values.map { Float($0) }, labels: labels)
  }
}

extension Trainer {
  /// A predictor that always uses the current parameters, or their average if the configuration has one, as evaluation
  /// and the saved model do. Must not be called during an epoch.
  public var predictor: Predictor {
    let samples = samples
    return Predictor(
      evaluatedNetwork, labels: labels, transform: samples.transform, preparation: samples.preparation,
      targetUnits: samples.targetUnits, targetOrigins: samples.targetOrigins, threshold: samples.threshold ?? 0.5)
  }
}
