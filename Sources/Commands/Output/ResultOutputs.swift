import Charts
import Files
import JSON
import Reports

/// The outputs of a command that measures: the file of raw rows, a JSON object or text on standard output, and the report.
struct ResultOutputs: Sendable {
  /// The file of the raw rows; nil for none.
  private(set) var metrics: String?
  private(set) var report: ReportOptions
  /// True if standard output has a JSON object in place of text.
  let printsJSON: Bool

  /// The option of the file of raw rows.
  ///
  /// - Parameter rows: the contents of a row, for the help.
  static func metricsOption(_ rows: String) -> Option<String?> {
    Option(
      TrainOptions.metricsOption.name, .path("FILE"),
      "file for \(rows): CSV if the name ends in .csv, else JSON Lines", traits: .output,
      otherNames: TrainOptions.metricsOption.otherNames)
  }

  /// - Parameter option: the option of the file of raw rows; nil for a command without one.
  init(_ arguments: Arguments, metrics option: Option<String?>? = nil) throws(UsageError) {
    if let option { metrics = try arguments.value(option) }
    report = try ReportOptions(arguments)
    printsJSON = try arguments.value(CommonOptions.jsonOption)
  }

  /// The same for a rank that writes no files.
  var withoutFiles: ResultOutputs {
    var copy = self
    (copy.metrics, copy.report.report, copy.report.charts, copy.report.plots) = (nil, nil, nil, false)
    return copy
  }

  /// Checks before any work that the files can be written. With files, the command continues if standard output is closed.
  ///
  /// - Throws: `FileError`.
  func check(_ console: Console) throws {
    if let metrics { try AtomicFile.checkWritable(metrics) }
    try report.checkWritable()
    if metrics != nil || report.writesFiles { console.output.continueWhenClosed() }
  }

  /// Writes the results to standard output, then the report.
  ///
  /// - Parameters:
  ///   - isEmpty: true if there are no results; then there is JSON alone.
  ///   - page: the page of the report, with its chart for the terminal; nil: the first chart that can be drawn there.
  /// - Throws: `FileError`, `OutputClosed`, and the errors of `page`.
  func write(
    _ console: Console, isEmpty: Bool = false, json: () -> JSONValue, text: () -> String,
    page: () throws -> (page: Page, plot: (any Chart)?)
  ) throws {
    console.progress.clear()
    if printsJSON {
      try console.output.write(json().text + "\n")
    } else if !isEmpty {
      try console.output.write(text())
    }
    guard report.isWanted, !isEmpty else { return }
    let (page, plot) = try page()
    try report.write(page, plot: plot, printsJSON: printsJSON, console)
  }
}

extension Arguments {
  /// The options that have a value, for report pages: the given texts, else the default.
  func shown(_ options: [any OptionDeclaration]) -> [(name: String, value: String)] {
    options.compactMap { option in
      let texts = texts(option)
      let value = texts.isEmpty ? option.defaultValue : texts.joined(separator: " | ")
      return value.map { ("--" + option.name, $0) }
    }
  }
}
