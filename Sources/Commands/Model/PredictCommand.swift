import Datasets
import Files
import Training

/// `descent predict MODEL [IMAGE…]`: a label and its probabilities for every sample, or for every picture.
struct PredictCommand: Command {
  static let declaration = CommandDeclaration(
    name: "predict",
    positionals: [
      ModelOptions.positional,
      .init(
        name: "IMAGE", meaning: "PNG or PGM pictures of any size, in place of --data", isOptional: true, repeats: true),
    ],
    summary: "prints a label and the probabilities of all classes per sample of a data source or per picture, as CSV",
    notes: [
      "A picture is brought to the form of MNIST's: grey (what is transparent laid on a background that the ink stands out "
        + "from), light ink on dark whichever way it came, specks and noise left out, cropped, fitted into 20×20 with its "
        + "proportions kept, its centre of mass in the middle of 28×28; then comes the model's own preprocessing. A picture "
        + "that has that form already stays as it is. On a terminal the digits are drawn as the network sees them.",
      "PNG: grey or colour, with or without opacity or a palette, 1 to 16 bits, not interlaced. PGM: P2 and P5. A picture "
        + "that cannot be read, or has no ink, gets a line on standard error, the others their rows, and the status is 1.",
    ],
    groups: [
      DataSelection.inferenceGroup, ModelOptions.group, ExecutionOptions.inferenceGroup,
      OptionGroup(title: "Output", options: [CommonOptions.quietOption]),
    ])

  let model: ModelOptions
  /// Pictures' files; none where a data source is used.
  let images: [String]
  let data: DataSelection
  let execution: ExecutionOptions
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    images = Array(arguments.positionals.dropFirst())
    if PicturePrediction.isNamedAsPicture(model.file) {
      let other = images.first { !PicturePrediction.isNamedAsPicture($0) }
      throw .elsewhere(
        "\(Quoted(model.file)) is a picture; expected the model first: descent predict \(Quoted(other ?? "MODEL")) "
          + "\(Quoted(model.file)).")
    }
    if let first = images.first { try PicturePrediction.check(arguments, first: first) }
    data = try DataSelection(arguments)
    execution = try ExecutionOptions(arguments)
    isQuiet = try arguments.value(CommonOptions.quietOption)
  }

  func run(_ console: Console) throws -> ExitStatus {
    if !images.isEmpty {
      return try PicturePrediction(model, data.options, execution).run(images, console)
    }
    let use = try ModelUse(model, data, execution, isQuiet: isQuiet, console)
    let outputs = use.evaluator.outputs()
    try use.part.samples.storage.checkFile()
    let width = use.network.topology.outputs
    try ModelOutputs.check(outputs, width: width, file: model.file)
    let table = PredictionTable(key: "index", outputs: width, labels: use.part.labels)
    try console.output.line(table.header)
    for index in 0..<use.part.samples.count {
      try console.output.line(table.row("\(index)", outputs[(index * width)..<((index + 1) * width)]))
    }
    return .done
  }
}

/// Predictions as CSV: `index,label,probability_LABEL,…`; of target values `index,output_0,…`; of pictures `file` in place
/// of `index`.
struct PredictionTable {
  private let key: String
  private let outputs: Int
  private let labels: [String]?
  private let cells: [String]

  /// - Parameter key: the first column's name.
  init(key: String, outputs: Int, labels: [String]?) {
    self.key = key
    self.outputs = outputs
    self.labels = labels
    cells = (labels ?? []).map(\.commaSeparatedCell)
  }

  var header: String {
    guard let labels else { return ([key] + (0..<outputs).map { "output_\($0)" }).joined(separator: ",") }
    return ([key, "label"] + labels.map { ("probability_" + $0).commaSeparatedCell }).joined(separator: ",")
  }

  func row(_ name: String, _ activations: ArraySlice<Float>) -> String {
    var line = name.commaSeparatedCell
    let prediction = Prediction(activations: activations, labels: labels)
    if labels != nil { line += "," + cells[prediction.index] }
    for value in prediction.outputs { line += ",\(value)" }
    return line
  }
}
