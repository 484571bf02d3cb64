import Datasets
import Training

/// `descent predict MODEL`: a label and its probabilities for every sample.
struct PredictCommand: Command {
  static let declaration = CommandDeclaration(
    name: "predict", positionals: [ModelOptions.positional],
    summary: "prints a label and the probabilities of all classes per sample of a data source, as CSV",
    groups: [
      DataSelection.inferenceGroup, ModelOptions.group, ExecutionOptions.inferenceGroup,
      OptionGroup(title: "Output", options: [CommonOptions.quietOption]),
    ])

  let model: ModelOptions
  let data: DataSelection
  let execution: ExecutionOptions
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    data = try DataSelection(arguments)
    execution = try ExecutionOptions(arguments)
    isQuiet = try arguments.value(CommonOptions.quietOption)
  }

  func run(_ console: Console) throws -> ExitStatus {
    let use = try ModelUse(model, data, execution, isQuiet: isQuiet, console)
    let table = PredictionTable(outputs: use.network.topology.outputs, labels: use.part.labels)
    try console.output.line(table.header)
    let outputs = use.evaluator.outputs()
    try use.part.samples.storage.checkFile()
    let width = use.network.topology.outputs
    for index in 0..<use.part.samples.count {
      try console.output.line(table.row(index, outputs[(index * width)..<((index + 1) * width)]))
    }
    return .done
  }
}

/// Predictions as CSV: `index,label,probability_LABEL,…`; of target values `index,output_0,…`.
struct PredictionTable {
  private let outputs: Int
  private let labels: [String]?
  private let cells: [String]

  init(outputs: Int, labels: [String]?) {
    self.outputs = outputs
    self.labels = labels
    cells = (labels ?? []).map(Self.cell)
  }

  var header: String {
    guard let labels else { return (["index"] + (0..<outputs).map { "output_\($0)" }).joined(separator: ",") }
    return (["index", "label"] + labels.map { Self.cell("probability_" + $0) }).joined(separator: ",")
  }

  func row(_ index: Int, _ activations: ArraySlice<Float>) -> String {
    var line = "\(index)"
    let prediction = Prediction(activations: activations, labels: labels)
    if labels != nil { line += "," + cells[prediction.index] }
    for value in prediction.outputs { line += ",\(value)" }
    return line
  }

  /// Quoted where it has to be (RFC 4180).
  private static func cell(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
