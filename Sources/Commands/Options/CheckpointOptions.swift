import Training

/// Options for checkpoints: the folder, the interval, and the run to resume.
struct CheckpointOptions: Sendable, Equatable {
  /// The folder; `nil` for none.
  var folder: String?
  var schedule: CheckpointSchedule
  /// The folder of the run to resume.
  var resume: String?

  static let checkpointOption = Option(
    "checkpoint", .path("DIR"), "folder for checkpoints, which --resume reads; the newest two are kept",
    traits: [.trainOnly, .output, .perCommandLine], otherNames: ["checkpoints", "checkpoint-dir", "ckpt"])
  static let checkpointEveryOption = Option(
    "checkpoint-every",
    ValueKind<CheckpointSchedule>(
      placeholder: "WHEN", allowed: "epoch, a number of steps from 1, or seconds above 0 such as 30s",
      explanation: "epoch, a number of steps, or seconds such as 30s", words: ["epoch"],
      read: { CheckpointSchedule($0) }),
    default: "epoch",
    "interval between checkpoints, longer if writing them would take more than 3 % of the time",
    traits: [.trainOnly, .mayChangeOnResume], otherNames: ["checkpoint-interval", "save-every", "checkpoint-steps"])
  static let resumeOption = Option(
    "resume", .path("DIR"),
    "folder of checkpoints from which a run is resumed, bit for bit as if never interrupted; options not given come "
      + "from it",
    traits: [.trainOnly, .mayChangeOnResume, .perCommandLine, .input],
    otherNames: ["continue", "restart", "resume-from"])

  static let group = OptionGroup(
    title: "Checkpoints", options: [checkpointOption, checkpointEveryOption, resumeOption])

  init(_ arguments: Arguments) throws(UsageError) {
    folder = try arguments.value(Self.checkpointOption)
    schedule = try arguments.value(Self.checkpointEveryOption)
    resume = try arguments.value(Self.resumeOption)
    if folder == nil, resume == nil, arguments.isGiven(Self.checkpointEveryOption) {
      throw .combination(
        options: [arguments.spelling(Self.checkpointEveryOption)], reason: "no checkpoints are written",
        expected: "--checkpoint DIR with it")
    }
  }
}
