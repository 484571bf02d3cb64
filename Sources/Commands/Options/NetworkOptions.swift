import Datasets
import Networks
import Reports
import Training

/// Options for the network. `nil` means not given: the value is then that of `--initial-weights`, else the default.
struct NetworkOptions: Sendable, Equatable {
  /// Widths of the hidden layers; empty for none.
  var hidden: [Int]?
  /// One activation for all hidden layers, or one for each.
  var activations: [Activation]?
  var output: Activation?
  var loss: Loss?
  var initializer: Initializer
  var hasBiases: Bool?
  /// A model file with initial weights.
  var initialWeights: String?

  static let hiddenOption = Option(
    "hidden",
    ValueKind.list(
      of: .wholeNumber(1...Topology.maximumWidth), "WIDTHS",
      allowed: "widths from 1 to \(Topology.maximumWidth), comma-separated", explanation: "256,128 for example"
    ).or("none", meaning: []),
    default: "128", "widths of the hidden layers, first to last, separated by commas",
    traits: .axis,
    otherNames: [
      "hidden-layers", "hidden-layer-sizes", "hidden-size", "hidden-sizes", "hidden-dim", "hidden-dims", "hidden-units",
      "n-hidden", "layers", "units", "neurons", "width", "widths",
    ])
  /// Activations of hidden layers.
  static let activationsKind = ValueKind<[Activation]>.list(
    of: .activation(of: Activation.hiddenChoices), "NAMES",
    allowed: "one for all hidden layers or one for each, comma-separated, out of "
      + Activation.hiddenChoices.map(\.rawValue).joined(separator: ", "))
  static let activationOption = Option(
    "activation", activationsKind, default: "relu", "activations of the hidden layers",
    traits: [.axis, .comparedByEffect], otherNames: ["activations", "activation-function", "nonlinearity", "act"])
  static let outputOption = Option(
    "output",
    .activation(of: Activation.outputChoices).remarking {
      // Other commands write a file of that option's name.
      $0.contains(".") || $0.contains("/") ? "in 'descent train', --save \($0.excerpt(80)) writes the model" : nil
    }, default: "softmax",
    "activation of the output layer; sigmoid with two classes has a single output",
    traits: .axis, otherNames: ["output-activation", "final-activation", "output-layer"])
  static let lossOption = Option(
    "loss", .loss, absent: "cross-entropy for softmax and sigmoid, else squared-error",
    "loss function", traits: .axis, otherNames: ["criterion", "objective", "cost"])
  static let initializerOption = Option(
    "initializer",
    ValueKind(
      placeholder: "NAME",
      allowed: "auto, he, glorot, normal:SIGMA, uniform:EPSILON or constant:VALUE, the last three also with ,biases; "
        + "SIGMA and EPSILON are finite numbers of at least 0, VALUE is any finite number; or he,glorot,… for each layer, "
        + "of these two alone",
      explanation:
        "auto, he, glorot, normal:SIGMA, uniform:EPSILON or constant:VALUE, the last three also with ,biases",
      words: ["auto", "he", "glorot", "normal:", "uniform:", "constant:"],
      read: { try? Initializer($0) }
    ).accepting(["xavier": "glorot", "kaiming": "he", "gaussian": "normal"]),
    default: "auto",
    "distribution of the initial weights; auto: he for a layer with an activation of relu's kind, else glorot; he,glorot,…: "
      + "one for each layer",
    traits: [.axis, .comparedByEffect], otherNames: ["init", "kernel-initializer", "weight-init"])
  static let biasOption = Option(
    switch: "bias", "train with or without biases", traits: .axis, otherNames: ["use-bias", "fit-intercept"])
  static let initialWeightsOption = Option(
    "initial-weights", .path("MODEL"),
    "model whose weights training starts from; its layers and activations are used unless given",
    traits: .inputPath, otherNames: ["weights", "init-from", "load", "model", "pretrained", "initial-model"])

  static let group = OptionGroup(
    title: "Network",
    options: [
      hiddenOption, activationOption, outputOption, lossOption, initializerOption, biasOption, initialWeightsOption,
    ])

  init(_ arguments: Arguments) throws(UsageError) {
    hidden = try arguments.given(Self.hiddenOption)
    activations = try arguments.given(Self.activationOption)
    output = try arguments.given(Self.outputOption)
    loss = try arguments.value(Self.lossOption)
    initializer = try arguments.value(Self.initializerOption)
    hasBiases = try arguments.given(Self.biasOption)
    initialWeights = try arguments.value(Self.initialWeightsOption)
    try check(arguments)
  }

  private func check(_ arguments: Arguments) throws(UsageError) {
    // Properties that a file of weights may decide are checked against the file.
    let layers = hidden ?? (initialWeights == nil ? Self.hiddenOption.absent : nil)
    if let layers, let activations, activations.count > 1, activations.count != layers.count {
      throw .combination(
        options: [arguments.spelling(Self.activationOption), arguments.spelling(Self.hiddenOption)],
        reason: "\(activations.count) activations for \(layers.count.counted("hidden layer"))",
        expected: "one activation for all or one for each")
    }
    let output = output ?? (initialWeights == nil ? Self.outputOption.absent : nil)
    if let loss, let output, !loss.isDefined(for: output) {
      throw .crossEntropy(arguments.spelling(Self.lossOption), on: arguments.spelling(Self.outputOption))
    }
    if initializer.drawsBiases, hasBiases == false {
      throw .combination(
        options: [arguments.spelling(Self.initializerOption), arguments.spelling(Self.biasOption)],
        reason: "there are no biases to draw", expected: "one of the two")
    }
    if let count = initializer.layerCount, let layers, count != layers.count + 1 {
      throw .combination(
        options: [arguments.spelling(Self.initializerOption), arguments.spelling(Self.hiddenOption)],
        reason: "\(count) distributions for \((layers.count + 1).counted("layer")), the output's included",
        expected: "one for all layers, or one for each")
    }
    if initialWeights != nil, arguments.isGiven(Self.initializerOption) {
      throw .combination(
        options: [arguments.spelling(Self.initializerOption), arguments.spelling(Self.initialWeightsOption)],
        reason: "the weights come from the file", expected: "one of the two")
    }
  }
}

extension NetworkOptions {
  /// The network for samples, with the defaults of options that are not given.
  ///
  /// - Throws: the errors of `Topology`'s initializer.
  func topology(for samples: Samples) throws -> Topology {
    try Topology(
      for: samples, hidden: hidden ?? Self.hiddenOption.absent,
      activations: activations ?? Self.activationOption.absent, output: output ?? Self.outputOption.absent, loss: loss,
      hasBiases: hasBiases ?? Self.biasOption.absent)
  }
}

extension ValueKind where Value == Activation {
  /// Reads an activation's name, or a synonym from another library.
  static func activation(of choices: [Activation]) -> ValueKind {
    .choice("NAME", of: choices).accepting([
      "linear": "identity", "logistic": "sigmoid", "leakyrelu": "leaky-relu", "hyperbolic-tangent": "tanh",
      "lrelu": "leaky-relu",
      "swish": "silu",
    ])
  }
}

extension ValueKind where Value == Loss {
  /// Reads a loss function's name, with its number if it has one, or a synonym from another library.
  static var loss: ValueKind {
    let list = Loss.forms.joined(separator: ", ")
    return ValueKind(
      placeholder: "NAME", allowed: "one of \(list) with DELTA a finite number above 0", explanation: list,
      words: Loss.forms.map { form in form.firstIndex(of: ":").map { String(form[...$0]) } ?? form },
      read: { Loss(rawValue: $0) }
    ).accepting([
      "mse": "squared-error", "mean-squared-error": "squared-error", "crossentropy": "cross-entropy",
      "ce": "cross-entropy", "bce": "cross-entropy", "binary-cross-entropy": "cross-entropy",
      "categorical-cross-entropy": "cross-entropy", "sparse-categorical-cross-entropy": "cross-entropy",
      "binary-crossentropy": "cross-entropy", "categorical-crossentropy": "cross-entropy",
      "sparse-categorical-crossentropy": "cross-entropy", "crossentropyloss": "cross-entropy",
      "bceloss": "cross-entropy", "log-loss": "cross-entropy", "nll": "cross-entropy",
      "negative-log-likelihood": "cross-entropy", "mseloss": "squared-error",
    ])
  }
}
