import Files
import Platform
import Ranks
import Reports
import Training

/// The program as one of several ranks. Rank 0 prints and writes files; the others report errors only.
enum RankProgram {
  /// - Parameter words: the command line without the program's own name.
  /// - Returns: the exit status: on rank 0 that of the run; on the others 0 if all ranks ended together.
  static func run(_ words: [String], _ launcher: Launcher) -> Int32 {
    // Launchers give rank 0 a terminal even if their own output goes to a file.
    setenv("TERM", "", 1)
    let invocation = Result { try Invocation(words) }
    if let status = alone(invocation, launcher) { return status }
    let isQuiet = if case .success(.run(let command, _)) = invocation { command.isQuiet } else { true }
    let progress = ProgressDisplay(isQuiet: isQuiet || launcher.rank ?? 0 > 0)
    // Every rank gets the signal; one reports it.
    let interruption = Interruption(
      tidy: {
        progress.clearIfPossible()
        AtomicFile.removeTemporariesIfPossible()
      }, note: { if launcher.rank ?? 0 == 0 { Terminal.writeDiagnostic($0) } })
    // Before the library has threads, which inherit the blocked signals.
    _ = interruption.start()
    let ranks: RankGroup
    do {
      ranks = try RankGroup(launcher)
    } catch {
      let rank = launcher.rank ?? 0
      if rank > 0 {
        // Ranks usually fail for the same reason, and rank 0 reports it. A launcher ends all ranks after the first
        // failure, so that the others wait for the report. A library may be missing on one host only: any rank reports it.
        sleep(2)
        guard case .noLibrary = error else { return ExitStatus.failed.rawValue }
      }
      return Program.reportError(error, sender: rank > 0 ? "descent: rank \(rank): " : "descent: ").rawValue
    }
    if !ranks.isRoot { silence() }
    ranks.onSilence = { [sender = sender(ranks)] in StandardError.line(sender + $0.spelled) }
    let descriptor = (try? invocation.get()).map(Program.resultsDescriptor) ?? 1
    let console = Console(
      output: StandardOutput(descriptor: descriptor), progress: progress, interruption: interruption, ranks: ranks)
    let status = run(invocation, console, ranks)
    // Some libraries wait forever for a lost connection. The process may end, since all files are written.
    leave(in: 30, status: ranks.isRoot ? status : 0)
    ranks.finalize()
    return ranks.isRoot ? status : 0
  }

  /// Version, help and option values, which need no other rank: rank 0 prints them. Nil for everything else.
  private static func alone(_ invocation: Result<Invocation, any Error>, _ launcher: Launcher) -> Int32? {
    switch invocation {
    case .success(.version), .success(.help), .success(.configuration):
      guard launcher.rank ?? 0 == 0, let invocation = try? invocation.get() else { return 0 }
      let console = Console(
        output: StandardOutput(), progress: ProgressDisplay(isQuiet: true), interruption: Interruption())
      return Program.run(invocation, console).rawValue
    default: return nil
    }
  }

  private static func run(
    _ parsed: Result<Invocation, any Error>, _ console: Console, _ ranks: RankGroup
  ) -> Int32 {
    let invocation = try? parsed.get()
    do {
      let arguments = try ranks.together(code: code) { try options(parsed.get()) }
      ranks.timeout = try arguments.valueIfDeclared(ExecutionOptions.rankTimeoutOption) ?? ranks.timeout
      try RankOptions.compare(arguments, ranks)
      guard let invocation else { return ExitStatus.failed.rawValue }
      let status = try Program.perform(invocation, console)
      console.progress.clear()
      try console.together { try console.output.flush() }
      return Program.code(of: status, console.interruption)
    } catch let failure as AgreedFailure {
      console.progress.clear()
      try? console.output.flush()
      if failure.reports, let error = failure.error, !Program.isClosedOutput(error) {
        Program.reportError(error, invocation, sender: isNamed(error) ? "descent: " : sender(ranks))
      }
      return [1: ExitStatus.failed.rawValue, 2: ExitStatus.usage.rawValue][failure.code] ?? ExitStatus.done.rawValue
    } catch {
      console.progress.clear()
      try? console.output.flush()
      fail(error, invocation, ranks)
    }
  }

  /// Ends all ranks after a failure of this one alone.
  private static func fail(_ error: any Error, _ invocation: Invocation?, _ ranks: RankGroup) -> Never {
    // Ranks that wait for the same one fail at the same time: the lowest reports it and ends the others.
    if case RankError.silent = error, !ranks.isRoot { sleep(2) }
    Program.reportError(error, invocation, sender: sender(ranks))
    AtomicFile.removeTemporariesIfPossible()
    leave(in: 5, status: ExitStatus.failed.rawValue)
    // A launcher that learns of the end first may not read what was written to standard error.
    usleep(200_000)
    ranks.abort(status: ExitStatus.failed.rawValue)
    _exit(ExitStatus.failed.rawValue)
  }

  /// The command's options.
  /// - Throws: `UsageError` for a command that does not run on several ranks.
  private static func options(_ invocation: Invocation) throws -> Arguments {
    guard case .run(let command, let arguments) = invocation, type(of: command).runsOnRanks else {
      let name = if case .run(let command, _) = invocation { type(of: command).declaration.name } else { "this" }
      let able = CommandList.all.filter { $0.runsOnRanks }.map { $0.declaration.name }.joined(separator: ", ")
      throw UsageError.elsewhere(
        "'descent \(name)' runs in one process; expected \(able) under mpirun or srun. "
          + "\(Launcher.choice)=off runs every process alone.")
    }
    return arguments
  }

  /// The code of an error that ranks exchange: the exit status, or 3 for the quiet end after a closed output.
  static func code(_ error: any Error) -> Int {
    Program.isClosedOutput(error) ? 3 : Int((Program.isUsage(error) ? ExitStatus.usage : .failed).rawValue)
  }

  /// The text before a message of this rank.
  private static func sender(_ ranks: RankGroup) -> String {
    ranks.isRoot ? "descent: " : "descent: \(ranks.name(ranks.rank)): "
  }

  /// True for an error whose description names the rank.
  private static func isNamed(_ error: any Error) -> Bool {
    switch error {
    case RankError.otherData, RankError.cannotFollow, UsageError.rank: true
    default: false
    }
  }

  /// Connects standard input and output to /dev/null, for a rank that neither reads nor prints.
  private static func silence() {
    let null = open("/dev/null", O_RDWR)
    guard null >= 0 else { return }
    dup2(null, STDIN_FILENO)
    dup2(null, STDOUT_FILENO)
    close(null)
  }

  /// Ends the process after a number of seconds, if it has not ended before.
  private static func leave(in seconds: UInt32, status: Int32) {
    let thread = SystemThread {
      sleep(seconds)
      _exit(status)
    }
    thread?.detach()
  }
}
