import Datasets
import Files
import Kernels
import Platform
import ProcessorBuiltins
import Ranks
import Reports
import Training

/// The main function of the program.
package enum Program {
  /// Runs a command line.
  ///
  /// - Parameter arguments: the words from the system, the program's name first.
  /// - Returns: the exit status.
  package static func run(_ arguments: [String]) -> Int32 {
    occupyStandardStreams()
    BufferMemory.onRefusal = refuse
    // Before the process has other threads. With a limit of 400 MB, data of 47 MB did not fit beside their arenas.
    if MemoryLimit.granted != nil { memory_share_arena() }
    let invocation: Invocation
    do {
      if let launcher = try Launcher(environment: RankGroup.variable) {
        return RankProgram.run(Array(arguments.dropFirst()), launcher)
      }
      invocation = try Invocation(Array(arguments.dropFirst()))
    } catch RankError.noInterface(let tasks) {
      // Every task fails with this error; one of them reports it.
      if RankGroup.variable("SLURM_PROCID") == "0" { reportError(RankError.noInterface(tasks: tasks)) }
      return ExitStatus.failed.rawValue
    } catch {
      return reportError(error).rawValue
    }
    let isQuiet = if case .run(let command, _) = invocation { command.isQuiet } else { false }
    let progress = ProgressDisplay(isQuiet: isQuiet)
    let interruption = Interruption(tidy: {
      progress.clearIfPossible()
      AtomicFile.removeTemporariesIfPossible()
    })
    let console = Console(
      output: StandardOutput(descriptor: resultsDescriptor(invocation)), progress: progress, interruption: interruption)
    if !interruption.start() {
      console.note(
        "descent: the system allows no thread for signals (ulimit -u): the first signal ends the process at once.")
    }
    return code(of: run(invocation, console), interruption)
  }

  /// Ends the process, to which the system refuses so many bytes.
  @Sendable private static func refuse(bytes: Int) -> Never {
    AtomicFile.removeTemporariesIfPossible()
    let limit = MemoryLimit.current()
    let left = limit.map { ", and \($0.name) leaves \(MemoryLimit.text($0.bytes)). Raise that limit, or" } ?? ":"
    Terminal.writeDiagnostic(
      "descent: the system refuses \(MemoryLimit.text(Double(bytes))) of memory\(left) try fewer samples, or smaller widths of "
        + "--hidden layers.")
    _exit(ExitStatus.failed.rawValue)
  }

  /// The descriptor of the results: standard error if a file is written to standard output (`--save -`). Predictions are results.
  static func resultsDescriptor(_ invocation: Invocation) -> Int32 {
    guard case .run(let command, let arguments) = invocation, !(command is PredictCommand) else {
      return STDOUT_FILENO
    }
    return OutputPaths(arguments).useStandardOutput ? STDERR_FILENO : STDOUT_FILENO
  }

  /// The exit status. A signal determines it only if it ended the work: work that finished nevertheless was successful.
  static func code(of status: ExitStatus, _ interruption: Interruption) -> Int32 {
    status == .interrupted ? interruption.status ?? status.rawValue : status.rawValue
  }

  static func run(_ invocation: Invocation, _ console: Console) -> ExitStatus {
    do {
      let status = try perform(invocation, console)
      console.progress.clear()
      try console.output.flush()
      return status
    } catch {
      console.progress.clear()
      // Text that was printed before the failure is written, too.
      try? console.output.flush()
      guard isClosedOutput(error) else { return reportError(error, invocation) }
      // Ctrl-C also ends the reader of a pipe.
      return console.interruption.isRequested ? .interrupted : .done
    }
  }

  /// True if the reader of standard output has closed it.
  static func isClosedOutput(_ error: any Error) -> Bool {
    (error as? FileError)?.isOfClosedOutput ?? (error is OutputClosed)
  }

  static func perform(_ invocation: Invocation, _ console: Console) throws -> ExitStatus {
    switch invocation {
    case .version: try console.output.line("descent \(Version.current)")
    case .help(let topic): try HelpCommand.show(topic, console)
    case .configuration(let type, let arguments):
      try console.output.write(ConfigurationOptions.text(type, type.completed(arguments, console)))
    case .run(let command, let arguments):
      if !command.isQuiet {
        let slowness = ExecutionOptions.slownessLine(arguments, ranks: console.ranks?.size ?? 1)
        for note in [arguments.synonymNote, slowness].compactMap(\.self) + arguments.configurationNotes {
          console.note(note)
        }
      }
      return try command.run(console)
    }
    return .done
  }

  /// Writes an error as one line to standard error, wrapped on a terminal.
  ///
  /// - Parameter sender: the text before the message; it names the rank if there are several.
  /// - Returns: the exit status for the error.
  @discardableResult
  static func reportError(
    _ error: any Error, _ invocation: Invocation? = nil, sender: String = "descent: "
  ) -> ExitStatus {
    let message =
      switch error {
      case let error as DataOptionError:
        if case .run(_, let arguments)? = invocation { arguments.spelled(error) } else { error.spelled }
      case let error as FileError: error.spelled
      case let error as any OptionTextError: error.message.spelled
      default: "\(error)"
      }
    // The largest length of a message: enough for the longest path, but not for an argument of a hundred kilobytes.
    Terminal.writeDiagnostic("\(sender)\(message)".excerpt(5000))
    return isUsage(error) ? .usage : .failed
  }

  static func isUsage(_ error: any Error) -> Bool {
    if case TrainingError.ranks = error { return true }
    return error is UsageError || error is DataOptionError
  }

  /// Opens standard streams that the caller closed: otherwise the first opened file would get the descriptor, and
  /// results or diagnostics would be written to it. Each is opened for the other direction, so that its use fails.
  private static func occupyStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
