import Files
import Models
import Platform
import Ranks
import Reports
import Training

/// A run that continues from a checkpoint.
struct ResumedRun {
  /// The folder of `--resume`, as given.
  let folder: String
  /// The path of the checkpoint.
  let file: String
  let state: TrainingState
  let options: StoredOptions
  /// The options of this command line, without a given default such as `auto`: the checkpoint has the choice of the run.
  let given: Arguments
  /// The number of ranks that continue the run.
  let ranks: Int

  /// - Throws: `UsageError` for an option that contradicts the checkpoint, naming both values.
  init(_ found: CheckpointFolder.Found, folder: String, _ given: Arguments, ranks: Int) throws(UsageError) {
    self.folder = folder
    file = found.file
    state = found.checkpoint.state
    options = StoredOptions(json: found.checkpoint.options)
    self.given = given.withoutAutomaticChoices()
    self.ranks = ranks
    try checkGiven()
  }

  /// True if the run had another number of ranks, so that its number of workers may change.
  var hadOtherRanks: Bool { state.choices.ranks != ranks }

  /// The given options, completed by those of the checkpoint.
  var arguments: Arguments {
    var texts = options.texts(for: given, folder: folder)
    if hadOtherRanks {
      texts[ExecutionOptions.workersOption.name] = state.choices.workers(onRanks: ranks).map(String.init)
    }
    return given.completed(by: texts.mapValues { [$0] }, chosen: options.chosen)
  }

  /// The initial weights of the run, whose properties are those in the checkpoint, so that their file is not needed any more. The parameters
  /// are the checkpoint's.
  ///
  /// - Returns: nil for a run without such weights, and if their file is to be read.
  /// - Throws: `FileError` if the file is needed and missing; `UsageError` for options that describe another network.
  func initialWeights(_ network: NetworkOptions) throws -> InitialWeights? {
    guard let path = network.initialWeights else { return nil }
    if let properties = options.initialProperties {
      let model = try ModelFile(
        properties: properties, parameters: state.parameters, widths: state.widths, file: file)
      var initial = try InitialWeights(path, model, network)
      initial.areOfCheckpoint = true
      return initial
    }
    guard FileManager.default.fileExists(atPath: path) else {
      throw FileError(
        file: path, found: "no such file", expected: "the initial weights that \(file) names",
        hint: "The run needs their layers and preprocessing, which this checkpoint does not have: put the file back.")
    }
    return nil
  }

  /// The trainer of the run.
  ///
  /// - Throws: the errors of the trainer's initializer; for a checkpoint that does not fit the data, `FileError` with folder and data.
  func makeTrainer(_ plan: TrainPlan, ranks: RankGroup?) throws -> Trainer {
    do {
      return try plan.makeTrainer(resuming: state, ranks: ranks)
    } catch TrainingError.state(let found, let expected) {
      throw FileError(
        file: folder, found: found, expected: expected,
        hint: OptionText(
          "The data are \(Quoted(plan.data.description)): a run is resumed with the same samples; without "
            + "--\(CheckpointOptions.resumeOption.name), and with another folder, training starts from the beginning."))
    }
  }
}

// MARK: Lines

extension ResumedRun {
  /// A line for a run with another number of shards than the checkpoint, so that sums are rounded differently; else nil.
  func changeLine(_ trainer: Trainer) -> String? {
    let (before, now) = (state.choices, trainer.choices)
    let averages = trainer.configuration.averageEvery != nil
    let isSame =
      averages
      ? (before.ranks, before.workers) == (now.ranks, now.workers)
      : before.workers * before.ranks == now.workers * now.ranks
    guard before.gradients == .partial, !isSame else { return nil }
    func text(_ choices: TrainingChoices) -> String {
      "\(choices.ranks.counted("rank")) × \(choices.workers.counted("worker"))"
    }
    let cause =
      averages && before.ranks != now.ranks
      ? "ranks have other parts of each batch, and begin with the mean of the optimizer's state"
      : "sums are rounded differently"
    return
      "the checkpoint is of \(text(before)), this run has \(text(now)): \(cause) from here on, "
      + "so the result is not bit-identical to that of an uninterrupted run."
  }

  /// The limits of a run of which no step is left, and the options that go beyond them, as the end of a sentence:
  /// `(--epochs 5 of the checkpoint): a larger --epochs trains on`; nil if steps are left.
  func limit(_ trainer: Trainer) -> String? {
    guard trainer.isTrained else { return nil }
    let configuration = trainer.configuration
    var reached: [any OptionDeclaration] = []
    if configuration.epochs.map({ $0 <= trainer.epochsDone }) ?? false { reached.append(BudgetOptions.epochsOption) }
    if configuration.steps.map({ $0 <= trainer.stepsDone }) ?? false { reached.append(BudgetOptions.stepsOption) }
    var remedies = reached.isEmpty ? [] : ["a larger " + reached.map { "--\($0.name)" }.joined(separator: " and ")]
    // The reasons have the names of their options.
    if let reason = trainer.endReason, ![.epochs, .steps].contains(reason),
      let option = TrainOptions.declared.first(where: { $0.name == reason.rawValue })
    {
      reached.append(option)
      remedies.append("--\(option.name) \(OptionWord.off)")
    }
    let limits = reached.map { arguments.spelling($0) + (given.isGiven($0) ? "" : " of the checkpoint") }
    let mayGoOn = reached.allSatisfy { comparison($0) == .mayChange }
    let remedy = mayGoOn ? ": \(remedies.joined(separator: " with ")) trains on" : ""
    return "(\(limits.joined(separator: ", ")))" + remedy
  }
}
