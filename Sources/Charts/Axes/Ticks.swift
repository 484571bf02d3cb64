import Reports

/// A labeled position on an axis.
struct Tick: Sendable, Equatable {
  var value: Double
  var label: String
}

/// The choice of round values for an axis, at most as many as there is space for their labels.
enum Ticks {
  /// The largest useful number of ticks on a vertical axis of a length in pixels.
  static func count(vertical length: Double) -> Int { max(2, Int(length / 42)) }

  static func all(for mapping: AxisMapping, isVertical: Bool, length: Double) -> [Tick] {
    if let given = mapping.axis.ticks { return chosen(given, mapping, isVertical: isVertical) }
    if mapping.axis.scale == .logarithmic, mapping.highest / mapping.lowest >= 5 {
      return logarithmic(mapping, isVertical: isVertical)
    }
    var most = isVertical ? count(vertical: length) : max(2, Int(length / 44))
    while most > 1 {
      let ticks = linear(mapping, most: most)
      if isVertical || haveRoom(ticks, mapping) { return ticks }
      most -= 1
    }
    return Array(linear(mapping, most: 2).prefix(1))
  }

  // MARK: Linear

  /// The smallest round step, 1, 2 or 5 times a power of ten in the displayed unit, that gives at most `most` intervals.
  static func step(lowest: Double, highest: Double, unit: Unit, most: Int) -> Double {
    let size = unit.tickUnit(largest: max(abs(lowest), abs(highest))).size
    let rough = (highest - lowest) / size / Double(max(most, 1))
    let exponent = Int(rough.decadic.rounded(.down))
    let choices = [1, 2, 5, 10].map { decimal($0, exponent) }
    // The factor accepts a step that equals the required one except for rounding.
    let step = (choices.first { $0 >= rough * (1 - 1e-9) } ?? choices[3]) * size
    return unit == .count ? max(step, 1) : step
  }

  private static func linear(_ mapping: AxisMapping, most: Int) -> [Tick] {
    let unit = mapping.axis.unit
    let (lowest, highest) = (mapping.lowest, mapping.highest)
    let step = step(lowest: lowest, highest: highest, unit: unit, most: most)
    let first = (lowest / step - 1e-6).rounded(.up)
    let last = (highest / step + 1e-6).rounded(.down)
    guard last >= first, last - first < 1000 else { return [] }
    let (size, suffix) = unit.tickUnit(largest: max(abs(lowest), abs(highest)))
    let decimals = max(0, -Int(((step / size) * (1 + 1e-9)).decadic.rounded(.down)))
    // As many digits as needed to distinguish neighbors.
    let digits = max(4, Int((max(abs(first), abs(last)) + 1).decadic.rounded(.up)) + 1)
    return (0...Int(last - first)).map { index in
      let number = (first + Double(index)) * (step / size)
      let text = decimals > 4 ? NumberText.significant(number, digits) : NumberText.fixed(number, decimals)
      let isZero = first + Double(index) == 0
      // Zero needs no prefix, but a unit: "0", "0 %", "0 ms".
      return Tick(
        value: number * size,
        label: isZero ? "0" + (suffix.first?.isLetter == true ? "" : suffix) : minus(text) + suffix)
    }
  }

  /// The number with a typographic minus sign, as wide as a plus.
  private static func minus(_ text: String) -> String { text.hasPrefix("-") ? "−" + text.dropFirst() : text }

  // MARK: Logarithmic

  /// Powers of ten, with 2 and 5 between them if there is space; every second, third … power if there is little.
  private static func logarithmic(_ mapping: AxisMapping, isVertical: Bool) -> [Tick] {
    let lowest = Int(mapping.lowest.decadic.rounded(.down))
    let highest = Int(mapping.highest.decadic.rounded(.up))
    let range = (mapping.lowest * (1 - 1e-9))...(mapping.highest * (1 + 1e-9))
    func ticks(_ digits: [Int], every: Int) -> [Tick] {
      let exponents = (lowest...highest).filter { $0 % every == 0 }
      let values = exponents.flatMap { exponent in digits.map { decimal($0, exponent) } }
      return values.filter { range.contains($0) }
        .map { Tick(value: $0, label: mapping.axis.unit.tickText(alone: $0)) }
    }
    for digits in [[1, 2, 5], [1, 3], [1]] {
      let all = ticks(digits, every: 1)
      if all.count >= 2, haveRoom(all, mapping, isVertical: isVertical) { return all }
    }
    for every in 2...40 {
      let all = ticks([1], every: every)
      if haveRoom(all, mapping, isVertical: isVertical) { return all }
    }
    return []
  }

  // MARK: Given

  /// The given ticks within the range, without those whose labels would overlap a neighbor.
  private static func chosen(_ values: [Double], _ mapping: AxisMapping, isVertical: Bool) -> [Tick] {
    var kept: [Tick] = []
    for value in values.sorted() where value >= mapping.lowest && value <= mapping.highest {
      let tick = Tick(value: value, label: mapping.axis.unit.tickText(alone: value))
      if haveRoom(kept + [tick], mapping, isVertical: isVertical) { kept.append(tick) }
    }
    return kept
  }

  /// True if no two labels overlap.
  static func haveRoom(_ ticks: [Tick], _ mapping: AxisMapping, isVertical: Bool = false) -> Bool {
    let spans = ticks.compactMap { tick -> (Double, Double)? in
      guard let position = mapping.position(tick.value) else { return nil }
      let half = isVertical ? 9 : TextMetrics.width(tick.label, size: Drawing.textSize) / 2 + 4
      return (position - half, position + half)
    }
    .sorted { $0.0 < $1.0 }
    return zip(spans, spans.dropFirst()).allSatisfy { $0.1 <= $1.0 }
  }
}
