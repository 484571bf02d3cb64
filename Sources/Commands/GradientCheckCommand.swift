import Datasets
import Experiments
import JSON
import Kernels
import Models
import Networks
import Reports
import Training

/// `descent gradcheck [MODEL]`: compares the fast gradient with central differences.
struct GradientCheckCommand: Command {
  static let samplesOption = Option(
    "samples", .wholeNumber(1...DataSelection.maximumCount), absent: "32, fewer for a large network",
    "largest number of samples")
  static let entriesOption = Option(
    "entries", .wholeNumber(1...DataSelection.maximumCount), absent: "200, fewer for a large network",
    "largest number of checked entries per tensor, drawn by --seed", otherNames: ["checks"])
  static let seedOption = Option<UInt64>.seed("checked entries and initial weights")

  static let declaration = CommandDeclaration(
    name: "gradcheck",
    positionals: [
      .init(
        name: "MODEL", meaning: "a model's file; without it, the network that the options describe", isOptional: true)
    ],
    summary: "compares the training gradient with central differences of a plain Double network, for each tensor",
    notes: [
      "A tensor agrees if the largest difference is below 1e-4 of its largest magnitude, and all numbers are finite. If its "
        + "gradient is a small difference of large terms, as that of a trained network may be, it also agrees if the difference is within the "
        + "rounding of these terms; such a tensor is marked with *, in JSON with within_rounding.",
      "With --precision bfloat16, what rounding the operands does to the gradient is computed by the plain network and left out "
        + "of the difference, which must be below 2^-6 of the largest magnitude for each layer of the network: a rounded operand "
        + "may be the neighbor of the plain network's.",
      "Entries whose difference crosses a kink of relu or leaky-relu are replaced by others. The status is 1 if a tensor "
        + "disagrees.",
    ],
    groups: [
      OptionGroup(title: "Check", options: [samplesOption, entriesOption, seedOption]),
      GradientCommandOptions.checkedDataGroup, NetworkOptions.group, GradientCommandOptions.checkedObjectiveGroup,
      GradientCommandOptions.checkedExecutionGroup,
      OptionGroup(title: "Output", options: [CommonOptions.jsonOption, CommonOptions.quietOption]),
    ])

  /// The options of the network; its `initialWeights` are MODEL.
  let network: NetworkOptions
  let data: DataSelection
  let classWeights: ClassWeights?
  let check: GradientCheck
  let execution: ExecutionOptions
  let printsJSON: Bool
  let isQuiet: Bool
  private let arguments: Arguments

  init(_ arguments: Arguments) throws(UsageError) {
    network = try Self.network(arguments)
    data = try DataSelection(arguments)
    classWeights = try arguments.value(ClassOptions.weightsOption)
    execution = try ExecutionOptions(arguments)
    var check = GradientCheck()
    check.samples = try arguments.value(Self.samplesOption)
    check.entries = try arguments.value(Self.entriesOption)
    check.seed = try arguments.value(Self.seedOption)
    check.regularization = try RegularizationOptions.value(RegularizationOptions.gradient, arguments)
    check.form = execution.input.form
    check.workers = execution.workers
    check.labelSmoothing = try arguments.value(WeightOptions.labelSmoothingOption)
    check.dropout = try WeightOptions.dropout(arguments)
    try WeightOptions.checkTargets(arguments)
    self.check = check
    self.arguments = arguments
    printsJSON = try arguments.value(CommonOptions.jsonOption)
    isQuiet = try arguments.value(CommonOptions.quietOption)
  }

  private static func network(_ arguments: Arguments) throws(UsageError) -> NetworkOptions {
    let option = NetworkOptions.initialWeightsOption
    guard let model = arguments.positionals.first else { return try NetworkOptions(arguments) }
    if arguments.isGiven(option) {
      throw .combination(
        options: [model, arguments.spelling(option)], reason: "both give a model", expected: "one of the two")
    }
    return try NetworkOptions(arguments.replacing(option, with: model))
  }

  func run(_ console: Console) throws -> ExitStatus {
    let model = try network.initialWeights.map { try ModelFile.named($0) }
    let use = try use(model, console)
    var samples = use.part.samples
    try ClassOptions.apply(classWeights, to: &samples, source: use.part.description)
    try WeightOptions.check(use.part.samples, labelSmoothing: check.labelSmoothing)
    try WeightOptions.checkDropout(
      arguments, hiddenLayers: use.topology.layers.count - 1,
      owner: network.initialWeights ?? arguments.spelling(NetworkOptions.hiddenOption))
    var result = try check.run(
      use.topology, use.parameters, samples,
      kernels: execution.kernelsInPrecision)
    if let model { result.takeNames(of: model) }
    try use.part.samples.storage.checkFile()
    if result.wasMoved, !isQuiet {
      console.note(
        "Weights and biases were changed by up to 0.01 first, since the model has pre-activations at kinks.")
    }
    let report = GradientCheckReport(result: result)
    try console.output.write(printsJSON ? report.json.text + "\n" : report.text(width: console.terminalWidth))
    return result.agrees ? .done : .failed
  }

  /// - Parameter model: MODEL; nil for a network with random weights.
  private func use(_ model: ModelFile?, _ console: Console) throws -> GradientCommandModel {
    // A check uses few samples, so that not all of the 60,000 synthetic digits are generated.
    let digits = max(1000, min(check.samples ?? 0, 60_000))
    guard let model, let file = network.initialWeights else {
      return try GradientCommandModel(
        network, seed: check.seed, kernels: execution.kernelsInPrecision, data, digits: digits, isQuiet: isQuiet,
        console)
    }
    let topology = try topology(of: model, file: file)
    if !isQuiet { network.assumptions(of: model, file: file, topology).map { console.note($0) } }
    return try GradientCommandModel(model, file: file, topology, data, digits: digits, isQuiet: isQuiet, console)
  }

  /// The network of a file and the options; activations and loss of the options take precedence.
  private func topology(of model: ModelFile, file: String) throws(UsageError) -> Topology {
    if let hidden = network.hidden, hidden != Array(model.widths.dropFirst().dropLast()) {
      throw .combination(
        options: [arguments.spelling(NetworkOptions.hiddenOption), file],
        reason: "the model's widths are \(model.widths)", expected: "one of the two")
    }
    if let hasBiases = network.hasBiases, hasBiases != model.hasBiases {
      throw .combination(
        options: [hasBiases ? "--bias" : "--no-bias", file],
        reason: "the model has \(model.hasBiases ? "biases" : "no biases")", expected: "one of the two")
    }
    do {
      return try model.topology(hidden: network.activations, output: network.output, loss: network.loss)
    } catch {
      let options: [any OptionDeclaration] = [
        NetworkOptions.activationOption, NetworkOptions.outputOption, NetworkOptions.lossOption,
      ]
      let given = options.filter { arguments.isGiven($0) }.map { arguments.spelling($0) }.joined(separator: " ")
      throw .elsewhere("\(file)\(given.isEmpty ? "" : " with \(given)"): \(error)")
    }
  }
}

extension GradientCheck.Result {
  /// Names the tensors as the model's file does; biases that it lacks in a single layer keep their own name.
  fileprivate mutating func takeNames(of model: ModelFile) {
    let names = model.tensorNames.enumerated().flatMap { layer, names in
      model.hasBiases ? [names.weight, names.bias ?? TensorName.bias(layer)] : [names.weight]
    }
    for (index, name) in names.enumerated() { tensors[index].name = name }
  }
}

/// The result of `gradcheck`, as text and as JSON.
struct GradientCheckReport {
  let result: GradientCheck.Result

  var json: JSONValue {
    [
      "tensors": .array(
        result.tensors.map { tensor in
          [
            "name": .string(tensor.name), "worst_relative_error": .number(tensor.worstRelativeError),
            "agrees": .bool(tensor.agrees), "within_rounding": .bool(tensor.isWithinRounding),
          ]
        })
    ]
  }

  /// - Parameter width: the width of the terminal; nil for a table of any width.
  func text(width: Int?) -> String {
    var table = TextTable([
      .init("tensor", .left), .init("shape"), .init("entries"), .init("worst relative error"), .init("agrees", .left),
    ])
    for tensor in result.tensors {
      table.add([
        tensor.name, tensor.shape.map(String.init).joined(separator: " × "), String(tensor.entries),
        NumberText.significant(tensor.worstRelativeError, 3), tensor.agrees ? "yes" : "NO",
      ])
    }
    table.append(result.tensors.map { $0.isWithinRounding ? " *" : "" }, to: table.columns.count - 1, width: width)
    let wrong = result.tensors.count { !$0.agrees }
    let samples = "on " + result.samples.counted("sample")
    return table.fullText(width: width, remedy: "--json has them") + roundingLine(width: width)
      + (wrong == 0
        ? "All \(result.tensors.count) tensors agree \(samples).\n"
        : "\(wrong) of \(result.tensors.count) tensors disagree \(samples).\n")
  }

  /// The explanation of the mark; empty if no tensor has it.
  private func roundingLine(width: Int?) -> String {
    guard result.tensors.contains(where: \.isWithinRounding) else { return "" }
    let line =
      "* The tensor's gradient is a small difference of large terms; the error is within the rounding of these terms."
    return (width.map { Layout.wrapped(line, width: $0).joined(separator: "\n") } ?? line) + "\n"
  }
}
