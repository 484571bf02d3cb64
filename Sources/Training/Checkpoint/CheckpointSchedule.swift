/// The interval between checkpoints, besides the one at the end of a run.
package enum CheckpointSchedule: Sendable, Equatable {
  /// After every epoch.
  case epoch
  /// After every given number of steps.
  case steps(Int)
  /// After every given number of seconds.
  case seconds(Double)

  /// Reads the text of `--checkpoint-every`: `epoch`, `500`, `2.5s`.
  package init?(_ text: String) {
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
  package var text: String {
    switch self {
    case .epoch: "epoch"
    case .steps(let steps): "\(steps)"
    case .seconds(let seconds): (Int(exactly: seconds).map(String.init) ?? "\(seconds)") + "s"
    }
  }
}
