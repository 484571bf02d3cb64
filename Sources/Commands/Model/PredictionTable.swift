import Files
import JSON
import Reports
import Training

/// The format of predictions: `--format`.
enum PredictionFormat: String, Sendable, CaseIterable {
  /// Aligned columns, for reading.
  case table
  case csv
  /// JSON Lines: one object per line.
  case json

  /// The format of a file by its name, JSON or else CSV; without a file a table on a terminal, CSV elsewhere.
  static func `default`(for file: String?) -> PredictionFormat {
    guard let file else { return Terminal(descriptor: 1).isInteractive ? .table : .csv }
    return jsonEndings.contains { file.lowercased().hasSuffix($0) } ? .json : .csv
  }

  private static let jsonEndings = [".json", ".jsonl", ".ndjson"]
}

/// Predictions as rows: `index,label,probability_LABEL,…`; for target values `index,output_0,…`; for images `file`
/// instead of `index`; kept columns of the source come first.
struct PredictionTable {
  private let outputs: Int
  private let labels: [String]?
  private let threshold: Float
  /// The number to add to each output.
  private let origins: [Double]?
  /// The columns' names.
  let names: [String]
  /// The index of the column of images' paths; nil for other sources.
  private let pathColumn: Int?
  /// The names of a regression's outputs for reading: those of the targets, if the model knows them.
  private let readableOutputs: [String]

  /// The first column's value.
  enum Key {
    case index(Int)
    case file(String)
  }

  /// A value of a row.
  enum Value: Equatable {
    case text(String)
    case whole(Int)
    case number(Float)
    case wide(Double)
  }

  /// - Parameters:
  ///   - key: the first column's name.
  ///   - threshold: the decision threshold of a single sigmoid output; nil for 0.5.
  ///   - origins: the number to add to each output of a regression; nil for 0.
  ///   - targetNames: the names of a regression's targets; nil if the model has none.
  ///   - kept: the names of the copied columns.
  init(
    key: String, outputs: Int, labels: [String]?, threshold: Float? = nil, origins: [Double]? = nil,
    targetNames: [String]? = nil, kept: [String] = []
  ) {
    self.origins = origins
    self.threshold = threshold ?? 0.5
    self.outputs = outputs
    self.labels = labels
    let answers =
      labels.map { ["label"] + $0.map { "probability_" + $0 } } ?? (0..<outputs).map { "output_\($0)" }
    names = kept + [key] + answers
    pathColumn = key == "file" ? kept.count : nil
    // A kept column may have the target's own values.
    readableOutputs =
      targetNames.flatMap { $0.count == outputs ? $0 : nil }
      .map { $0.map { kept.contains($0) || $0 == key ? "predicted \($0)" : $0 } } ?? answers
  }

  /// The columns for reading: of a classification the label with its probability, and the label that follows.
  var readableColumns: [TextTable.Column] {
    guard labels != nil else {
      return (names.dropLast(outputs) + readableOutputs).map { TextTable.Column($0) }
    }
    let first = names.dropLast((labels?.count ?? 0) + 1)
    return first.map { TextTable.Column($0, $0 == "index" ? .right : .left) }
      + [.init("label", .left), .init("probability"), .init("", .left), .init("next", .left), .init("")]
  }

  /// The cells of `readableColumns`.
  func readable(_ key: Key, _ activations: ArraySlice<Float>, kept: [String], bar: ProbabilityBar) -> [String] {
    let prediction = Prediction(activations: activations, labels: labels, threshold: threshold)
    let first: [String] =
      switch key {
      case .index(let index): kept + ["\(index)"]
      case .file(let file): kept + [file]
      }
    guard let labels, let label = prediction.label else {
      return first
        + prediction.outputs.enumerated().map { output, value in
          guard let origins else { return NumberText.significant(Double(value), 6) }
          return "\(origins[output] + Double(value))"
        }
    }
    let others = prediction.outputs.indices.filter { $0 != prediction.index }
    let next = others.max { (prediction.outputs[$0], $1) < (prediction.outputs[$1], $0) }
    let probability = Double(prediction.outputs[prediction.index])
    return first + [
      label, NumberText.percent(probability), bar.text(probability), next.map { labels[$0] } ?? "",
      next.map { NumberText.percent(Double(prediction.outputs[$0])) } ?? "",
    ]
  }

  /// Shortens the paths of images so that the table fits into a width, or at least its label and probability do: paths are
  /// shortened in the middle, and keep their ends, which differ.
  ///
  /// - Parameter rows: rows of `readable`.
  func shorteningPaths(_ rows: [[String]], to width: Int) -> [[String]] {
    guard let column = pathColumn, labels != nil, column + 2 < readableColumns.count else {
      return rows
    }
    let widths = readableColumns.indices.map { index in
      rows.reduce(readableColumns[index].title.columns) { max($0, $1[index].columns) }
    }
    // What is left of the width by all other columns up to one, with two spaces between them.
    func room(upTo last: Int) -> Int { width - (0...last).reduce(0) { $1 == column ? $0 : $0 + widths[$1] + 2 } }
    let lasts = ((column + 2)..<widths.count).reversed()
    let length = lasts.lazy.map(room).first { $0 >= Self.minimumPathWidth } ?? max(room(upTo: column + 2), 8)
    return rows.map { row in
      var row = row
      row[column] = row[column].shortenedInMiddle(to: length)
      return row
    }
  }

  /// With a shorter path the columns after the probability are left out first.
  private static let minimumPathWidth = 20

  func row(_ key: Key, _ activations: ArraySlice<Float>, kept: [String] = []) -> [Value] {
    let prediction = Prediction(activations: activations, labels: labels, threshold: threshold)
    var row = kept.map { Value.text($0) }
    switch key {
    case .index(let index): row.append(.whole(index))
    case .file(let file): row.append(.text(file))
    }
    if let label = prediction.label { row.append(.text(label)) }
    guard let origins else { return row + prediction.outputs.map { .number($0) } }
    return row + zip(origins, prediction.outputs).map { .wide($0 + Double($1)) }
  }
}

/// A bar of ten cells for a probability.
struct ProbabilityBar {
  /// True if the bar ends in eighths of a cell.
  let hasUnicode: Bool

  private static let cells = 10
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  func text(_ probability: Double) -> String {
    let share = min(max(probability, 0), 1)
    guard hasUnicode else { return String(repeating: "#", count: Int((share * Double(Self.cells)).rounded())) }
    let filled = Int((share * Double(8 * Self.cells)).rounded())
    return String(repeating: "█", count: filled / 8) + Self.eighths[filled % 8]
  }
}

/// Writes predictions in their format to standard output or a file.
final class PredictionSink {
  private let format: PredictionFormat
  private let file: String?
  private let console: Console
  private var table: PredictionTable?
  /// The file of the lines, whose path gets it at the end; nil for standard output, and for a table.
  private var lines: AtomicFile?
  /// The rows of a table, which is aligned at the end.
  private var rows: [[String]] = []

  init(_ format: PredictionFormat, file: String?, _ console: Console) {
    self.format = format
    self.file = file
    self.console = console
  }

  /// True if predictions are printed on a terminal.
  var isForPeople: Bool { format == .table && file == nil }

  /// - Throws: `UsageError` if two columns have a name that is a key of JSON.
  func check(_ table: PredictionTable) throws(UsageError) {
    var known: Set<String> = []
    guard format == .json, let twice = table.names.first(where: { !known.insert($0).inserted }) else { return }
    throw .combination(
      options: ["--keep \(twice)", "--format json"], reason: "a prediction has a key of that name",
      expected: "--format csv, or another name in the header")
  }

  /// Begins the output of rows with these columns, which `check` has accepted.
  /// - Throws: `FileError` for a file that cannot be written, or the errors of `StandardOutput.write(_:)`.
  func begin(_ table: PredictionTable) throws {
    self.table = table
    if format != .table, let file { lines = try AtomicFile(file) }
    if format == .csv { try write(table.names.map(\.commaSeparatedCell).joined(separator: ",")) }
  }

  /// - Precondition: `begin` was called.
  func add(_ key: PredictionTable.Key, _ activations: ArraySlice<Float>, kept: [String] = []) throws {
    guard let table else { preconditionFailure("a row before its columns") }
    guard format != .table else {
      let bar = ProbabilityBar(hasUnicode: Terminal(descriptor: 1).hasUnicode)
      return rows.append(table.readable(key, activations, kept: kept, bar: bar))
    }
    let row = table.row(key, activations, kept: kept)
    try write(
      format == .csv
        ? row.map(Self.cell).joined(separator: ",")
        : JSONValue.object(zip(table.names, row).map { .init($0, Self.json($1)) }).text)
  }

  /// Writes the rest: an aligned table, or a file.
  func finish() throws {
    if format == .table, let table {
      var lines = TextTable(table.readableColumns)
      let terminal = Terminal(descriptor: 1)
      let width = file == nil && terminal.isInteractive ? terminal.width : nil
      for row in width.map({ table.shorteningPaths(rows, to: $0) }) ?? rows { lines.add(row) }
      let (shown, leftOut) = lines.textAndLeftOut(width: width)
      let remedy = "--\(PredictCommand.formatOption.name) csv has all columns"
      let text = shown + (TextTable.line(leftOut: leftOut, remedy: remedy).map { terminal.fitted($0) + "\n" } ?? "")
      if let file { try AtomicFile.write(text, to: file) } else { try console.output.write(text) }
    }
    try lines?.commit()
  }

  private func write(_ line: String) throws {
    if let lines { try lines.write(line + "\n") } else { try console.output.line(line) }
  }

  private static func cell(_ value: PredictionTable.Value) -> String {
    switch value {
    case .text(let text): text.commaSeparatedCell
    case .whole(let number): "\(number)"
    case .number(let number): "\(number)"
    case .wide(let number): "\(number)"
    }
  }

  private static func json(_ value: PredictionTable.Value) -> JSONValue {
    switch value {
    case .text(let text): .string(text)
    case .whole(let number): .number(number)
    case .wide(let number): .number(number)
    case .number(let number): number.isFinite ? .number(literal: "\(number)") : .null
    }
  }
}
