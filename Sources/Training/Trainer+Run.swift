import Networks

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
