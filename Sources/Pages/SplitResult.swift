import Datasets
import Networks
import Training

/// What a network makes of a split, sample by sample: what pages on models draw.
public struct SplitResult: Sendable {
  /// The split in a word: `test`, `validation`, `training`, or `whole` for all of a source.
  public var name: String
  public var samples: Samples
  public var topology: Topology
  public var evaluation: Evaluation
  /// Activations, `[samples × topology.outputs]`, row-major.
  public var outputs: [Float]
  /// The name of all of a source as one split.
  public static let whole = "whole"
  /// nil where targets are values.
  public var classes: ClassificationReport?

  public init(name: String, samples: Samples, topology: Topology, evaluation: Evaluation, outputs: [Float]) {
    self.name = name
    self.samples = samples
    self.topology = topology
    self.evaluation = evaluation
    self.outputs = outputs
    if case .classes(let truths, let labels) = samples.targets {
      classes = ClassificationReport(outputs: outputs, classes: truths, labels: labels, topology: topology)
    }
  }

  /// Runs the network over the split.
  public init(name: String, samples: Samples, network: FastNetwork) {
    let (evaluation, outputs) = Evaluator(network, samples).evaluateWithOutputs()
    self.init(
      name: name, samples: samples, topology: network.topology, evaluation: evaluation, outputs: outputs)
  }
}

extension SplitResult {
  /// A sample whose class was not recognised.
  struct Mistake: Sendable, Equatable {
    /// From 0, in the split.
    var index: Int
    var truth: Int
    var predicted: Int
    /// One a class.
    var outputs: [Float]
  }

  /// The mistakes whose true class had the least output, at most `count`; of equals the earlier.
  func worstMistakes(_ count: Int) -> [Mistake] {
    guard case .classes(let truths, let labels) = samples.targets else { return [] }
    let width = topology.outputs
    var mistakes: [Mistake] = []
    for (index, truth) in truths.enumerated() {
      let answer = Prediction(activations: outputs[(index * width)..<((index + 1) * width)], labels: labels)
      if answer.index != Int(truth) {
        mistakes.append(Mistake(index: index, truth: Int(truth), predicted: answer.index, outputs: answer.outputs))
      }
    }
    // Outputs may be NaN, which compares with nothing: it counts as the least.
    func certainty(_ mistake: Mistake) -> Float {
      let value = mistake.outputs[mistake.truth]
      return value.isNaN ? -.infinity : value
    }
    return Array(mistakes.sorted { (certainty($0), $0.index) < (certainty($1), $1.index) }.prefix(count))
  }
}
