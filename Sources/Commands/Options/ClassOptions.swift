import Datasets
import Networks

/// The options of unbalanced classes: their weights in the loss, and the threshold between two of them.
enum ClassOptions {
  static let weightsOption = Option(
    "class-weights", .classWeights, absent: "all the same",
    "weights of the classes in the loss, in the order of the labels; balanced: samples / (classes · samples of the class). The training "
      + "loss is the weighted mean over the training split, Σ w l / Σ w: weights are scaled so that their mean over its samples is 1",
    otherNames: ["class-weight", "classweights", "pos-weight", "sample-weights"])
  static let thresholdOption = Option(
    "threshold", .number(.part).described("T"), absent: "the model's, else 0.5",
    "activation of a single sigmoid output from which on the second class is predicted",
    otherNames: ["decision-threshold", "cutoff", "cut-off"])

  static let trainingGroup = OptionGroup(title: "Unbalanced classes", options: [weightsOption, thresholdOption])

  /// Sets the class weights of the samples whose loss is computed.
  ///
  /// - Parameter source: the name of the data source, for messages.
  /// - Throws: `DataOptionError` for target values, if classes and weights differ, or all samples have weight 0.
  static func apply(_ weights: ClassWeights?, to samples: inout Samples, source: String) throws(DataOptionError) {
    guard let weights else { return }
    let option = DataOption("classWeights")
    guard case .classes(_, let labels) = samples.targets, let numbers = weights.weights(of: samples.targets) else {
      throw DataOptionError(option, "needs classes; \(source) has target values")
    }
    guard numbers.count == labels.count else {
      let shown = labels.prefix(12).joined(separator: ", ") + (labels.count > 12 ? ", …" : "")
      throw DataOptionError(
        option, "\(numbers.count) weights for \(labels.count) classes (\(shown)); expected one for each, or balanced")
    }
    samples.classWeights = numbers
    guard samples.lossFactors != nil else {
      throw DataOptionError(
        option, "the classes of all samples have weight 0; expected a positive weight for one that occurs")
    }
  }

  /// The threshold of a network: the one given, else the model's; nil for 0.5.
  ///
  /// - Parameter hasClasses: true if the outputs are classes.
  /// - Throws: `DataOptionError` if one is given and the network has another output.
  static func threshold(
    _ given: Double?, model: Double? = nil, _ topology: Topology, hasClasses: Bool
  ) throws(DataOptionError) -> Float? {
    let isSingle = topology.outputs == 1 && topology.output == .sigmoid && hasClasses
    if given != nil, !isSingle {
      let found = hasClasses ? "\(topology.outputs) \(topology.output.rawValue) outputs" : "target values"
      throw DataOptionError(
        DataOption("threshold"),
        "needs two classes and a single sigmoid output (--output sigmoid); the network has \(found)")
    }
    return isSingle ? (given ?? model).map { Float($0) } : nil
  }
}

extension ValueKind where Value == ClassWeights {
  fileprivate static var classWeights: ValueKind {
    ValueKind(
      placeholder: "W,W,…", allowed: "balanced, or numbers of at least 0, one for each class, with commas between them",
      explanation: "balanced, or one number for each class", words: ["balanced"]
    ) { text in
      if text == "balanced" { return .balanced }
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let weights = parts.compactMap { Double($0) }.filter { NumberRange.notNegative.contains($0) }
      return weights.count == parts.count && weights.count > 1 ? .each(weights) : nil
    }
  }
}
