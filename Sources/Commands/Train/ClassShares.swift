import Datasets
import Networks

/// The shares of the classes in a split: a constant prediction that a model has to beat.
struct ClassShares {
  /// The part of each class in the sum of the samples' weights, in the order of the labels; their sum is 1.
  let shares: [Double]
  /// The class of the largest share, the first of equals.
  let most: Int
  private let labels: [String]

  /// - Parameter weights: one for each class; nil for equal ones.
  /// - Returns: nil for target values, without samples of a positive weight, and for a single class, which allows no comparison.
  init?(_ targets: Targets, weights: [Double]? = nil) {
    guard case .classes(let classes, let labels) = targets else { return nil }
    var totals = [Double](repeating: 0, count: labels.count)
    for number in classes { totals[Int(number)] += weights?[Int(number)] ?? 1 }
    let total = totals.reduce(0, +)
    guard total > 0, totals.count(where: { $0 > 0 }) > 1 else { return nil }
    shares = totals.map { $0 / total }
    most = totals.indices.reduce(0) { totals[$1] > totals[$0] ? $1 : $0 }
    self.labels = labels
  }

  /// The accuracy of always predicting the most frequent class.
  var largest: Double { shares[most] }
  /// The most frequent class in a message.
  var mostFrequent: String { labels[most].excerpt() }

  /// True if the most frequent class has three times the share of the rarest one or more.
  var areUnbalanced: Bool { largest >= 3 * (shares.filter { $0 > 0 }.min() ?? 1) }

  /// The mean loss of always predicting the shares, by the loss function of a network: with cross-entropy the entropy of the shares,
  /// the least that a constant prediction has.
  ///
  /// - Parameter labelSmoothing: E; targets are (1 − E) · one-hot + E/K, and the answer is their mean.
  func loss(_ topology: Topology, labelSmoothing: Double = 0) -> Double {
    let other = labelSmoothing / Double(shares.count)
    let own = 1 - labelSmoothing + other
    let means = shares.map { other + (own - other) * $0 }
    let (output, loss) = (topology.output, topology.loss)
    // Linear in the target, so that its mean over samples is its value for the mean target.
    if output == .softmax, loss == .crossEntropy {
      return loss.value(activations: means, output: output, target: means)
    }
    // A single output has the target of the second of two classes.
    let classes = topology.outputs == 1 ? 1..<2 : 0..<shares.count
    return classes.reduce(0) { sum, number in
      func value(_ target: Double) -> Double {
        loss.value(activations: [means[number]], output: output, target: [target])
      }
      return sum + shares[number] * value(own) + (1 - shares[number]) * value(other)
    }
  }
}
