import Datasets
import Files
import JSON
import Networks
import Optimizers
import Platform
import Ranks
import Reports
import Training

/// `--resume`: the run to resume, and the command line completed by its options.
struct Resumption {
  /// The given options, completed by those of the checkpoint.
  let arguments: Arguments
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

/// The options in a checkpoint: the given words, and every value in effect.
struct StoredOptions {
  let json: JSONValue
  /// Missing in checkpoints of earlier releases, which standardized targets by default with squared error and with biases only: their runs
  /// go on with their targets as they are.
  private static let standardizationKey = "standardizes"

  /// The options in the form in which a checkpoint stores them.
  static func json(_ arguments: Arguments, _ plan: TrainPlan, _ trainer: Trainer) -> JSONValue {
    let effective = EffectiveOptions.values(plan, trainer.choices)
    var given = arguments.texts
    let plain = arguments.withoutAutomaticChoices()
    let chosen = TrainOptions.declared.filter {
      $0.traits.contains(.automatic) && (!plain.isGiven($0) || arguments.chosen.contains($0.name))
    }
    for option in TrainOptions.declared {
      if option.traits.contains(.perCommandLine) {
        given[option.name] = nil
      } else if !option.traits.isDisjoint(with: [.resolved, .automatic]) {
        // Values determined or chosen by the run also apply to its resumption.
        given[option.name] = effective[option.name].flatMap(optionText)
      }
    }
    func object(_ values: [String: JSONValue]) -> JSONValue {
      .object(values.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
    }
    return [
      "given": object(given.mapValues(JSONValue.string)), "effective": object(effective),
      "chosen": .array(chosen.map { .string($0.name) }), Self.standardizationKey: .string("any loss"),
    ]
  }

  /// The given words, by option.
  var given: [String: String] {
    guard case .object(let members) = json["given"] else { return [:] }
    var texts: [String: String] = [:]
    for member in members { texts[member.name] = member.value.string }
    let targets = DataSelection.standardizeTargetsOption.name
    if json[Self.standardizationKey] == nil, texts[targets] == nil, mayStandardize, !wasStandardized {
      texts[targets] = Self.optionText(.bool(false))
    }
    return texts
  }

  /// False if an earlier release left the targets as they are. The first ones, without the option, standardized those of squared error with
  /// biases only.
  private var wasStandardized: Bool {
    let targets = DataSelection.standardizeTargetsOption.name
    guard knows(targets) else {
      return effective(NetworkOptions.lossOption.name).string == Loss.squaredError.rawValue
        && effective(NetworkOptions.biasOption.name) != .bool(false)
    }
    return effective(targets) != .bool(false)
  }

  /// True for a network whose targets can be standardized.
  private var mayStandardize: Bool {
    effective(NetworkOptions.outputOption.name).string == Activation.identity.rawValue
  }

  /// The names of the automatic options that the run chose; all in checkpoints of earlier releases, which do not tell.
  var chosen: Set<String> {
    guard case .array(let names)? = json["chosen"] else { return TrainOptions.automatic }
    return Set(names.compactMap(\.string))
  }

  func effective(_ name: String) -> JSONValue { json["effective"]?[name] ?? .null }

  /// False for an option that the release that wrote the checkpoint did not have.
  func knows(_ name: String) -> Bool { json["effective"]?[name] != nil }

  /// True if an option may change in the resumption. The learning rates of `cosine` and `one-cycle` depend on the run's
  /// length.
  func mayDiffer(_ option: any OptionDeclaration) -> Bool {
    if option.traits.contains(.runLength) {
      // Clean epochs are counted from the end of the run.
      let clean = effective(AugmentationOptions.cleanEpochsOption.name)
      return !dependsOnRunLength && (clean == .null || clean == .number(0))
    }
    return !option.traits.isDisjoint(with: [.mayChangeOnResume, .output, .perCommandLine])
  }

  private var dependsOnRunLength: Bool {
    guard let text = effective(OptimizationOptions.scheduleOption.name).string,
      let shape = try? LearningRateSchedule.Shape(text)
    else { return false }
    return shape.dependsOnRunLength
  }

  /// - Parameter isOtherNumber: true if the run has another number of ranks; workers may then differ.
  /// - Throws: `UsageError` for an option that differs from the checkpoint.
  func check(_ arguments: Arguments, folder: String, isOtherNumber: Bool) throws(UsageError) {
    let before = given
    for option in TrainOptions.declared where !mayDiffer(option) && !option.traits.contains(.comparedByEffect) {
      let name = option.name
      if isOtherNumber, name == ExecutionOptions.workersOption.name { continue }
      guard let text = arguments.texts[name] else { continue }
      // A release without the option trained with its default.
      let stored = before[name] ?? Self.optionText(effective(name)) ?? (knows(name) ? nil : option.defaultText)
      if let stored, try Self.isSame(option, text, stored) { continue }
      throw Self.contradiction(
        Self.spelling(option, text), Self.spelling(option, stored), folder: folder)
    }
  }

  static func contradiction(_ now: String, _ before: String, folder: String) -> UsageError {
    .combination(
      options: [now, "--resume \(folder)"], reason: "the checkpoint has \(before)",
      expected: "the checkpoint's value, or none")
  }

  /// True if two values in effect are equal; rates may be written in several ways: `0.2` and `0.20`.
  static func isSame(_ option: any OptionDeclaration, _ one: JSONValue, _ other: JSONValue) -> Bool {
    if one == other { return true }
    guard case .string(let one) = one, case .string(let other) = other else { return false }
    return option.isSame(one, other)
  }

  private static func isSame(_ option: any OptionDeclaration, _ one: String, _ other: String) throws(UsageError) -> Bool
  {
    if try option.meaning(of: one) == option.meaning(of: other) { return true }
    guard option.traits.contains(.inputPath) else { return false }
    if option.name == DataSelection.sourceOption.name, let one = try? DataSource(one),
      let other = try? DataSource(other), one == other
    {
      return true
    }
    return nameSameFile(one, other)
  }

  /// `--momentum 0.9`, `--no-bias`, or a text for none.
  static func spelling(_ option: any OptionDeclaration, _ text: String?) -> String {
    guard let text else { return "no --\(option.name)" }
    guard case .flag(let negation) = option.form else { return "--\(option.name) \(text)" }
    if text == "true" { return "--\(option.name)" }
    return negation.map { "--\($0)" } ?? "no --\(option.name)"
  }

  static func spelling(_ option: any OptionDeclaration, _ value: JSONValue) -> String {
    spelling(option, optionText(value))
  }

  /// An option's text for its value in effect; nil if it is off.
  private static func optionText(_ value: JSONValue) -> String? {
    switch value {
    case .null, .object: nil
    case .bool(let flag): "\(flag)"
    case .number(let literal): literal
    case .string(let text): text
    case .array(let values): values.isEmpty ? "none" : values.compactMap(optionText).joined(separator: ",")
    }
  }
}
