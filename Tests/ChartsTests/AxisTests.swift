import Testing

@testable import Charts

@Suite("Axes")
struct AxisTests {
  private static func labels(_ axis: Axis, _ values: [Double], length: Double = 500, isVertical: Bool = false)
    -> [String]
  {
    let (start, end) = isVertical ? (length, 0) : (0, length)
    return AxisMapping(axis, values: values, start: start, end: end, roundsOut: isVertical).ticks.map(\.label)
  }

  @Test("Ticks are round numbers in the usual notation")
  func ticks() {
    let saved: [(Axis, [Double], Double, Bool, [String])] = [
      (Axis("loss", includesZero: true), [0.03, 0.41], 240, true, ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]),
      (Axis("accuracy", .fraction), [0.912, 0.986], 240, true, ["90 %", "92 %", "94 %", "96 %", "98 %", "100 %"]),
      (Axis("accuracy", .fraction), [0.32, 0.617], 130, true, ["20 %", "40 %", "60 %", "80 %"]),
      (Axis("epoch", .count), [1, 5], 500, false, ["1", "2", "3", "4", "5"]),
      (Axis("epoch", .count), [1, 2], 500, false, ["1", "2"]),
      (Axis("rate", includesZero: true), [1.3e6], 240, true, ["0", "0.5M", "1.0M", "1.5M"]),
      (Axis("samples", .count), [0, 60000], 300, false, ["0", "10k", "20k", "30k", "40k", "50k", "60k"]),
      (Axis("x"), [-3, 3], 240, true, ["−4", "−2", "0", "2", "4"]),
      (Axis("time", .seconds), [0, 0.018], 400, false, ["0 ms", "5 ms", "10 ms", "15 ms"]),
      (Axis("time", .seconds), [0, 600], 400, false, ["0 min", "2 min", "4 min", "6 min", "8 min", "10 min"]),
      (Axis("steps", .count, scale: .logarithmic), [1, 60000], 300, false, ["1", "10", "100", "1k", "10k"]),
      (Axis("loss", scale: .logarithmic), [0.02, 2], 300, true, ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]),
      (
        Axis("loss", scale: .logarithmic), [1e11, 1e18], 240, true,
        ["100G", "1T", "10T", "100T", "1e15", "1e16", "1e17", "1e18"]
      ),
      (Axis("loss", includesZero: true), [1.7e68], 240, true, ["0", "0.5e68", "1.0e68", "1.5e68", "2.0e68"]),
      (Axis("x"), [-3e15, 2e15], 240, true, ["−3e15", "−2e15", "−1e15", "0", "1e15", "2e15"]),
      (
        Axis("rate"), [2e20, 5e20], 500, false, ["2.0e20", "2.5e20", "3.0e20", "3.5e20", "4.0e20", "4.5e20", "5.0e20"]
      ),
      (Axis("speed-up", .factor, scale: .logarithmic, ticks: [1, 2, 4]), [1, 4], 300, false, ["1×", "2×", "4×"]),
      (Axis("learning rate"), [0.001, 0.001], 240, true, ["0.0009", "0.00095", "0.001", "0.00105", "0.0011"]),
    ]
    for (axis, values, length, isVertical, expected) in saved {
      let found = Self.labels(axis, values, length: length, isVertical: isVertical)
      #expect(found == expected, "\(axis.label) \(values)")
    }
  }

  @Test(
    "Whatever the range, ticks are evenly spaced by 1, 2 or 5, in view, and labels differ and have room",
    arguments: 0..<4)
  func everyRange(seed: Int) {
    var state = UInt64(seed &* 7_919 &+ 1)
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }
    var wrong: [String] = []
    for _ in 0..<120 {
      let low = (random() - 0.5) * exponential((random() - 0.5) * 40)
      let high = low + exponential((random() - 0.5) * 40)
      let length = 100 + 500 * random()
      for isVertical in [true, false] {
        for axis in [Axis("a"), Axis("a", scale: .logarithmic), Axis("a", .seconds), Axis("a", .count)] {
          let (start, end) = isVertical ? (length, 0) : (0, length)
          // Counts are integers.
          let values = axis.unit == .count ? [low.rounded(), high.rounded() + 1] : [low, high]
          let mapping = AxisMapping(axis, values: values, start: start, end: end, roundsOut: isVertical)
          let inView = mapping.ticks.allSatisfy {
            let position = mapping.position($0.value) ?? .nan
            return position >= -0.01 * length && position <= 1.01 * length
          }
          let labels = mapping.ticks.map(\.label)
          // A range far from zero and narrow for its size may have labels that need more digits than people read.
          let isReadable = high - low > 1e-3 * max(abs(low), abs(high))
          let differ = !isReadable || Set(labels).count == labels.count
          if !inView || !differ || !Ticks.haveRoom(mapping.ticks, mapping, isVertical: isVertical) {
            wrong.append("\(axis.unit) \(axis.scale) \(low)…\(high) over \(length): \(labels)")
          }
          for value in values {
            guard let position = mapping.position(value), value > 0 || axis.scale == .linear else { continue }
            if abs(mapping.value(at: position) - value) > 1e-6 * max(abs(low), abs(high)) {
              wrong.append("back from \(value)")
            }
          }
        }
      }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong.prefix(3))")
  }

  @Test("Extremely large, small or equal values have an axis without overflow")
  func extremes() {
    let tiny = Double.leastNonzeroMagnitude
    let all = [0, tiny, -tiny, 0x1p-1040, 1e308, -1e308, 9e18, -9e18, .infinity, .nan, 1, 1e15, 0x1p53]
    for one in all {
      for other in all {
        for unit in [Unit.number, .count, .fraction, .seconds, .factor] {
          for axis in [Axis("a", unit), Axis("a", unit, includesZero: true), Axis("a", unit, scale: .logarithmic)] {
            for isVertical in [true, false] {
              let mapping = AxisMapping(axis, values: [one, other], start: 0, end: 300, roundsOut: isVertical)
              #expect(mapping.lowest < mapping.highest, "\(one), \(other), \(unit)")
            }
          }
        }
      }
    }
  }

  @Test("Labels are moved apart, in their order, inside the range, and no further than needed")
  func spreading() {
    #expect(LabelSpreading.spread([10, 50, 90], distance: 15, range: 0...100) == [10, 50, 90])
    #expect(LabelSpreading.spread([50, 50], distance: 10, range: 0...100) == [45, 55])
    #expect(LabelSpreading.spread([52, 50, 51], distance: 10, range: 0...100) == [61, 41, 51])
    #expect(LabelSpreading.spread([99, 98], distance: 10, range: 0...100) == [100, 90])
    #expect(LabelSpreading.spread([0, 0, 0], distance: 80, range: 0...100) == [0, 50, 100])
    #expect(LabelSpreading.spread([], distance: 10, range: 0...1) == [])
  }

  @Test(
    "A value alone reads with its unit",
    arguments: [
      (Unit.number, 0.123456, "0.12346"), (.number, 1_234_567, "1.23 M"),
      (.number, -1.724e68, "-1.724e68"), (.count, 60000, "60,000"),
      (.count, 1.5, "1.5"),
      (.fraction, 0.98765, "98.77 %"), (.seconds, 0.0123, "12.3 ms"), (.factor, 1.934, "1.93×"), (.number, .nan, "–"),
      (.count, .infinity, "∞"), (.count, 1e300, "1e300"),
    ])
  func units(unit: Unit, value: Double, text: String) {
    #expect(unit.text(value) == text)
  }
}
