/// When a run writes checkpoints, beside the one at its end.
public enum CheckpointSchedule: Sendable, Equatable {
  /// After every epoch.
  case epoch
  /// After every so many steps of the run.
  case steps(Int)
  /// As often.
  case seconds(Double)

  /// From the text of `--checkpoint-every`: `epoch`, `500`, `2.5s`.
  public init?(_ text: String) {
    if text == "epoch" {
      self = .epoch
    } else if let steps = Int(text), steps > 0 {
      self = .steps(steps)
    } else if text.hasSuffix("s"), let seconds = Double(text.dropLast()), seconds.isFinite, seconds > 0 {
      self = .seconds(seconds)
    } else {
      return nil
    }
  }

  /// The text that `init(_:)` reads.
  public var text: String {
    switch self {
    case .epoch: "epoch"
    case .steps(let steps): "\(steps)"
    case .seconds(let seconds): (Int(exactly: seconds).map(String.init) ?? "\(seconds)") + "s"
    }
  }
}
