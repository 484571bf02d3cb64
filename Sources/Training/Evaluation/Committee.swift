import Networks
import SampleData

/// A committee of networks, whose outputs are the means of its members' outputs for the same samples.
package struct Committee {
  /// The number of networks added.
  package private(set) var members = 0
  private var sums: [Double] = []

  package init() {}

  /// Adds a network.
  ///
  /// - Parameter outputs: activations, `[samples × outputs]`, row-major.
  /// - Precondition: `outputs` has as many elements as in earlier calls.
  package mutating func add(_ outputs: [Float]) {
    precondition(members == 0 || outputs.count == sums.count, "networks of a committee have the same outputs")
    if members == 0 {
      sums = outputs.map(Double.init)
    } else {
      for index in outputs.indices { sums[index] += Double(outputs[index]) }
    }
    members += 1
  }

  /// The mean outputs, `[samples × outputs]`, row-major.
  package var outputs: [Float] { sums.map { Float($0 / Double(max(members, 1))) } }

  /// The metrics of the committee.
  ///
  /// - Parameters:
  ///   - samples: the samples of the outputs, in the same order.
  ///   - topology: the topology of a member, which determines output layer and loss.
  package func evaluation(_ samples: Samples, topology: Topology) -> Evaluation {
    let outputs = outputs
    let width = topology.outputs
    let rows = (0..<samples.count).lazy.map { Array(outputs[($0 * width)..<(($0 + 1) * width)]) }
    var (loss, correct) = (0.0, 0)
    for (index, row) in rows.enumerated() {
      let target = Self.target(samples.targets, sample: index, outputs: width)
      loss += topology.loss.value(activations: row.map(Double.init), output: topology.output, target: target)
      if Self.isCorrect(row, target, samples, index) { correct += 1 }
    }
    let hasAccuracy = topology.output.hasAccuracy(forClasses: samples.targets.areClasses)
    let count = Double(max(samples.count, 1))
    var result = Evaluation(
      samples: samples.count, loss: loss / count,
      accuracy: hasAccuracy && samples.count > 0 ? Double(correct) / count : nil)
    if case .values(let targets, let width) = samples.targets {
      (result.rmse, result.r2) = Evaluator.regression(outputs: outputs, targets: targets, width: width)
    }
    return result
  }

  /// The target values of a sample: for a class one-hot, or the class itself for a single output.
  private static func target(_ targets: Targets, sample: Int, outputs: Int) -> [Double] {
    switch targets {
    case .classes(let classes, _):
      let truth = Int(classes[sample])
      return outputs == 1 ? [Double(truth)] : (0..<outputs).map { $0 == truth ? 1 : 0 }
    case .values(let values, let width): return (0..<width).map { Double(values[sample * width + $0]) }
    }
  }

  private static func isCorrect(_ row: [Float], _ target: [Double], _ samples: Samples, _ index: Int) -> Bool {
    switch samples.targets {
    case .classes(let classes, let labels):
      let answer = Prediction(activations: row, labels: labels, threshold: samples.threshold ?? 0.5)
      return answer.index == Int(classes[index])
    case .values:
      let truth = target.indices.reduce(0) { target[$1] > target[$0] ? $1 : $0 }
      return Prediction(activations: row, labels: nil).index == truth
    }
  }
}
