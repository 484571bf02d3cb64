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
  /// - Throws: `UsageError` for an option that contradicts it, naming both values; `FileError` for unreadable files.
  init(_ given: Arguments, _ console: Console) throws {
    guard let folder = try given.value(CheckpointOptions.resumeOption) else {
      self = .beginning(given)
      return
    }
    if let found = try Self.find(folder, console) {
      self = .run(try ResumedRun(found, folder: folder, given, ranks: console.ranks?.size ?? 1))
      return
    }
    try console.onRoot { try Self.checkMissing(folder, given) }
    if let line = Self.seedsLine(folder) { console.note(line) }
    console.note("descent: no valid checkpoint in \(folder): training starts from the beginning.")
    self = .beginning(given.completed(by: [CheckpointOptions.checkpointOption.name: folder]))
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
}
