import Optimizers
import Training

/// The length of training, its batches, and the criteria that end it early.
struct BudgetOptions: Sendable, Equatable {
  var batchSize: BatchSize
  var lastBatch: LastBatch
  /// The number of epochs; nil for no limit, if `steps` is set.
  var epochs: Int?
  var steps: Int?
  var stopGradientNorm: Double?
  var stopLoss: Double?
  /// The test accuracy that ends the run, 0 to 1; nil for none.
  var targetAccuracy: Double?
  /// The fraction of the training split that is held out, [0, 1).
  var validationFraction: Double
  /// The number of epochs without a lower validation loss that ends the run; nil for none.
  var patience: Int?
  /// True to save the model of the best epoch by validation loss.
  var savesBest: Bool
  /// The number of epochs whose weights are also saved in the model; nil for none.
  var snapshots: Int?

  /// Limits far beyond any use; products of steps, epochs and samples fit into 64 bits.
  static let maximumSteps = 1_000_000_000_000
  static let maximumEpochs = 1_000_000_000
  static let maximumBatchSize = 1_000_000_000
  static let maximumSnapshots = 1000

  static let batchSizeOption = Option(
    "batch-size",
    ValueKind.wholeNumber(1...maximumBatchSize).map { BatchSize.samples($0) }.or("full", meaning: .full), default: "64",
    "number of samples per step; always full with optimizers that need it", traits: [.listAxis, .comparedByEffect],
    otherNames: OtherNames(short: "b", ["batch", "batch-samples", "minibatch", "mini-batch", "minibatch-size", "bs"]))
  static let lastBatchOption = Option(
    "last-batch", .choice("NAME", of: LastBatch.allCases), default: "keep",
    "samples that do not fill a whole batch at the end of an epoch: a smaller batch, omitted, or distributed over the epoch's batches",
    traits: .axis, otherNames: ["drop-last", "drop-remainder"])
  static let epochsOption = Option(
    "epochs", .wholeNumber(0...maximumEpochs), absent: "5; with --steps, no limit",
    "number of passes over the training split",
    traits: [.runLength, .resolved],
    otherNames: OtherNames(short: "e", ["max-epochs", "n-epochs", "num-epochs", "iterations", "max-iter", "passes"]))
  static let stepsOption = Option(
    "steps", .wholeNumber(0...maximumSteps), absent: "no limit",
    "number of steps in total; the run ends at the first limit of epochs and steps",
    traits: .runLength, otherNames: ["updates", "max-steps", "num-steps"])
  static let stopGradientNormOption = Option(
    "stop-gradient-norm", orOff: .number(.notNegative).described("G"),
    "stop once the gradient's L2 norm at the end of an epoch is at most G",
    traits: [.trainOnly, .mayChangeOnResume], otherNames: ["tolerance", "tol", "gradient-tolerance"])
  static let stopLossOption = Option(
    "stop-loss", orOff: .number(.notNegative).described("L"),
    "stop once an epoch's training loss is at most L",
    traits: [.trainOnly, .mayChangeOnResume], otherNames: ["target-loss"])
  static let targetAccuracyOption = Option(
    "target-accuracy", orOff: .number(.part).described("A"),
    "stop once test accuracy reaches A", traits: .mayChangeOnResume,
    otherNames: ["stop-accuracy"])
  static let validationFractionOption = Option(
    "validation-fraction", .number(.fraction).described("F"), default: "0",
    "fraction of the training split held out for validation, drawn by --seed",
    traits: .axis,
    otherNames: OtherNames(
      synonyms: ["val-fraction", "val-split", "validation-split"], ["validation", "validation-size", "val-size", "val"])
  )
  static let patienceOption = Option(
    "patience", orOff: .wholeNumber(1...maximumEpochs),
    "stop after N epochs without a lower validation loss",
    traits: [.trainOnly, .mayChangeOnResume], otherNames: ["early-stopping", "early-stop", "n-iter-no-change"])
  static let saveBestOption = Option(
    flag: "save-best", "--save keeps the best epoch by validation loss, not the last",
    traits: .trainOnly, otherNames: ["save-best-only", "restore-best-weights"])
  static let snapshotsOption = Option(
    "snapshots", .wholeNumber(1...maximumSnapshots), absent: "none",
    "--save also keeps the weights after N epochs, evenly spaced, for the slider of 'export --to html'",
    traits: .trainOnly)

  static let group = OptionGroup(
    title: "Batches and budget",
    options: [
      batchSizeOption, lastBatchOption, epochsOption, stepsOption, stopLossOption, stopGradientNormOption,
      targetAccuracyOption,
      validationFractionOption, patienceOption, saveBestOption, snapshotsOption,
    ])

  init(_ arguments: Arguments) throws(UsageError) {
    batchSize = try arguments.value(Self.batchSizeOption)
    lastBatch = try arguments.value(Self.lastBatchOption)
    steps = try arguments.value(Self.stepsOption)
    epochs = try arguments.value(Self.epochsOption) ?? (steps == nil ? 5 : nil)
    stopGradientNorm = try arguments.value(Self.stopGradientNormOption)
    stopLoss = try arguments.value(Self.stopLossOption)
    targetAccuracy = try arguments.value(Self.targetAccuracyOption)
    validationFraction = try arguments.value(Self.validationFractionOption)
    patience = try arguments.value(Self.patienceOption)
    savesBest = try arguments.value(Self.saveBestOption)
    snapshots = try arguments.value(Self.snapshotsOption)
    try check(arguments)
  }

  private func check(_ arguments: Arguments) throws(UsageError) {
    guard validationFraction == 0 else { return }
    let validation = arguments.spelling(Self.validationFractionOption)
    let expected = "--validation-fraction above 0 with it"
    if patience != nil {
      throw .combination(
        options: [arguments.spelling(Self.patienceOption), validation], reason: "there is no validation loss",
        expected: expected)
    }
    if savesBest {
      throw .combination(
        options: [arguments.spelling(Self.saveBestOption), validation],
        reason: "there is no validation loss",
        expected: expected)
    }
  }
}

extension BudgetOptions {
  /// Sets the full batch for an optimizer that needs it.
  ///
  /// - Throws: `UsageError` for another batch size with such an optimizer.
  mutating func useFullBatch(for optimizer: any Optimizer, _ arguments: Arguments) throws(UsageError) {
    guard type(of: optimizer).needsFullBatch else { return }
    if arguments.isGiven(Self.batchSizeOption), batchSize != .full {
      throw .combination(
        options: [
          arguments.spelling(Self.batchSizeOption), arguments.spelling(OptimizationOptions.optimizerOption),
        ],
        reason: "\(type(of: optimizer).name) compares gradients of all samples", expected: "--batch-size full")
    }
    batchSize = .full
  }
}
