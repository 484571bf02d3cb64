/// How far a long piece of work has come. What is unknown is `nil` and left out.
public struct ProgressState: Sendable, Equatable {
  /// What a rate counts.
  public enum Unit: String, Sendable {
    case samples = "samples/s"
    case bytes = "B/s"
  }

  /// What is being done: `epoch 3/5`.
  public var title: String
  /// The part done of the whole, 0 to 1.
  public var fraction: Double?
  /// The mean training loss so far.
  public var loss: Double?
  /// Samples or bytes a second.
  public var rate: Double?
  /// What `rate` counts.
  public var unit: Unit
  /// Seconds until the whole is done, as far as can be told.
  public var secondsLeft: Double?

  /// A state of which only the title must be known.
  public init(
    title: String, fraction: Double? = nil, loss: Double? = nil, rate: Double? = nil, unit: Unit = .samples,
    secondsLeft: Double? = nil
  ) {
    self.title = title
    self.fraction = fraction
    self.loss = loss
    self.rate = rate
    self.unit = unit
    self.secondsLeft = secondsLeft
  }

  /// The state in words, for a log: `epoch 3/5: 62 %, loss 0.1234, 1.23 M samples/s, 0:12 left`.
  public var sentence: String {
    let facts = [percentText, lossText, rateText, leftText].compactMap { $0?.drop { $0 == " " } }
    return title + (facts.isEmpty ? "" : ": " + facts.joined(separator: ", "))
  }

  /// The state as one line of at most `width` columns, with a bar that takes the room that is left.
  ///
  /// Where the room is short the rate goes first, then the bar, the loss and the time.
  public func line(width: Int, hasColor: Bool, hasUnicode: Bool) -> String {
    let shortestBar = 10
    let choices: [(isBarred: Bool, facts: [String?])] = [
      (true, [percentText, lossText, rateText, leftText]),
      (true, [percentText, lossText, leftText]),
      (false, [percentText, lossText, leftText]),
      (false, [percentText, leftText]),
      (false, [percentText]),
    ]
    for choice in choices {
      let facts = choice.facts.compactMap { $0 }.joined(separator: "  ")
      let used = title.columns + (facts.isEmpty ? 0 : 1 + facts.columns)
      guard used <= width else { continue }
      guard choice.isBarred, let fraction else {
        if choice.isBarred, fraction != nil { continue }
        return facts.isEmpty ? title : title + " " + facts
      }
      let room = width - used - 1
      guard room >= shortestBar else { continue }
      return title + " " + bar(fraction, width: room, hasColor: hasColor, hasUnicode: hasUnicode) + " " + facts
    }
    return title.truncated(to: width)
  }

  private var percentText: String? {
    fraction.map {
      NumberText.fixed((Self.clamped($0) * 100).rounded(.down), 0).padded(to: 3, alignment: .right) + " %"
    }
  }
  private var lossText: String? { loss.map { "loss " + NumberText.fixed($0, 4) } }
  private var rateText: String? {
    rate.map { rate in
      let number = NumberText.scaled(rate)
      // "1.23 M samples/s", but "1.23 MB/s": a prefix belongs to a unit's symbol, not to a word.
      return number + (unit == .bytes && number.last?.isLetter == true ? "" : " ") + unit.rawValue
    }
  }
  private var leftText: String? { secondsLeft.map { NumberText.clock($0) + " left" } }

  private static func clamped(_ fraction: Double) -> Double { fraction.isFinite ? min(max(fraction, 0), 1) : 0 }

  private func bar(_ fraction: Double, width: Int, hasColor: Bool, hasUnicode: Bool) -> String {
    let filled = Int((Self.clamped(fraction) * Double(width)).rounded(.down))
    let done = String(repeating: hasUnicode ? "━" : "#", count: filled)
    let rest = String(repeating: hasUnicode ? "─" : ".", count: width - filled)
    return hasColor ? "\u{1B}[36m\(done)\u{1B}[90m\(rest)\u{1B}[0m" : done + rest
  }
}
