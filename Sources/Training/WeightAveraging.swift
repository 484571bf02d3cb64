/// An average of the weights and biases over a run, which is evaluated and saved instead of them.
public enum WeightAveraging: Sendable, Equatable {
  /// No average: the weights themselves.
  case none
  /// Exponential: a ← d a + (1 − d) w after every step, from the initial weights on; d is `decay`, in 0...`maximumDecay`.
  case exponential(decay: Double)
  /// Stochastic weight averaging (Izmailov et al., 2018): the mean of the weights at the end of epoch `start`, counted
  /// from 1, and of every later epoch. Until then, the weights themselves. An epoch that a limit of steps or a stop ends before its last
  /// step is not in the mean: it would count as much as a whole one.
  case epochEnds(start: Int)
}

extension WeightAveraging {
  /// The largest decay of an exponential average, 1 − 2⁻²⁴: a larger one is 1 as a Float, in which the average is computed, and it would
  /// never change.
  public static let maximumDecay = 1 - 0x1p-24

  /// Reads the text of `--average`: `none`, `ema:DECAY` or `swa:EPOCH`; nil for any other text, and for numbers out of
  /// bounds.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("none", 1): self = .none
    case ("ema", 2):
      guard let decay = Double(parts[1]), (0...Self.maximumDecay).contains(decay) else { return nil }
      self = .exponential(decay: decay)
    case ("swa", 2):
      guard let start = Int(parts[1]), start > 0 else { return nil }
      self = .epochEnds(start: start)
    default: return nil
    }
  }

  /// The text that `init(_:)` reads.
  package var optionText: String {
    switch self {
    case .none: "none"
    case .exponential(let decay): "ema:\(decay)"
    case .epochEnds(let start): "swa:\(start)"
    }
  }
}
