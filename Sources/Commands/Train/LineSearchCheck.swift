import Reports
import Training

/// The end of progress of a line search: from a point at which it finds no lower objective, all further steps are the same.
struct LineSearchCheck {
  /// A line for a run whose last steps did not move the weights; nil for others, and for optimizers without a line search.
  let line: String?

  /// - Parameter networkName: the name of the network, for one of several.
  init(_ plan: TrainPlan, _ history: some BidirectionalCollection<EpochMetrics>, networkName: String? = nil) {
    guard type(of: plan.configuration.optimizer).searchesStepLength, let norm = history.last?.gradientNorm,
      let epoch = Self.firstWithoutMove(history.map { [$0.trainLoss, $0.gradientNorm] })
    else {
      line = nil
      return
    }
    let reason =
      norm == 0
      ? "the gradient is zero"
      : "the line search finds no lower loss at this precision (gradient norm \(NumberText.significant(norm, 3)))"
    line =
      "descent: " + (networkName.map { $0 + ": " } ?? "")
      + "no weight has moved since epoch \(epoch): \(reason), and further steps change nothing."
  }

  /// The number of the first epoch, from 1, whose step and all later ones left the weights as they were; nil if there is none.
  ///
  /// - Parameter figures: loss and gradient norm before the step of each epoch.
  static func firstWithoutMove(_ figures: [[Double]]) -> Int? {
    guard let last = figures.last else { return nil }
    let count = figures.reversed().prefix { $0 == last }.count
    // After a first search without a lower loss, one along the gradient may find it; after a second one there is no other direction.
    return count > 2 ? figures.count - count + 1 : nil
  }
}
