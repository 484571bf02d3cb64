/// The progress of a long computation. Unknown values are nil and are not shown.
package struct ProgressState: Sendable, Equatable {
  /// The unit of a rate.
  package enum Unit: String, Sendable {
    case samples = "samples/s"
    case bytes = "B/s"
  }

  /// The current activity: `epoch 3/5`.
  package var title: String
  /// The fraction done, 0 to 1.
  package var fraction: Double?
  /// The mean training loss so far.
  package var loss: Double?
  /// The training loss over time, from the beginning to now; drawn as a small curve.
  package var lossTrace: [Double]
  /// The training accuracy so far, a fraction.
  package var accuracy: Double?
  /// Samples or bytes per second.
  package var rate: Double?
  /// The unit of `rate`.
  package var unit: Unit
  /// The estimated remaining time in seconds.
  package var secondsLeft: Double?
  /// The word after the remaining time.
  package var leftWord = "left"

  /// Creates a state; only the title is required.
  package init(
    title: String, fraction: Double? = nil, loss: Double? = nil, lossTrace: [Double] = [], accuracy: Double? = nil,
    rate: Double? = nil, unit: Unit = .samples, secondsLeft: Double? = nil
  ) {
    self.title = title
    self.fraction = fraction
    self.loss = loss
    self.lossTrace = lossTrace
    self.accuracy = accuracy
    self.rate = rate
    self.unit = unit
    self.secondsLeft = secondsLeft
  }

  /// The state as a sentence, for a log: `epoch 3/5: 62 %, loss 0.1234, accuracy 0.9634, 1.23 M samples/s, 0:12 left`.
  package var sentence: String {
    let facts = [percentText, lossText, accuracyText, rateText, leftText].compactMap { $0?.drop { $0 == " " } }
    return title + (facts.isEmpty ? "" : ": " + facts.joined(separator: ", "))
  }

  /// The state as one line of at most `width` columns, with a bar that fills the remaining width.
  ///
  /// In a narrow window words are shortened first; then these are left out, in this order: loss curve, accuracy, rate, bar, loss,
  /// percentage; then the title is truncated, and at last there is no time.
  package func line(width: Int, hasColor: Bool, hasUnicode: Bool) -> String {
    let style = (hasColor: hasColor, hasUnicode: hasUnicode)
    let traceWidths: [Int] = hasUnicode && loss != nil && lossTrace.count > 1 ? [32, 24, 16, 8, 6] : []
    for traceWidth in traceWidths {
      let isLong = traceWidth > 8
      let facts = [
        percentText, tracedLoss(traceWidth, style), isLong ? accuracyText : shortAccuracy,
        isLong ? rateText : shortRate, leftText,
      ]
      // In a wide window the bar leaves some of the width to the curve.
      if let line = barred(facts, width: width, shortest: isLong ? 2 * traceWidth : 6, style) { return line }
    }
    if accuracy != nil {
      for facts in [
        [percentText, lossText, accuracyText, rateText, leftText],
        [percentText, lossText, shortAccuracy, shortRate, leftText],
      ] {
        if let line = barred(facts, width: width, shortest: 10, style) { return line }
      }
    }
    for facts in [[percentText, lossText, rateText, leftText], [percentText, lossText, leftText]] {
      if let line = barred(facts, width: width, shortest: 10, style) { return line }
    }
    for facts in [[percentText, lossText, leftText], [percentText, leftText]] {
      let line = ([title] + (facts.compactMap { $0 }.isEmpty ? [] : [Self.joined(facts)])).joined(separator: " ")
      if line.columns <= width { return line }
    }
    if let leftText {
      let room = width - leftText.columns - 2
      if room >= min(title.columns, Self.minimumTitleWidth) { return title.truncated(to: room) + "  " + leftText }
    }
    let line = [title, percentText].compactMap { $0 }.joined(separator: " ")
    return line.columns <= width ? line : title.truncated(to: width)
  }

  /// The columns that a title keeps beside the time: "run 12 of 40: batch 1…" says how far the work is.
  private static let minimumTitleWidth = 20

  private typealias Style = (hasColor: Bool, hasUnicode: Bool)

  /// The facts separated by two spaces.
  private static func joined(_ facts: [String?]) -> String { facts.compactMap { $0 }.joined(separator: "  ") }

  /// Title, bar and facts over the whole width; nil if the bar would be shorter than `shortest`. Without a fraction there is no bar.
  private func barred(_ facts: [String?], width: Int, shortest: Int, _ style: Style) -> String? {
    let text = Self.joined(facts)
    let used = title.columns + 1 + text.columnsWithoutColors
    guard let fraction else { return used <= width ? (text.isEmpty ? title : title + " " + text) : nil }
    let room = width - used - 1
    guard room >= shortest else { return nil }
    return title + " " + bar(fraction, width: room, hasColor: style.hasColor, hasUnicode: style.hasUnicode) + " " + text
  }

  private func tracedLoss(_ width: Int, _ style: Style) -> String? {
    let curve = Sparkline.text(lossTrace, width: width)
    return lossText.map { $0 + " " + (style.hasColor ? "\u{1B}[36m\(curve)\u{1B}[0m" : curve) }
  }

  private var percentText: String? {
    fraction.map {
      NumberText.fixed((Self.clamped($0) * 100).rounded(.down), 0).padded(to: 3, alignment: .right) + " %"
    }
  }
  private var lossText: String? { loss.map { "loss " + NumberText.fixed($0, 4) } }
  private var accuracyText: String? { accuracy.map { "accuracy " + NumberText.fixed($0, 4) } }
  private var shortAccuracy: String? { accuracy.map { "acc " + NumberText.fixed($0, 3) } }
  private var shortRate: String? { unit == .samples ? rate.map { NumberText.scaled($0) + "/s" } : rateText }
  private var rateText: String? {
    rate.map { rate in
      let number = NumberText.scaled(rate)
      // "1.23 M samples/s", but "1.23 MB/s": a prefix belongs to a unit's symbol, not to a word.
      return number + (unit == .bytes && number.last?.isLetter == true ? "" : " ") + unit.rawValue
    }
  }
  private var leftText: String? { secondsLeft.map { NumberText.clock($0) + " " + leftWord } }

  private static func clamped(_ fraction: Double) -> Double { fraction.isFinite ? min(max(fraction, 0), 1) : 0 }

  private func bar(_ fraction: Double, width: Int, hasColor: Bool, hasUnicode: Bool) -> String {
    let filled = Int((Self.clamped(fraction) * Double(width)).rounded(.down))
    let done = String(repeating: hasUnicode ? "━" : "#", count: filled)
    let rest = String(repeating: hasUnicode ? "─" : ".", count: width - filled)
    return hasColor ? "\u{1B}[36m\(done)\u{1B}[90m\(rest)\u{1B}[0m" : done + rest
  }
}
