/// A momentum that changes linearly over the first epochs of a run, step by step, and is then constant.
///
/// At step k, counted from 0, of a run with s steps per epoch, it is `from` + (`to` − `from`) · min(1, k / (`epochs` ·
/// s)).
public struct MomentumSchedule: Sendable, Equatable {
  /// μ at the first step.
  public let from: Double
  /// μ from epoch `epochs` on.
  public let to: Double
  /// The number of epochs over which it changes.
  public let epochs: Int

  /// Creates a schedule.
  ///
  /// - Precondition: both values are in [0, 1), and there is at least one epoch.
  public init(from: Double, to: Double, epochs: Int) {
    let bounds = Hyperparameter.momentum.bounds
    precondition(bounds.contain(from) && bounds.contain(to), "a momentum is at least 0 and below 1")
    precondition(epochs > 0, "a momentum changes over one epoch or more")
    (self.from, self.to, self.epochs) = (from, to, epochs)
  }

  /// The momentum at step `step`, counted from 0.
  ///
  /// - Parameter stepsPerEpoch: at least 1.
  public func momentum(step: Int, stepsPerEpoch: Int) -> Double {
    let share = Double(step) / (Double(epochs) * Double(max(stepsPerEpoch, 1)))
    return share < 1 ? from + (to - from) * share : to
  }
}

extension MomentumSchedule {
  /// Reads the text of `--momentum`, `linear:FROM,TO,EPOCHS`.
  ///
  /// - Returns: nil for another text, or a number out of bounds.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "linear" else { return nil }
    let numbers = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let bounds = Hyperparameter.momentum.bounds
    guard numbers.count == 3, let from = Double(numbers[0]), let to = Double(numbers[1]), let epochs = Int(numbers[2]),
      bounds.contain(from), bounds.contain(to), epochs > 0
    else { return nil }
    self.init(from: from, to: to, epochs: epochs)
  }

  /// The text that `init(_:)` reads.
  package var optionText: String { "linear:\(from),\(to),\(epochs)" }
}
