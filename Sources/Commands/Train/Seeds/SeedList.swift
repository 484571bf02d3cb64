import Files
import Reports
import Training

/// The command lines of the networks of `train --seeds N`: each is that of its seed alone, with output paths of its own.
struct SeedList: Sendable {
  /// The command line as given.
  let arguments: Arguments
  let seeds: [UInt64]
  /// The command line of all networks, with the options in the checkpoints to resume; nil if these are of an earlier release, which does not
  /// tell them.
  private var whole: Arguments?

  /// - Returns: nil for a single network.
  /// - Throws: `UsageError` for seeds beyond the largest one, and for data that cannot be read for each network.
  init?(_ arguments: Arguments) throws(UsageError) {
    let count = try arguments.value(TrainOptions.seedsOption)
    guard count > 1 else { return nil }
    try self.init(arguments, count: count)
  }

  /// - Parameter count: the number of networks; a single one keeps its output paths.
  /// - Throws: the errors of the other initializer.
  init(_ arguments: Arguments, count: Int) throws(UsageError) {
    let first = try arguments.value(TrainOptions.seedOption)
    guard first <= UInt64(Int.max) - UInt64(count - 1) else {
      throw .combination(
        options: [arguments.spelling(TrainOptions.seedOption), arguments.spelling(TrainOptions.seedsOption)],
        reason: "the last seed would be beyond \(Int.max)", expected: "a smaller --seed")
    }
    if count > 1 { try Self.checkStreams(arguments) }
    self.arguments = arguments
    whole = arguments
    seeds = (0..<UInt64(count)).map { first + $0 }
  }

  /// Checks that no network reads a stream that another one has read, or writes to the stream of another one.
  private static func checkStreams(_ arguments: Arguments) throws(UsageError) {
    func conflict(_ option: any OptionDeclaration, _ reason: String) -> UsageError {
      .combination(
        options: [arguments.spelling(option), arguments.spelling(TrainOptions.seedsOption)], reason: reason,
        expected: "a file")
    }
    // Samples with a test file beside them are read once for all networks, unless --split unites or divides them.
    let isShared =
      arguments.texts[DataSelection.testFileOption.name] != nil
      && arguments.texts[DataSelection.splitOption.name] == nil
    let inputs: [any OptionDeclaration] = isShared ? [] : [DataSelection.sourceOption, DataSelection.testFileOption]
    for option in inputs {
      guard let path = arguments.texts[option.name], path == "-" || OutputPaths.NamedPath.isPipe(path) else { continue }
      let name = path == "-" ? "standard input" : "a pipe"
      throw conflict(option, "\(name) can be read once, and every seed divides the samples anew")
    }
    for option in TrainOptions.declared where isOwn(option) {
      guard let path = arguments.texts[option.name], path != nullDevice, AtomicFile.isWrittenInPlace(path) else {
        continue
      }
      let name = AtomicFile.isStandardOutput(path) ? "standard output" : "a device or a pipe"
      throw conflict(option, "\(name) can be one file only, and every network has its own")
    }
  }

  /// The device that keeps nothing, to which all networks can write.
  private static let nullDevice = "/dev/null"

  /// The command line that trains the network of one seed alone, with the same bits.
  func arguments(seed: UInt64) -> Arguments { own(arguments, seed: seed) }

  /// - Throws: the errors of `Resumption`.
  func resumption(seed: UInt64, _ console: Console) throws -> Resumption {
    try Resumption(arguments(seed: seed), of: SeedNetwork(list: self, seed: seed), console)
  }

  private func own(_ arguments: Arguments, seed: UInt64) -> Arguments {
    var own = arguments.removing(TrainOptions.seedsOption).replacing(TrainOptions.seedOption, with: "\(seed)")
    for option in TrainOptions.declared where seeds.count > 1 && Self.isOwn(option) {
      guard let path = own.texts[option.name], path != Self.nullDevice else { continue }
      own = own.replacing(option, with: Self.path(path, seed: seed, isFolder: option.completion == .directory))
    }
    return own
  }

  /// `seed 10`, and beside it `seed  9`: names of the same width, so that the lines of several networks align.
  func name(seed: UInt64) -> String {
    let digits = seeds.map { String($0).count }.max() ?? 0
    return "seed " + String(seed).padded(to: digits, alignment: .right)
  }

  /// True for an option whose path is different for every seed: outputs, and checkpoints to resume from.
  private static func isOwn(_ option: any OptionDeclaration) -> Bool {
    guard option.completion == .file || option.completion == .directory else { return false }
    return option.traits.contains(.output) || option.name == CheckpointOptions.resumeOption.name
  }

  /// `runs/digits.safetensors` becomes `runs/digits-3.safetensors`; `runs/board` becomes `runs/board-3`.
  static func path(_ path: String, seed: UInt64, isFolder: Bool) -> String {
    var stem = path[...]
    while isFolder, stem.count > 1, stem.last == "/" { stem.removeLast() }
    let name = stem.lastIndex(of: "/").map { stem.index(after: $0) } ?? stem.startIndex
    // A name that begins with a dot has no ending there.
    guard !isFolder, let dot = stem.lastIndex(of: "."), dot > name else { return stem + "-\(seed)" }
    return stem[..<dot] + "-\(seed)" + stem[dot...]
  }
}

// MARK: Resumption

extension SeedList {
  /// The command line that trains the network of one seed from the beginning; nil if it is not known.
  fileprivate func beginning(seed: UInt64) -> Arguments? { whole.map { own($0, seed: seed) } }

  /// The texts of the command line that networks have of their own, for their checkpoints; nil for a single network.
  fileprivate var ownTexts: [String: String]? {
    guard seeds.count > 1, let whole else { return nil }
    var texts = Self.outputs(whole.texts)
    texts[CheckpointOptions.checkpointOption.name] = nil
    texts[TrainOptions.seedOption.name] = "\(seeds[0])"
    texts[TrainOptions.seedsOption.name] = "\(seeds.count)"
    return texts
  }

  /// The list with the options in the checkpoints to resume, which networks without a checkpoint begin with.
  ///
  /// - Throws: `UsageError` for checkpoints of a single network, and if no option describes a network that has none; `FileError` for
  ///   unreadable files.
  func resumed() throws -> SeedList {
    guard seeds.count > 1, let path = try arguments.value(CheckpointOptions.resumeOption) else { return self }
    let folders = seeds.map { CheckpointFolder(Self.path(path, seed: $0, isFolder: true)) }
    if CheckpointFolder(path).hasCheckpoint, !folders.contains(where: \.hasCheckpoint) {
      throw UsageError.combination(
        options: [
          arguments.spelling(TrainOptions.seedsOption), arguments.spelling(CheckpointOptions.resumeOption),
        ],
        reason: "the checkpoint has --\(TrainOptions.seedsOption.name) 1, a single network",
        expected: "the checkpoint's value or none, or another folder for networks of several seeds")
    }
    var stored: StoredOptions?
    for folder in folders where stored == nil {
      stored = try folder.newest().map { StoredOptions(json: $0.checkpoint.options) }
    }
    var copy = self
    if let stored { copy.whole = whole(stored, path) }
    if Resumption.describesRun(arguments) { return copy }
    for (seed, folder) in zip(seeds, folders) where stored?.hasSeed(seed) != true {
      guard try folder.newest() == nil else { continue }
      throw UsageError.combination(
        options: [
          arguments.spelling(TrainOptions.seedsOption), arguments.spelling(CheckpointOptions.resumeOption),
        ],
        reason: "\(folder.path) has no checkpoint, and no option describes its network",
        expected: "the options of the run as well")
    }
    return copy
  }

  /// The command line completed by the options in a checkpoint of one of the networks; nil if it does not tell those of all.
  private func whole(_ stored: StoredOptions, _ path: String) -> Arguments? {
    guard let ofSeeds = stored.ofSeeds else { return nil }
    let texts = Self.shared(stored.texts(for: arguments, folder: path)).merging(Self.outputs(ofSeeds)) { $1 }
      .merging([CheckpointOptions.checkpointOption.name: path]) { $1 }
    return arguments.withoutAutomaticChoices().completed(by: texts.mapValues { [$0] }, chosen: stored.chosen)
      .replacing(TrainOptions.seedOption, with: "\(seeds[0])")
  }

  /// The command line of all networks, completed by the checkpoints to resume; those of earlier releases do not tell outputs.
  ///
  /// - Throws: the errors of `Resumption`.
  func completed(_ console: Console) throws -> Arguments {
    if let whole { return whole }
    let first = try resumption(seed: seeds[0], console).arguments
    return arguments.completed(by: Self.shared(first.texts).mapValues { [$0] }, chosen: first.chosen)
  }

  /// The texts of options that are the same for all networks.
  private static func shared(_ texts: [String: String]) -> [String: String] {
    let own = Set(TrainOptions.declared.filter(isOwn).map(\.name)).union([TrainOptions.seedOption.name])
    return texts.filter { !own.contains($0.key) }
  }

  /// The texts of output paths.
  private static func outputs(_ texts: [String: String]) -> [String: String] {
    texts.filter { TrainOptions.traits(of: $0.key).contains(.output) }
  }
}

/// One of the networks of a `SeedList`.
struct SeedNetwork: Sendable {
  let list: SeedList
  let seed: UInt64
  var name: String { list.name(seed: seed) }
  /// The command line that trains the network from the beginning; nil if it is not known.
  var beginning: Arguments? { list.beginning(seed: seed) }
  /// The texts of the command line of all networks that are others in this one's; nil for a single network.
  var ofSeeds: [String: String]? { list.ownTexts }
}
