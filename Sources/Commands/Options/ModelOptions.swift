import Models
import Networks

/// Options for properties of a model: given ones replace those of its file, which may lack them. `nil` means not given.
struct ModelOptions: Sendable, Equatable {
  /// The model file: safetensors, or a MAT-file.
  var file: String
  /// The activations of hidden layers: one for all, or one for each.
  var activations: [Activation]?
  var output: Activation?
  var loss: Loss?
  /// The threshold of a single sigmoid output; nil for the model's.
  var threshold: Double?
  /// The paths of the command, to compare with the data source that a model names.
  var paths: OutputPaths
  /// True if the option for the output layer is `--output-activation`, since the command's `--output` names a file.
  private var namesOutputByActivation = false

  static let positional = CommandDeclaration.Positional(
    name: "MODEL",
    meaning:
      "a file that --save wrote, safetensors of another program (weights and biases that form a chain of layers), or a "
      + "MAT-file with Theta1, Theta2, …")

  private static let absence = "the model's"
  static let activationOption = Option(
    "activation", NetworkOptions.activationsKind, absent: absence + ", else relu", "activations of the hidden layers",
    otherNames: ["activations", "nonlinearity"])
  static let outputOption = Option(
    "output", .activation(of: Activation.outputChoices),
    absent: absence + ", else softmax, or sigmoid for a single output",
    "activation of the output layer", otherNames: ["output-activation"])
  static let lossOption = Option(
    "loss", .loss, absent: absence + ", else the default of the output", "loss function",
    otherNames: ["criterion", "objective", "cost"])

  /// The option for the output layer of commands whose `--output` names a file.
  static let outputActivationOption = Option(
    "output-activation", .activation(of: Activation.outputChoices),
    absent: absence + ", else softmax, or sigmoid for a single output", "activation of the output layer")

  static let group = OptionGroup(
    title: "Model", options: [activationOption, outputOption, lossOption, ClassOptions.thresholdOption])
  /// The options of a command whose `--output` names a file, or sets the activation if it is the name of one.
  static let groupWithoutOutput = OptionGroup(
    title: group.title, options: [activationOption, lossOption, ClassOptions.thresholdOption])
  /// The options of commands that write a file and compute no loss.
  static let exportGroup = OptionGroup(title: "Model", options: [activationOption, outputActivationOption])

  /// - Parameter other: the activation of the output layer, for a command that reads `--output` itself; `.some(nil)` if
  ///   it has none.
  init(_ arguments: Arguments, output other: Activation?? = nil) throws(UsageError) {
    file = arguments.positionals[0]
    paths = OutputPaths(arguments)
    activations = try arguments.value(Self.activationOption)
    guard !arguments.declares(Self.outputActivationOption) else {
      output = try arguments.value(Self.outputActivationOption)
      namesOutputByActivation = true
      return
    }
    output = if let other { other } else { try arguments.value(Self.outputOption) }
    loss = try arguments.value(Self.lossOption)
    threshold = try arguments.value(ClassOptions.thresholdOption)
    if let loss, let output, !loss.isDefined(for: output) {
      throw .crossEntropy(arguments.spelling(Self.lossOption), on: arguments.spelling(Self.outputOption))
    }
  }
}

extension ModelOptions {
  /// The same options for another file.
  func of(_ file: String) -> ModelOptions {
    var copy = self
    copy.file = file
    return copy
  }

  /// The assumptions on a model file that lacks properties, in one line; nil without assumptions.
  func assumptions(of model: ModelFile, _ topology: Topology) -> String? {
    model.assumptions(
      file: file, topology, namesHidden: activations != nil, namesOutput: output != nil, outputOption: outputName)
  }

  /// The options of the network as given, with their values.
  var givenOptions: [String] {
    var given: [String] = []
    if let activations {
      given.append("--\(Self.activationOption.name) \(activations.map(\.rawValue).joined(separator: ","))")
    }
    if let output { given.append("--\(outputName) \(output.rawValue)") }
    if let loss { given.append("--\(Self.lossOption.name) \(loss)") }
    return given
  }

  private var outputName: String { namesOutputByActivation ? Self.outputActivationOption.name : Self.outputOption.name }
}

extension NetworkOptions {
  /// The assumptions on a file of initial weights, or of a model that is checked.
  func assumptions(of model: ModelFile, file: String, _ topology: Topology) -> String? {
    model.assumptions(file: file, topology, namesHidden: activations != nil, namesOutput: output != nil)
  }
}

extension ModelFile {
  /// The assumptions on a file that lacks properties, in one line; nil without assumptions.
  ///
  /// - Parameters:
  ///   - topology: the network of the file and the options; nil if activations are not used.
  ///   - namesHidden: true if an option names the activations of the hidden layers, `namesOutput` that of the output.
  ///   - outputOption: the name of that option.
  func assumptions(
    file: String, _ topology: Topology?, namesHidden: Bool = false, namesOutput: Bool = false,
    outputOption: String = ModelOptions.outputOption.name
  ) -> String? {
    var assumed: [String] = []
    if isTransposed { assumed.append("weights [inputs, outputs], the only order that fits") }
    if let assumedOrder {
      let names = assumedOrder.prefix(8).joined(separator: ", ") + (assumedOrder.count > 8 ? ", …" : "")
      assumed.append("layers in the order \(names), though their shapes allow others (numbers in the names decide)")
    }
    if activations == nil, let topology {
      if !namesHidden, let first = topology.layers.dropLast().first {
        assumed.append("\(first.activation.rawValue) in the hidden layers (--\(ModelOptions.activationOption.name))")
      }
      if !namesOutput { assumed.append("\(topology.output.rawValue) outputs (--\(outputOption))") }
    }
    return assumed.isEmpty ? nil : "\(file): assumed: " + assumed.joined(separator: ", ") + "."
  }
}
