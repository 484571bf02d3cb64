import Charts
import Files
import Reports

/// Options for reports and charts: a page, files, the terminal. For every command with charts.
struct ReportOptions: Sendable {
  /// The file of the report page.
  var report: String?
  /// The folder for charts as separate files.
  var charts: String?
  /// True to draw a chart in the terminal.
  var plots: Bool

  static let reportOption = Option(
    "report", .path("FILE.html"), "file for an HTML report with charts and tables",
    traits: .output, otherNames: ["html", "report-file"])
  static let chartsOption = Option(
    "charts", .path("DIR"), "folder for the report's charts as SVG files",
    traits: .output, otherNames: ["plots", "figures", "svg"])
  static let plotOption = Option(
    flag: "plot", "draw a chart in the terminal at the end", traits: [.output, .perCommandLine],
    otherNames: ["chart", "ascii-plot", "show-plot"])

  static let options: [any OptionDeclaration] = [reportOption, chartsOption, plotOption]

  init(_ arguments: Arguments) throws(UsageError) {
    report = try arguments.value(Self.reportOption)
    charts = try arguments.value(Self.chartsOption)
    plots = try arguments.value(Self.plotOption)
  }

  /// True if files are written at the end; the command then continues if standard output is closed.
  var writesFiles: Bool { report != nil || charts != nil }
  /// True if anything is drawn.
  var isWanted: Bool { writesFiles || plots }

  /// The first of the options that asks for a report, for errors: `--report`; nil if nothing is drawn.
  var spelling: String? {
    let given = [
      (Self.reportOption.name, report != nil), (Self.chartsOption.name, charts != nil), (Self.plotOption.name, plots),
    ]
    return given.first { $0.1 }.map { "--" + $0.0 }
  }

  /// Checks before any work that the files can be written. Leaves no folder behind.
  /// - Throws: `FileError`.
  func checkWritable() throws {
    if let report { try AtomicFile.checkWritable(report) }
    guard let charts else { return }
    let created = try makeFolder(charts)
    defer { created.removeEmpty() }
    try AtomicFile.checkWritable(Self.path("chart.svg", in: charts))
  }

  /// Writes the requested outputs, each file atomically.
  ///
  /// - Parameters:
  ///   - plot: the chart for the terminal; nil: the first chart of the page that can be drawn there.
  ///   - heading: a line above the chart in the terminal, such as the name of one of several networks; nil for none.
  ///   - printsJSON: true if standard output has a JSON object; the chart is then written to standard error.
  /// - Throws: `FileError`, `OutputClosed`.
  func write(
    _ page: Page, plot: (any Chart)? = nil, heading: String? = nil, printsJSON: Bool = false, _ console: Console
  ) throws {
    // The figures are out before the page is written, which a second signal or a full disk may prevent.
    try console.output.flush()
    if let report { try AtomicFile.write(page.html, to: report) }
    if let charts {
      try makeFolder(charts)
      let names = ChartFiles.names(page.charts, subjects: page.chartSubjects)
      for (chart, name) in zip(page.charts, names) {
        try AtomicFile.write(chart.svg(), to: Self.path(name, in: charts))
      }
    }
    guard plots else { return }
    let style = TerminalStyle(Terminal(descriptor: printsJSON ? 2 : 1))
    let candidates = plot.map { [$0] } ?? page.charts
    guard let chart = candidates.lazy.compactMap({ $0.terminalText(style) }).first else { return }
    let text = (heading.map { $0 + "\n" } ?? "") + chart
    if printsJSON {
      console.progress.interrupted { StandardError.write(text) }
    } else {
      try console.output.write("\n" + text)
    }
  }

  private static func path(_ name: String, in folder: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}
