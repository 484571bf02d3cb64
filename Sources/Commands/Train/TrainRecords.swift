import Files
import Training

/// The records of every epoch: metrics, event files, and the curves within the first epoch for the page.
///
/// A file that cannot be written any more does not end a run with other outputs, whose model may lie on another disk: the failure is noted
/// once, the rest of the file is left out, and the command fails at its end.
final class TrainRecords {
  private var metrics: MetricsFile?
  private var board: TensorBoardFile?
  let trace: EpochTrace?
  /// The paths, as given, of what could not be written to its end.
  private(set) var incomplete: [String] = []
  private let options: TrainOptions
  private let console: Console
  /// `seed 3: `, for one of several networks; else empty.
  private let prefix: String

  /// Creates the files of the options. For a resumed run they begin with its earlier epochs.
  ///
  /// - Parameter name: the name of the network, for one of several.
  /// - Throws: `FileError` if one cannot be written.
  init(_ plan: TrainPlan, _ trainer: Trainer, name: String? = nil, _ console: Console) throws {
    let options = plan.options
    self.options = options
    self.console = console
    prefix = name.map { $0 + ": " } ?? ""
    trace = options.report.isWanted ? EpochTrace() : nil
    metrics = try options.metrics.map { path in
      try MetricsFile(path, isRegression: plan.data.labels == nil, continuesWhenClosed: options.hasFilesBesideMetrics)
    }
    try metrics?.writeRun(options: EffectiveOptions.members(plan, trainer))
    for epoch in trainer.history { try metrics?.writeEpoch(epoch) }
    board = try options.tensorboard.map { folder in
      try TensorBoardFile(folder: folder, history: trainer.history)
    }
  }

  /// - Throws: `FileError` for a file that cannot be written, and for standard output that its reader has closed, if the run has nothing
  ///   else to write.
  func write(_ epoch: EpochMetrics, _ trainer: Trainer) throws {
    try writeMetrics { try $0.writeEpoch(epoch) }
    guard let board else { return }
    let isWhole = try isWritten(options.tensorboard) {
      try board.write(epoch, trainer.parameters, step: trainer.stepsDone)
    }
    if !isWhole { self.board = nil }
  }

  /// - Throws: the error of `write(_:_:)`.
  func writeEnd(_ end: RunEnd) throws { try writeMetrics { try $0.writeEnd(end) } }

  /// Prints lines of the run; standard output that cannot be written is like a file, if the run has files to write.
  ///
  /// - Throws: the errors of `StandardOutput.write(_:)`.
  func print(_ lines: () throws -> Void) throws {
    guard options.hasFiles else { return try lines() }
    // After a failure it drops all text.
    _ = try isWritten(Self.standardOutput, lines)
  }

  private static let standardOutput = "standard output"

  private func writeMetrics(_ write: (MetricsFile) throws -> Void) throws {
    guard let metrics else { return }
    if try !isWritten(options.metrics, { try write(metrics) }) { self.metrics = nil }
  }

  /// - Returns: false if the file cannot be written, which has been noted.
  private func isWritten(_ path: String?, _ write: () throws -> Void) throws -> Bool {
    do {
      try write()
      return true
    } catch let error as FileError where !error.isOfClosedOutput && hasOutput(beside: path) {
      incomplete.append(path ?? error.file)
      console.note("descent: \(prefix)\(error.spelled) The run continues without it.")
      return false
    }
  }

  /// True if the run has output that can be written without one of its records.
  private func hasOutput(beside path: String?) -> Bool {
    if !options.isQuiet || options.report.isWanted { return true }
    if options.save != nil || options.checkpoint.folder != nil { return true }
    return metrics != nil && path != options.metrics || board != nil && path != options.tensorboard
  }
}

extension TrainOptions {
  /// True if the run writes a file or folder.
  var hasFiles: Bool { metrics != nil || hasFilesBesideMetrics }

  fileprivate var hasFilesBesideMetrics: Bool {
    report.writesFiles || [save, tensorboard, checkpoint.folder].contains { $0 != nil }
  }
}
