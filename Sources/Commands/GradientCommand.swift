import Datasets
import Files
import JSON
import Kernels
import Models
import Networks
import Reports
import Training

/// `descent gradient MODEL`: computes loss and gradient of a model.
struct GradientCommand: Command {
  static let saveOption = Option(
    "save", .path("FILE"), "file for the gradient, as safetensors with the model's tensor names (-: standard output)",
    traits: .output, otherNames: ["out", "output-file", "gradient"])

  static let declaration = CommandDeclaration(
    name: "gradient", positionals: [ModelOptions.positional],
    summary: "reports a model's loss, accuracy and gradient on a data source",
    notes: [
      "Loss and gradient are means over the samples, with the --l2 term; of a source with two splits, the training split "
        + "is used.",
      "The result has the same bits for any number of workers.",
    ],
    groups: [
      GradientCommandOptions.dataGroup, ModelOptions.group, GradientCommandOptions.objectiveGroup,
      GradientCommandOptions.executionGroup,
      OptionGroup(title: "Output", options: [saveOption, CommonOptions.jsonOption, CommonOptions.quietOption]),
    ])

  let model: ModelOptions
  let data: DataSelection
  let regularization: Regularization
  let classWeights: ClassWeights?
  let execution: ExecutionOptions
  let save: String?
  let printsJSON: Bool
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    model = try ModelOptions(arguments)
    data = try DataSelection(arguments)
    regularization = try RegularizationOptions.value(RegularizationOptions.gradient, arguments)
    classWeights = try arguments.value(ClassOptions.weightsOption)
    execution = try ExecutionOptions(arguments)
    save = try arguments.value(Self.saveOption)
    printsJSON = try arguments.value(CommonOptions.jsonOption)
    isQuiet = try arguments.value(CommonOptions.quietOption)
  }

  func run(_ console: Console) throws -> ExitStatus {
    if let save { try AtomicFile.checkWritable(save) }
    let stored = try ModelFile.named(model.file)
    if data.source == nil, let named = stored.namedSource { try model.paths.check(source: named.source) }
    let topology = try model.topology(of: stored)
    if !isQuiet { model.assumptions(of: stored, topology).map { console.note($0) } }
    let use = try GradientCommandModel(
      stored, file: model.file, topology, data, digits: nil, isQuiet: isQuiet, console)
    try GradientEvaluator.checkMemory(use.topology, execution.kernels)
    var samples = use.part.samples
    try ClassOptions.apply(classWeights, to: &samples, source: use.part.description)
    samples.threshold = try ClassOptions.threshold(
      model.threshold, model: stored.threshold, use.topology, hasClasses: use.part.labels != nil)
    let network = FastNetwork(
      use.topology, use.parameters, kernels: execution.kernels)
    let result = try GradientEvaluator(network, samples, form: execution.input.form, workers: execution.workers)
      .evaluate(regularization)
    try use.part.samples.storage.checkFile()
    guard result.loss.isFinite, result.gradientNorm.isFinite else {
      // Neither is negative; the sign of a NaN says nothing.
      let (loss, norm) = (result.loss.magnitude, result.gradientNorm.magnitude)
      throw FileError(
        file: model.file, found: "the loss \(loss) with a gradient of norm \(norm)",
        expected: "finite numbers",
        hint: result.loss.isFinite && use.part.labels == nil
          ? "The gradient is beyond the range of 32-bit floats: train on targets divided by a power of ten."
          : "The model overflows on these features: see whether they are prepared as in training (--scale, "
            + "--standardize).")
    }
    if let save { try stored.writeGradient(result.gradient, to: save) }
    let report = GradientReport(
      result: result, topology: use.topology, names: stored.tensorNames, isTransposed: stored.isTransposed)
    try console.output.write(printsJSON ? report.json.text + "\n" : report.text(width: console.terminalWidth))
    return .done
  }
}

/// The result of `gradient`, as text and as JSON.
private struct GradientReport {
  let result: GradientEvaluation
  let topology: Topology
  let names: [LayerTensorNames]
  /// True if the file's weights are `[inputs × outputs]`.
  let isTransposed: Bool

  var json: JSONValue {
    [
      "loss": .number(result.loss), "accuracy": .number(result.accuracy),
      "gradient_norm": .number(result.gradientNorm),
    ]
  }

  func text(width: Int?) -> String {
    var figures = TextTable([.init("", .left), .init("")])
    figures.add(["samples", String(result.samples)])
    figures.add(["loss", NumberText.significant(result.loss, 7)])
    if let accuracy = result.accuracy { figures.add(["accuracy", NumberText.fixed(accuracy, 4)]) }
    figures.add(["gradient norm", NumberText.significant(result.gradientNorm, 7)])
    return figures.text(width: width) + "\n" + tensors.fullText(width: width, remedy: "a file or pipe gets them")
  }

  private var tensors: TextTable {
    var table = TextTable([.init("tensor", .left), .init("shape"), .init("norm"), .init("largest magnitude")])
    func add(_ name: String, _ shape: String, _ values: [Float]) {
      let norm = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let largest = values.reduce(0.0) { max($0, Double(abs($1))) }
      table.add([name, shape, NumberText.significant(norm, 5), NumberText.significant(largest, 5)])
    }
    for (index, layer) in topology.layers.enumerated() {
      let gradient = result.gradient.layers[index]
      let shape = isTransposed ? [layer.inputs, layer.outputs] : [layer.outputs, layer.inputs]
      add(names[index].weight, "\(shape[0]) × \(shape[1])", gradient.weight)
      // The norm counts biases that the file lacks in a single layer.
      if topology.hasBiases { add(names[index].bias ?? TensorName.bias(index), "\(layer.outputs)", gradient.bias) }
    }
    return table
  }
}
