import Files
import Platform
import Ranks
import Training

/// The effect of `--resume`.
enum Resumption {
  /// A run from the beginning, with these options.
  case beginning(Arguments)
  /// A run that continues from a checkpoint.
  case run(ResumedRun)

  /// Finds the newest valid checkpoint.
  ///
  /// - Parameter network: the network of the options, if it is one of several: without a checkpoint it begins with the options in those of
  ///   the others.
  /// - Throws: `UsageError` for an option that contradicts it, naming both values, and for a folder without a valid one if no option
  ///   describes a run to begin; `FileError` for unreadable files.
  init(_ given: Arguments, of network: SeedNetwork? = nil, _ console: Console) throws {
    guard let folder = try given.value(CheckpointOptions.resumeOption) else {
      self = .beginning(given)
      return
    }
    if let found = try Self.find(folder, console) {
      self = .run(try ResumedRun(found, folder: folder, given, ranks: console.ranks?.size ?? 1))
      return
    }
    let completed = network?.beginning
    if completed == nil { try console.onRoot { try Self.checkDescribed(folder, given) } }
    if let line = Self.seedsLine(folder) { console.note(line) }
    console.note("descent: no valid checkpoint in \(folder): training starts from the beginning.")
    self = .beginning((completed ?? given).completed(by: [CheckpointOptions.checkpointOption.name: folder]))
  }

  /// The given options, completed by those of the checkpoint.
  var arguments: Arguments {
    switch self {
    case .beginning(let arguments): arguments
    case .run(let run): run.arguments
    }
  }

  /// The run to resume; nil for one from the beginning.
  var run: ResumedRun? { if case .run(let run) = self { run } else { nil } }

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

  /// Checks that existing checkpoints in the output folder belong to this run.
  ///
  /// - Throws: `UsageError` if they belong to another run, since they would be replaced.
  func check(_ store: CheckpointStore) throws(UsageError) {
    guard store.hadCheckpoints else { return }
    let path = store.folder.path
    if let run, nameSameFile(run.folder, path) { return }
    throw .combination(
      options: ["--\(CheckpointOptions.checkpointOption.name) \(path)"],
      reason: "it holds the checkpoints of another run",
      expected: "--resume \(path) to resume that run, or another folder")
  }
}

// MARK: A folder without a checkpoint

extension Resumption {
  /// Checks that a run without a valid checkpoint is described by other options: without any, the name is probably misspelled or the
  /// checkpoints are damaged, and a network with default values would be trained on default data.
  ///
  /// - Throws: `UsageError`.
  private static func checkDescribed(_ path: String, _ given: Arguments) throws(UsageError) {
    guard !describesRun(given) else { return }
    let option = CheckpointOptions.resumeOption.name
    let missing = FileManager.default.fileExists(atPath: path) ? "valid checkpoint" : "such folder"
    throw .combination(
      options: ["--\(option) \(path)"], reason: "there is no \(missing), and no option describes a run to begin",
      expected: seedOptions(path).map { "\($0.options) with it, which resumes the networks of \($0.folders)" }
        ?? "the folder of a run's checkpoints, or options of a run to begin, such as "
        + "--\(CheckpointOptions.checkpointOption.name) \(path)")
  }

  /// True if an option is given that a resumed run takes from its checkpoint, such as `--data`, or one that begins checkpoints.
  static func describesRun(_ given: Arguments) -> Bool {
    let others: OptionTraits = [.mayChangeOnResume, .runLength, .output, .perCommandLine]
    return TrainOptions.declared.contains { option in
      guard given.isGiven(option), option.name != TrainOptions.seedOption.name else { return false }
      return option.traits.isDisjoint(with: others) || option.name == CheckpointOptions.checkpointOption.name
    }
  }

  /// A line on the checkpoints of a run with `--seeds`; nil if there is none.
  private static func seedsLine(_ path: String) -> String? {
    seedOptions(path).map {
      "descent: checkpoints are in \($0.folders); \($0.options) with --\(CheckpointOptions.resumeOption.name) \(path) resumes these networks."
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
    guard let first = seeds.first, let last = seeds.last else { return nil }
    func options(_ seed: String, _ count: String) -> String {
      "--\(TrainOptions.seedOption.name) \(seed) --\(TrainOptions.seedsOption.name) \(count)"
    }
    let folders = first == last ? "\(folder)\(first)" : "\(folder)\(first) to \(folder)\(last)"
    if let checkpoint = try? CheckpointFolder("\(folder)\(first)").newest()?.checkpoint,
      let texts = StoredOptions(json: checkpoint.options).ofSeeds, let seed = texts[TrainOptions.seedOption.name],
      let count = texts[TrainOptions.seedsOption.name]
    {
      return (options(seed, count), folders)
    }
    // Checkpoints of earlier releases do not tell.
    guard last > first, last - first == UInt64(seeds.count - 1) else { return nil }
    return (options("\(first)", "\(seeds.count)"), folders)
  }
}
