import Datasets
import Networks
import Reports
import Training

/// Regularization besides penalties: dropout, label smoothing, max-norm, weight averaging.
struct WeightOptions: Sendable, Equatable {
  /// E: class targets are (1 − E) · one-hot + E/K.
  var labelSmoothing: Double
  /// The largest norm of a unit's incoming weights; nil for no limit.
  var maxNorm: Double?
  var average: WeightAveraging
  /// The dropout rates as given; empty for none.
  var dropout: [Double]

  static let labelSmoothingOption = Option(
    "label-smoothing", .number(.fraction).described("E"), default: "0",
    "class targets become (1-E) one-hot + E/K with K classes, in training alone", traits: .axis,
    otherNames: ["smoothing"])
  static let maxNormOption = Option(
    "max-norm", orOff: .number(.positive).described("C"),
    "largest L2 norm of a unit's incoming weights, bias excluded, in every layer; larger ones are scaled down after each update",
    traits: .axis, otherNames: ["weight-norm", "kernel-constraint", "max-weight-norm"])
  static let averageOption = Option(
    "average",
    ValueKind(
      placeholder: "NAME",
      allowed: "none, ema:DECAY with DECAY from 0 to 0.99999994, or swa:EPOCH with EPOCH 1 or more",
      explanation: "none, ema:DECAY, swa:EPOCH", words: ["none", "ema:", "swa:"], read: { WeightAveraging($0) }),
    default: "none",
    "average of the weights that is evaluated and saved: ema over steps, from the initial weights; swa over the ends of whole epochs, from EPOCH",
    traits: .axis, otherNames: ["ema", "swa", "averaging", "polyak"])

  static let dropoutOption = Option(
    "dropout",
    orOff: ValueKind<[Double]>.list(
      of: .number(.fraction), "P[,P...]", allowed: "numbers from 0 to below 1 with commas between them",
      explanation: "0.5, or 0.2,0.5 for example"),
    "dropout rates of the hidden layers, one for all or one for each; with one more than hidden layers, the input's comes first",
    traits: .axis, otherNames: ["drop-rate", "dropout-rate", "input-dropout"])

  static let options: [any OptionDeclaration] = [dropoutOption, labelSmoothingOption, maxNormOption, averageOption]

  init(_ arguments: Arguments) throws(UsageError) {
    labelSmoothing = try arguments.value(Self.labelSmoothingOption)
    maxNorm = try arguments.value(Self.maxNormOption)
    average = try arguments.value(Self.averageOption)
    dropout = try Self.dropout(arguments)
    try Self.checkTargets(arguments)
  }

  /// The rates given; empty for none.
  static func dropout(_ arguments: Arguments) throws(UsageError) -> [Double] {
    try arguments.value(Self.dropoutOption) ?? []
  }

  /// - Throws: `UsageError` for label smoothing with target values.
  static func checkTargets(_ arguments: Arguments) throws(UsageError) {
    if try arguments.value(Self.labelSmoothingOption) > 0, arguments.isGiven(DataSelection.targetsOption) {
      throw .combination(
        options: [arguments.spelling(Self.labelSmoothingOption), arguments.spelling(DataSelection.targetsOption)],
        reason: "targets that are values have no labels to smooth", expected: "one of the two")
    }
  }

  /// - Parameter owner: the option or file that has the hidden layers, for the message.
  /// - Throws: `UsageError` unless there is one rate, one per hidden layer, or one more.
  static func checkDropout(_ arguments: Arguments, hiddenLayers: Int, owner: String) throws(UsageError) {
    let rates = try dropout(arguments)
    guard !rates.isEmpty, Dropout(rates, hiddenLayers: hiddenLayers, seed: 0) == nil else { return }
    throw .combination(
      options: [arguments.spelling(dropoutOption), owner],
      reason: "\(rates.count.counted("rate")) for \(hiddenLayers.counted("hidden layer"))",
      expected: "one rate for all, one for each, or the input's and one for each")
  }

  /// - Throws: `DataOptionError` if the samples' targets are not labels.
  static func check(_ samples: Samples, labelSmoothing: Double) throws {
    guard labelSmoothing > 0, case .values = samples.targets else { return }
    throw DataOptionError(DataOption("labelSmoothing"), "the targets are values, which have no labels to smooth")
  }
}
