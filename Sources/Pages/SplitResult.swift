import Datasets
import Networks
import Training

/// The outputs of a network for all samples of a split, for reports.
package struct SplitResult: Sendable {
  /// The name of the split: `test`, `validation`, `training`, or `whole` for an undivided source.
  package var name: String
  package var samples: Samples
  package var topology: Topology
  package var evaluation: Evaluation
  /// Activations, `[samples × topology.outputs]`, row-major.
  package var outputs: [Float]
  /// The name of an undivided source as a split.
  package static let whole = "whole"
  /// The figures of a classification; nil for numeric targets.
  package var classes: ClassificationReport?
  /// The names of numeric targets; nil if they have none.
  package var targetNames: [String]?

  package init(name: String, samples: Samples, topology: Topology, evaluation: Evaluation, outputs: [Float]) {
    self.name = name
    self.samples = samples
    self.topology = topology
    self.evaluation = evaluation
    self.outputs = outputs
    if case .classes(let truths, let labels) = samples.targets {
      classes = ClassificationReport(
        outputs: outputs, classes: truths, labels: labels, topology: topology,
        threshold: samples.threshold ?? 0.5)
    }
  }

  /// Evaluates the network on the split.
  ///
  /// - Parameter workers: the number of threads; nil for one per core.
  package init(name: String, samples: Samples, network: FastNetwork, workers: Int? = nil) {
    let (evaluation, outputs) = Evaluator(network, samples, workers: workers).evaluateWithOutputs()
    self.init(
      name: name, samples: samples, topology: network.topology, evaluation: evaluation, outputs: outputs)
  }
}

extension SplitResult {
  /// A misclassified sample.
  struct Mistake: Sendable, Equatable {
    /// The index in the split, from 0.
    var index: Int
    var truth: Int
    var predicted: Int
    /// The outputs, one per class.
    var outputs: [Float]
  }

  /// The `count` errors with the highest output of the predicted class; among equal outputs, those with the lowest output of the
  /// true class, then those of earlier samples.
  func worstMistakes(_ count: Int) -> [Mistake] {
    guard case .classes(let truths, let labels) = samples.targets else { return [] }
    let width = topology.outputs
    var mistakes: [Mistake] = []
    for (index, truth) in truths.enumerated() {
      let answer = Prediction(
        activations: outputs[(index * width)..<((index + 1) * width)], labels: labels,
        threshold: samples.threshold ?? 0.5)
      if answer.index != Int(truth) {
        mistakes.append(Mistake(index: index, truth: Int(truth), predicted: answer.index, outputs: answer.outputs))
      }
    }
    // NaN is not ordered: such an output counts as the highest of the predicted class.
    func key(_ mistake: Mistake) -> (Float, Float, Int) {
      let (predicted, truth) = (mistake.outputs[mistake.predicted], mistake.outputs[mistake.truth])
      return (predicted.isNaN ? -.infinity : -predicted, truth.isNaN ? -.infinity : truth, mistake.index)
    }
    return Array(mistakes.sorted { key($0) < key($1) }.prefix(count))
  }
}
