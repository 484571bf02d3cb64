import Testing

@testable import Reports

@Suite("Number formatting")
struct NumberTextTests {
  @Test(
    "Large numbers get three digits and a prefix",
    arguments: [
      (0, "0"), (0.5, "0.5"), (938, "938"), (999.4, "999"), (999.5, "1.00 k"), (1000, "1.00 k"), (45_600, "45.6 k"),
      (999_499, "999 k"), (999_500, "1.00 M"), (1_234_567, "1.23 M"), (2.5e13, "25.0 T"), (-1500, "-1.50 k"),
      (.infinity, "inf"), (.nan, "nan"),
    ] as [(Double, String)])
  func scaled(value: Double, text: String) {
    #expect(NumberText.scaled(value).replacing("-nan", with: "nan") == text)
  }

  @Test(
    "Numbers for files have no zeros at the end, and zero has no sign",
    arguments: [
      (0, "0"), (-0.001, "0"), (-0.0, "0"), (3, "3"), (100, "100"), (12.5, "12.5"), (0.25, "0.25"), (1.999, "2"),
      (-7.1, "-7.1"), (-7.104, "-7.1"),
    ] as [(Double, String)])
  func shortest(value: Double, text: String) {
    #expect(NumberText.shortest(value, 2) == text)
  }

  @Test(
    "Measured times choose their unit",
    arguments: [
      (0, "0 s"), (0.0000123, "12 µs"), (0.0000009, "0.9 µs"), (0.0001, "0.10 ms"), (0.0012, "1.20 ms"),
      (0.0831, "83.1 ms"), (0.99949, "999.5 ms"), (0.9996, "1.00 s"), (1.266, "1.27 s"),
      (59.99, "59.99 s"), (59.996, "1 min 00 s"), (125, "2 min 05 s"), (3599.6, "1 h 00 min"), (11_220, "3 h 07 min"),
      (-1, "–"), (.infinity, "–"), (1e300, "277777777777 h 46 min"),
    ] as [(Double, String)])
  func durations(seconds: Double, text: String) {
    #expect(NumberText.duration(seconds) == text)
  }

  @Test(
    "Estimates are round numbers",
    arguments: [
      (0.02, "less than a second"), (0.96, "about 1 s"), (12.47, "about 12 s"), (59.6, "about 1 min"),
      (104, "about 1 min 40 s"), (597, "about 10 min"), (1234, "about 21 min"), (3590, "about 1 h"),
      (11_220, "about 3 h 10 min"), (-1, "–"), (.nan, "–"),
    ] as [(Double, String)])
  func estimates(seconds: Double, text: String) { #expect(NumberText.about(seconds) == text) }

  @Test(
    "Remaining times are formatted like a clock",
    arguments: [(0, "0:00"), (12.4, "0:12"), (59.6, "1:00"), (3723, "1:02:03"), (.nan, "–")] as [(Double, String)])
  func clocks(seconds: Double, text: String) {
    #expect(NumberText.clock(seconds) == text)
  }

  @Test("A time that is not zero is never printed as zero")
  func shortTimes() {
    for exponent in -12...9 {
      for mantissa in [1, 2.49, 4.999, 9.95, 9.999] {
        let text = NumberText.duration(Double("\(mantissa)e\(exponent)")!)
        #expect(text.contains { "123456789".contains($0) }, "\(mantissa)e\(exponent) s: \(text)")
      }
    }
    #expect(NumberText.duration(0) == "0 s")
  }

  @Test("Fixed places round the binary value")
  func fixed() {
    #expect(NumberText.fixed(0.97425, 4) == "0.9742")
    #expect(NumberText.fixed(2.5, 0) == "2")
    #expect(NumberText.fixed(1e308, 2).count == 312)
    #expect(NumberText.percent(0.9743) == "97.43 %")
    #expect(NumberText.significant(0.000_000_12, 3) == "1.2e-7")
    #expect(NumberText.significant(1.25e30, 2) == "1.2e30")
  }

  @Test("Figures of a run have four places, and more where these would show no digit")
  func metrics() {
    let texts = [0.97431: "0.9743", 0: "0.0000", 0.001: "0.0010", 0.000_999_4: "0.0009994", -0.5: "-0.5000"]
    for (value, text) in texts { #expect(NumberText.metric(value) == text) }
    #expect(NumberText.metric(1234567) == "1.235e6" && NumberText.metric(.nan) == "nan")
  }

  @Test(
    "Figures in the unit of the targets have no more digits than are meaningful",
    arguments: [
      (1.7654321, "1.7654", "1.765"), (-12.5, "-12.5000", "-12.5"), (123.456, "123.46", "123.5"),
      (22485.6311, "22485.6", "22,486"), (-189792.5721, "-189792.6", "-189,793"), (1.08e9, "1.080e9", "1.080e9"),
      (204_053_794.4965, "2.041e8", "2.041e8"), (.infinity, "inf", "inf"), (0, "0.0000", "0"),
    ] as [(Double, String, String)])
  func targetUnits(value: Double, metric: String, headline: String) {
    #expect(NumberText.metric(value) == metric)
    #expect(NumberText.headline(value) == headline)
  }

  @Test("One thing is one, all other numbers of it are many")
  func counts() {
    #expect([0, 1, 2].map { $0.counted("epoch") } == ["0 epochs", "1 epoch", "2 epochs"])
    #expect(46900.counted("step") == "46900 steps")
    #expect(46900.counted("step", isGrouped: true) == 46900.grouped + " steps")
  }

  @Test(
    "A loss in a table has four significant digits below 0.1, and eight characters at most",
    arguments: [
      (0.35219, "0.3522"), (0.1, "0.1000"), (0.0999999, "0.10000"), (0.012346, "0.01235"), (0.00123456, "0.001235"),
      (0.0009778, "9.778e-4"), (0.00001, "1.000e-5"), (1.23456e-12, "1.23e-12"), (0, "0.0000"), (12.34567, "12.3457"),
    ] as [(Double, String)])
  func losses(value: Double, text: String) {
    #expect(NumberText.loss(value) == text && text.count <= 8)
  }
}
