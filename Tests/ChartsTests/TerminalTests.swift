import Foundation
import Testing

@testable import Charts
@testable import Reports

@Suite("Charts in the terminal")
struct TerminalTests {
  private static let plain = TerminalStyle(width: 40, rows: 6, hasColor: false, hasUnicode: true)

  private static let curve = LineChart(
    "Loss", summary: "", x: Axis("epoch", .count), y: Axis("loss", includesZero: true),
    series: [Series("train", [Point(1, 0.4), Point(2, 0.2), Point(3, 0.1), Point(4, 0.05), Point(5, 0.05)])])

  @Test("One line is drawn in dots of Braille, with ticks and names")
  func braille() {
    let saved = """
      Loss
      loss
      0.4 ┤⠑⠢⣀
          │   ⠉⠢⢄
      0.2 ┤      ⠑⠤⡀
          │        ⠈⠉⠑⠒⠤⢄⣀
          │               ⠉⠑⠒⠤⠤⠤⣀⣀⣀⡀
        0 ┤                        ⠈⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
          └┬───────┬────────┬───────┬────────┬
           1       2        3       4        5
                          epoch

      """
    #expect(
      Self.curve.terminalText(Self.plain)?.hasPrefix(saved) == true, "\(Self.curve.terminalText(Self.plain) ?? "")")
  }

  @Test("No control character of a name reaches the terminal")
  func controls() throws {
    var chart = Self.curve
    chart.series[0].name = "a\u{1B}[31m"
    chart.series.append(Series("b\nc", [Point(1, 0.1)]))
    let bars = BarChart(
      "Classes", summary: "", categories: ["\u{1B}[31mRED", "two\r\nlines"], axis: Axis("F1", .number),
      series: [.init("a\u{9B}", [1, 0.5]), .init("b\u{7}", [0.5, 1])])
    for text in [try #require(chart.terminalText(Self.plain)), try #require(bars.terminalText(Self.plain))] {
      #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
    }
    #expect(bars.terminalText(Self.plain)?.contains("\ntwo  lines ") == true)
  }

  @Test("Without color series have signs of their own, without Unicode too")
  func signs() throws {
    var chart = Self.curve
    chart.series.append(Series("test", [Point(1, 0.1), Point(5, 0.3)]))
    var style = Self.plain
    style.hasUnicode = false
    let text = try #require(chart.terminalText(style))
    #expect(text.utf8.count == text.count, "ASCII alone")
    #expect(text.contains("* train   ^ test"))
    #expect(text.filter { $0 == "*" }.count > 20 && text.filter { $0 == "^" }.count > 20)
    let axes = Set("|+-")
    #expect((0..<8).allSatisfy { !axes.contains(style.sign($0).first ?? "+") })
  }

  @Test("No line exceeds the width, and with NO_COLOR there is no escape sequence")
  func widths() {
    var (wrong, drawn): ([String], Set<String>) = ([], [])
    for chart in SampleCharts.all {
      for width in [24, 40, 79, 80, 120, 200] {
        for hasUnicode in [true, false] {
          let style = TerminalStyle(width: width, hasColor: false, hasUnicode: hasUnicode)
          guard let text = chart.terminalText(style) else { continue }
          drawn.insert(chart.title)
          let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
          if let long = lines.first(where: { $0.columns > width }) {
            wrong.append("\(chart.title) at \(width): \(long)")
          }
          if chart.title != SampleCharts.hostile, text.contains("\u{1B}") { wrong.append("\(chart.title): an escape") }
        }
      }
    }
    #expect(wrong == [] && drawn.contains(SampleCharts.bars[0].title))
  }

  @Test("Colors change nothing but colors")
  func colors() throws {
    for chart in [Self.curve as any Chart, SampleCharts.bars[0]] {
      var style = TerminalStyle(width: 60, hasColor: true, hasUnicode: true)
      let colored = try #require(chart.terminalText(style))
      #expect(colored.contains("\u{1B}[38;5;33m"))
      style.hasColor = false
      let columns = colored.split(separator: "\n").map { String($0).columnsWithoutColors }
      #expect(columns == chart.terminalText(style)?.split(separator: "\n").map { String($0).columns })
    }
  }

  @Test("The colors of series have a contrast of at least 3 on white and on black, by WCAG 2")
  func contrast() throws {
    /// The relative luminance of one of the 256 colors from 16 on: a cube of six levels, then grays.
    func luminance(_ code: Int) -> Double {
      let levels = [0, 95, 135, 175, 215, 255]
      let cube = code - 16
      let channels = code < 232 ? [cube / 36, cube / 6 % 6, cube % 6].map { levels[$0] } : [8 + 10 * (code - 232)]
      let linear = channels.map { Double($0) / 255 }.map { $0 <= 0.03928 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
      return linear.count == 1 ? linear[0] : 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
    let style = TerminalStyle(width: 60, hasColor: true, hasUnicode: true)
    for series in 0..<8 {
      let code = style.colored("x", series).dropFirst("\u{1B}[38;5;".count).prefix { $0 != "m" }
      let luminance = luminance(try #require(Int(code)))
      #expect(1.05 / (luminance + 0.05) >= 3 && (luminance + 0.05) / 0.05 >= 3, "series \(series)")
    }
  }

  @Test("Bars are as long as their values, and stacks as their sums")
  func bars() throws {
    let chart = BarChart(
      "Time", summary: "", categories: ["one", "two"], axis: Axis("", .seconds), series: [.init("", [1, 0.5])],
      arrangement: .grouped)
    #expect(
      chart.terminalText(TerminalStyle(width: 30, hasColor: false, hasUnicode: true)) == """
        Time
        one ████████████████ 1.00 s
        two ████████ 500.0 ms

        """)
    let gaps = BarChart(
      "Error", summary: "", categories: ["one", "two", "three"], axis: Axis("", .number),
      series: [.init("", [0.5, .nan, -0.25])], arrangement: .grouped)
    let lines = gaps.terminalText(TerminalStyle(width: 30, hasColor: false, hasUnicode: true))?.split(separator: "\n")
    let shown = try #require(lines).dropFirst().map(String.init)
    #expect(shown.count == 3 && shown[0].hasSuffix("██ 0.5") && shown[1] == "  two  –", "\(shown)")
    #expect(shown[2].hasSuffix("0.25") && !shown[2].contains("█"), "\(shown)")
    let stacked = try #require(
      SampleCharts.bars[0].terminalText(TerminalStyle(width: 49, hasColor: false, hasUnicode: false)))
    #expect(stacked.contains(" 1 worker ****" + String(repeating: "^", count: 11) + String(repeating: "o", count: 23)))
  }
}
