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

  /// A table on a terminal, CSV elsewhere.
  static func standard(for file: String?) -> PredictionFormat {
    file == nil && Terminal(descriptor: 1).isInteractive ? .table : .csv
  }
}

/// Predictions as rows: `index,label,probability_LABEL,…`; for target values `index,output_0,…`; for images `file`
/// instead of `index`; kept columns of the source come first.
struct PredictionTable {
  private let outputs: Int
  private let labels: [String]?
  private let threshold: Float
  /// The columns' names.
  let names: [String]

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
  }

  /// - Parameters:
  ///   - key: the first column's name.
  ///   - threshold: the decision threshold of a single sigmoid output; nil for 0.5.
  ///   - kept: the names of the copied columns.
  init(key: String, outputs: Int, labels: [String]?, threshold: Float? = nil, kept: [String] = []) {
    self.threshold = threshold ?? 0.5
    self.outputs = outputs
    self.labels = labels
    let answers =
      labels.map { ["label"] + $0.map { "probability_" + $0 } } ?? (0..<outputs).map { "output_\($0)" }
    names = kept + [key] + answers
  }

  func row(_ key: Key, _ activations: ArraySlice<Float>, kept: [String] = []) -> [Value] {
    let prediction = Prediction(activations: activations, labels: labels, threshold: threshold)
    var row = kept.map { Value.text($0) }
    switch key {
    case .index(let index): row.append(.whole(index))
    case .file(let file): row.append(.text(file))
    }
    if let label = prediction.label { row.append(.text(label)) }
    return row + prediction.outputs.map { .number($0) }
  }
}

/// Writes predictions in their format to standard output or a file.
final class PredictionSink {
  private let format: PredictionFormat
  private let file: String?
  private let console: Console
  private var names: [String] = []
  /// The lines of a file, which is written atomically; or the rows of a table, which is aligned at the end.
  private var text = ""
  private var rows: [[String]] = []

  init(_ format: PredictionFormat, file: String?, _ console: Console) {
    self.format = format
    self.file = file
    self.console = console
  }

  /// True if predictions are printed on a terminal.
  var isForPeople: Bool { format == .table && file == nil }

  func begin(_ table: PredictionTable) throws {
    names = table.names
    if format == .csv { try write(names.map(\.commaSeparatedCell).joined(separator: ",")) }
  }

  func add(_ row: [PredictionTable.Value]) throws {
    switch format {
    case .table: rows.append(row.map(Self.shown))
    case .csv: try write(row.map(Self.cell).joined(separator: ","))
    case .json: try write(JSONValue.object(zip(names, row).map { .init($0, Self.json($1)) }).text)
    }
  }

  /// Writes the rest: an aligned table, or a file.
  func finish() throws {
    if format == .table {
      var table = TextTable(names.map { TextTable.Column($0.singleLine) })
      for row in rows { table.add(row) }
      text += table.text
      if file == nil { try console.output.write(text) }
    }
    if let file { try AtomicFile.write(Array(text.utf8), to: file) }
  }

  private func write(_ line: String) throws {
    if file == nil { try console.output.line(line) } else { text += line + "\n" }
  }

  private static func cell(_ value: PredictionTable.Value) -> String {
    switch value {
    case .text(let text): text.commaSeparatedCell
    case .whole(let number): "\(number)"
    case .number(let number): "\(number)"
    }
  }

  private static func json(_ value: PredictionTable.Value) -> JSONValue {
    switch value {
    case .text(let text): .string(text)
    case .whole(let number): .number(number)
    case .number(let number): number.isFinite ? .number(literal: "\(number)") : .null
    }
  }

  private static func shown(_ value: PredictionTable.Value) -> String {
    switch value {
    case .text(let text): text.singleLine
    case .whole(let number): "\(number)"
    case .number(let number): NumberText.significant(Double(number), 4)
    }
  }
}
