import Files
import Reports
import Training

/// The command lines of the networks of `train --seeds N`: each is that of its seed alone, with output paths of its own.
struct SeedList: Sendable {
  /// The command line as given.
  let arguments: Arguments
  let seeds: [UInt64]

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

  /// Checks the checkpoints to resume before any network is trained.
  ///
  /// - Throws: `UsageError` if they are those of a single network, or if no option describes the networks that have none.
  func checkResumption() throws(UsageError) {
    guard seeds.count > 1, let path = try arguments.value(CheckpointOptions.resumeOption) else { return }
    let folders = seeds.map { Self.path(path, seed: $0, isFolder: true) }
    if CheckpointFolder(path).hasCheckpoint, !folders.contains(where: { CheckpointFolder($0).hasCheckpoint }) {
      throw .combination(
        options: [
          arguments.spelling(TrainOptions.seedsOption), arguments.spelling(CheckpointOptions.resumeOption),
        ],
        reason: "the checkpoint has --\(TrainOptions.seedsOption.name) 1, a single network",
        expected: "the checkpoint's value or none, or another folder for networks of several seeds")
    }
    for (seed, folder) in zip(seeds, folders) { try Resumption.checkMissing(folder, arguments(seed: seed)) }
  }

  /// The command line that trains the network of one seed alone, with the same bits.
  func arguments(seed: UInt64) -> Arguments {
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
