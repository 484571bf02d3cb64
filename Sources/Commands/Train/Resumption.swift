import Files
import JSON
import Platform
import Ranks
import Reports
import Training

/// `--resume`: the run to resume, and the command line completed by its options.
struct Resumption {
  /// The given options, completed by those of the checkpoint.
  let arguments: Arguments
  /// The given options.
  let given: Arguments
  /// The number of ranks of this run; nil without ranks.
  private let ranks: Int?
  /// The checkpoint to resume from; nil if the run starts from the beginning.
  let checkpoint: Checkpoint?
  /// The path of the checkpoint.
  let file: String?

  /// Finds the newest valid checkpoint.
  ///
  /// - Throws: `UsageError` for an option that contradicts it, naming both values; `FileError` for unreadable files.
  init(_ given: Arguments, _ console: Console) throws {
    self.given = given
    ranks = console.ranks?.size
    guard let path = try given.value(CheckpointOptions.resumeOption) else {
      (arguments, checkpoint, file) = (given, nil, nil)
      return
    }
    let found = try Self.find(path, console)
    guard let found else {
      try console.onRoot { try Self.checkMissing(path, given) }
      if let line = Self.seedsLine(path) { console.note(line) }
      console.note("descent: no valid checkpoint in \(path): training starts from the beginning.")
      (arguments, checkpoint, file) = (given.completed(by: [CheckpointOptions.checkpointOption.name: path]), nil, nil)
      return
    }
    checkpoint = found.checkpoint
    file = found.file
    // A given default such as `auto` counts as not given, since the checkpoint has the choice of the run.
    let given = given.withoutAutomaticChoices()
    let stored = StoredOptions(json: found.checkpoint.options)
    try stored.check(given, folder: path, isOtherNumber: found.checkpoint.state.choices.ranks != (ranks ?? 1))
    var texts = stored.given
    texts[CheckpointOptions.checkpointOption.name] = path
    // As in a new run, steps are the only limit beside a number of epochs that was not given; checkpoints of earlier releases do not
    // tell, and keep their limit of epochs.
    let epochs = BudgetOptions.epochsOption.name
    if given.isGiven(BudgetOptions.stepsOption), stored.chosen.contains(epochs) { texts[epochs] = nil }
    let (choices, ranks) = (found.checkpoint.state.choices, console.ranks?.size ?? 1)
    if choices.ranks != ranks {
      texts[ExecutionOptions.workersOption.name] = choices.workers(onRanks: ranks).map(String.init)
    }
    arguments = given.completed(by: texts.mapValues { [$0] }, chosen: stored.chosen)
  }

  /// Checks that a run whose folder does not exist is described by other options: without any, the name is probably misspelled, and
  /// a network with default values would be trained on default data.
  ///
  /// - Throws: `UsageError`.
  static func checkMissing(_ path: String, _ given: Arguments) throws(UsageError) {
    guard !FileManager.default.fileExists(atPath: path), !describesRun(given) else { return }
    let option = CheckpointOptions.resumeOption.name
    throw .combination(
      options: ["--\(option) \(path)"], reason: "there is no such folder, and no option describes a run to begin",
      expected: seedOptions(path).map { "\($0.options) with it, which resumes the networks of \($0.folders)" }
        ?? "the folder of a run's checkpoints, or options of a run to begin, such as "
        + "--\(CheckpointOptions.checkpointOption.name) \(path)")
  }

  /// True if an option is given that a resumed run takes from its checkpoint, such as `--data`, or one that begins checkpoints.
  private static func describesRun(_ given: Arguments) -> Bool {
    let others: OptionTraits = [.mayChangeOnResume, .runLength, .output, .perCommandLine]
    return TrainOptions.declared.contains { option in
      guard given.isGiven(option), option.name != TrainOptions.seedOption.name else { return false }
      return option.traits.isDisjoint(with: others) || option.name == CheckpointOptions.checkpointOption.name
    }
  }

  /// A line on the checkpoints of a run with `--seeds`; nil if there is none.
  private static func seedsLine(_ path: String) -> String? {
    seedOptions(path).map {
      "descent: \($0.folders) have checkpoints; \($0.options) with --\(CheckpointOptions.resumeOption.name) \(path) resumes these networks."
    }
  }

  /// The options that resume a run with `--seeds`, which has a folder for each seed, and these folders; nil if there is none.
  private static func seedOptions(_ path: String) -> (options: String, folders: String)? {
    let folder = SeedList.path(path, seed: 1, isFolder: true).dropLast()
    let name = folder.split(separator: "/").last ?? ""
    let parent = folder.dropLast(name.count)
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: parent.isEmpty ? "." : String(parent))) ?? []
    let seeds = entries.compactMap { $0.hasPrefix(name) ? UInt64($0.dropFirst(name.count)) : nil }.sorted()
      .filter { CheckpointFolder(folder + "\($0)").hasCheckpoint }
    guard let first = seeds.first, let last = seeds.last, last > first, last - first == UInt64(seeds.count - 1) else {
      return nil
    }
    return (
      "--\(TrainOptions.seedOption.name) \(first) --\(TrainOptions.seedsOption.name) \(seeds.count)",
      "\(folder)\(first) to \(folder)\(last)"
    )
  }

  /// The newest valid checkpoint; of several ranks, rank 0 finds and reads it for all.
  private static func find(_ path: String, _ console: Console) throws -> CheckpointFolder.Found? {
    func newest(keepsBytes: Bool) throws -> CheckpointFolder.Found? {
      try CheckpointFolder(path).newest(keepsBytes: keepsBytes) {
        console.note("descent: skipped a checkpoint: \($0)")
      }
    }
    guard let ranks = console.ranks else { return try newest(keepsBytes: false) }
    let own = try console.together { ranks.isRoot ? try newest(keepsBytes: true) : nil }
    let file = String(decoding: try ranks.broadcast(Array((own?.file ?? "").utf8)), as: UTF8.self)
    guard !file.isEmpty else { return nil }
    let shared = try ranks.broadcast(own?.bytes ?? [])
    return try console.together {
      CheckpointFolder.Found(checkpoint: try own?.checkpoint ?? .parse(shared, file: file), file: file)
    }
  }

  /// A line for a run with another number of shards than the checkpoint, so that sums are rounded differently; else nil.
  func changeLine(_ trainer: Trainer) -> String? {
    guard let before = checkpoint?.state.choices else { return nil }
    let now = trainer.choices
    let averages = trainer.configuration.averageEvery != nil
    let isSame =
      averages
      ? (before.ranks, before.workers) == (now.ranks, now.workers)
      : before.workers * before.ranks == now.workers * now.ranks
    guard before.gradients == .partial, !isSame else { return nil }
    func text(_ choices: TrainingChoices) -> String {
      "\(NumberText.count(choices.ranks, "rank")) × \(NumberText.count(choices.workers, "worker"))"
    }
    let cause =
      averages && before.ranks != now.ranks
      ? "ranks have other parts of each batch, and begin with the mean of the optimizer's state"
      : "sums are rounded differently"
    return
      "the checkpoint is of \(text(before)), this run has \(text(now)): \(cause) from here on, "
      + "so the result is not bit-identical to that of an uninterrupted run."
  }

  /// The trainer of a run.
  ///
  /// - Throws: the error of `make`. Of a checkpoint that does not fit the run, it names the folder and the data.
  func explaining(_ plan: TrainPlan, make: () throws -> Trainer) throws -> Trainer {
    do {
      return try make()
    } catch TrainingError.state(let found, let expected) {
      throw FileError(
        file: plan.options.checkpoint.resume ?? plan.source.text, found: found, expected: expected,
        hint: OptionText(
          "The data are \(Quoted(plan.data.description)): a run is resumed with the same samples; without "
            + "--\(CheckpointOptions.resumeOption.name), and with another folder, training starts from the beginning."))
    }
  }

  /// Checks that existing checkpoints in the output folder belong to this run.
  ///
  /// - Throws: `UsageError` if they belong to another run, since they would be replaced.
  func check(_ store: CheckpointStore) throws(UsageError) {
    guard store.hadCheckpoints else { return }
    let path = store.folder.path
    if checkpoint != nil, let resumed = arguments.texts[CheckpointOptions.resumeOption.name],
      nameSameFile(resumed, path)
    {
      return
    }
    throw .combination(
      options: ["--\(CheckpointOptions.checkpointOption.name) \(path)"],
      reason: "it holds the checkpoints of another run",
      expected: "--resume \(path) to resume that run, or another folder")
  }

  /// Compares all options in effect with the checkpoint's, after values that depend on data and files are resolved.
  ///
  /// - Throws: `UsageError` naming both values.
  func check(_ plan: TrainPlan) throws(UsageError) {
    guard let checkpoint else { return }
    let stored = StoredOptions(json: checkpoint.options)
    // The command line has been completed by the automatic choices of the checkpoint.
    let now = EffectiveOptions.values(plan, checkpoint.state.choices)
    let isOtherNumber = checkpoint.state.choices.ranks != (ranks ?? 1)
    for option in TrainOptions.declared where !stored.mayDiffer(option) && stored.knows(option.name) {
      if isOtherNumber, option.name == ExecutionOptions.workersOption.name { continue }
      let (before, after) = (stored.effective(option.name), now[option.name] ?? .null)
      if !StoredOptions.isSame(option, before, after), !option.traits.contains(.inputPath) {
        let spelling = arguments.texts[option.name].map { StoredOptions.spelling(option, $0) }
        throw StoredOptions.contradiction(
          spelling ?? StoredOptions.spelling(option, after), StoredOptions.spelling(option, before),
          folder: plan.options.checkpoint.resume ?? "")
      }
    }
  }
}
