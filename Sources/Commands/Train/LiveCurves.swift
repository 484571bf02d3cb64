import Charts
import Files
import Reports
import Training

/// The curves of a run so far, drawn above the progress line of a large terminal: the loss, and beside it the accuracy, or the RMSE of a
/// regression.
final class LiveCurves: Sendable {
  /// The smallest window with curves.
  static let minimumWidth = 120
  static let minimumHeight = 30
  /// Rows of the plotting area.
  private static let rows = 8
  /// More points than columns cannot be distinguished.
  private static let maximumPoints = 400

  private struct State {
    var epochs: [EpochMetrics] = []
    /// The lines for the epochs and the width, drawn once.
    var lines: [String]?
    var width = 0
  }

  private let state = Guarded(State())
  private let hasColor: Bool
  private let hasUnicode: Bool

  /// - Parameter terminal: the terminal of the progress line.
  init(_ terminal: Terminal = Terminal(descriptor: 2)) {
    hasColor = terminal.hasColor
    hasUnicode = terminal.hasUnicode
  }

  func add(_ epoch: EpochMetrics) {
    state.withLock { state in
      state.epochs.append(epoch)
      state.lines = nil
    }
  }

  /// The lines for a window; none before the second epoch, or if the window is too small.
  func lines(width: Int, height: Int) -> [String] {
    guard width >= Self.minimumWidth, height >= Self.minimumHeight else { return [] }
    return state.withLock { state in
      guard state.epochs.count > 1 else { return [] }
      if let lines = state.lines, state.width == width { return lines }
      let lines = drawn(state.epochs, width: width)
      (state.lines, state.width) = (lines, width)
      return lines
    }
  }

  private func drawn(_ epochs: [EpochMetrics], width: Int) -> [String] {
    let gap = 3
    // The last column stays empty: some terminals wrap as soon as it is written.
    let half = (width - 1 - gap) / 2
    let style = TerminalStyle(width: half, rows: Self.rows, hasColor: hasColor, hasUnicode: hasUnicode)
    let charts = Self.charts(Self.thinned(epochs)).map { chart in
      (chart.terminalText(style) ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        .dropLast()
    }
    let count = charts.map(\.count).max() ?? 0
    return (0..<count).map { row in
      var line = ""
      for (index, chart) in charts.enumerated() {
        let text = row < chart.count ? chart[chart.startIndex + row] : ""
        let isLast = index == charts.count - 1
        line += text + (isLast ? "" : String(repeating: " ", count: max(0, half + gap - text.columnsWithoutColors)))
      }
      return line
    }
  }

  /// Every k-th epoch, and the last one.
  private static func thinned(_ epochs: [EpochMetrics]) -> [EpochMetrics] {
    let stride = (epochs.count + maximumPoints - 1) / maximumPoints
    return epochs.enumerated().filter { $0.offset % stride == 0 || $0.offset == epochs.count - 1 }.map(\.element)
  }

  /// The loss, and the accuracy or RMSE.
  static func charts(_ epochs: [EpochMetrics]) -> [LineChart] {
    let isRegression = epochs.contains { $0.regression != nil }
    return [
      chart(.loss, epochs), chart(isRegression ? .rmse : .accuracy, epochs),
    ].filter { !$0.series.isEmpty }
  }

  private static func chart(_ quantity: EpochMeasure.Quantity, _ epochs: [EpochMetrics]) -> LineChart {
    let series = EpochMeasure.of(quantity).enumerated().compactMap { index, measure -> Series? in
      let points = epochs.compactMap { epoch in measure.value(epoch).map { Point(Double(epoch.epoch), $0) } }
      return points.isEmpty ? nil : Series(measure.split.rawValue, points, color: index)
    }
    return LineChart(quantity.title, summary: "", x: Axis("", .count), y: Axis("", .number), series: series)
  }
}
