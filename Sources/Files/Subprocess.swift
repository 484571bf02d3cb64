import Platform

/// A program that runs beside this process, without input; its output is read through pipes.
package struct Subprocess: ~Copyable {
  /// The descriptor that `readOutput` reads, for `poll`.
  package let output: Int32
  /// The descriptor to read its standard error from; -1 if that is discarded.
  private let errors: Int32
  private let process: pid_t
  private var isReaped = false

  /// The system's code of a program that does not start: ENOENT for a missing one.
  package struct Failure: Error {
    /// The value of `errno`.
    package let code: Int32
  }

  /// Starts a program in this process group, with no signal blocked or ignored.
  ///
  /// - Parameters:
  ///   - arguments: the program, by path or by a name in PATH, and its arguments.
  ///   - environment: variables that differ from those of this process.
  ///   - keepsErrors: false to discard what it writes to standard error.
  package init(
    _ arguments: [String], environment: [String: String] = [:], keepsErrors: Bool = false
  ) throws(Failure) {
    let output = try Pipe()
    let errors = try keepsErrors ? Pipe() : nil
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
    process = try Self.spawn(arguments, variables, output: output.writing, errors: errors?.writing)
    self.output = output.takeReading()
    self.errors = errors?.takeReading() ?? -1
  }

  deinit {
    close(output)
    if errors >= 0 { close(errors) }
    guard !isReaped else { return }
    kill(process, SIGKILL)
    _ = Self.status(of: process)
  }

  /// Reads what the program has written to standard output, waiting for the first byte.
  /// - Returns: the number of bytes, 0 at the end, negative for an error in `errno`.
  package func readOutput(into bytes: UnsafeMutableRawBufferPointer) -> Int { systemRead(output, bytes) }

  /// Reads what the program has written to standard error, as `readOutput` does.
  package func readErrors(into bytes: UnsafeMutableRawBufferPointer) -> Int { systemRead(errors, bytes) }

  /// Waits until the program has ended.
  /// - Returns: the status of `waitpid`.
  package mutating func wait() -> Int32 {
    isReaped = true
    return Self.status(of: process)
  }

  private static func status(of process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      // Without a status, as where SIGCHLD is ignored, the program's result is unknown.
      if errno != EINTR { return 0xFF << 8 }
    }
    return status
  }
}

extension Subprocess {
  /// A pipe whose ends are not inherited by other programs.
  private final class Pipe {
    private var ends: [Int32] = [-1, -1]
    var writing: Int32 { ends[1] }

    init() throws(Failure) {
      guard pipe(&ends) == 0 else { throw Failure(code: errno) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    /// The end to read from, which the caller closes.
    func takeReading() -> Int32 {
      defer { ends[0] = -1 }
      return ends[0]
    }

    deinit { for end in ends where end >= 0 { close(end) } }
  }

  private static func spawn(
    _ arguments: [String], _ variables: [String], output: Int32, errors: Int32?
  ) throws(Failure) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    if let errors {
      posix_spawn_file_actions_adddup2(&actions, errors, 2)
    } else {
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    }
    // This process may block SIGINT and ignore SIGPIPE; both must end the program.
    var (none, pipe) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &pipe)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var process: pid_t = 0
    let code = withStrings(arguments) { arguments in
      withStrings(variables) { variables in
        posix_spawnp(&process, arguments[0]!, &actions, &attributes, arguments, variables)
      }
    }
    guard code == 0 else { throw Failure(code: code) }
    return process
  }

  /// Texts as C's arguments, an array that ends with nil.
  private static func withStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    let strings = texts.map { strdup($0) } + [nil]
    defer { for string in strings { free(string) } }
    return strings.withUnsafeBufferPointer { body($0.baseAddress!) }
  }
}

private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
  while true {
    let count = read(descriptor, bytes.baseAddress, bytes.count)
    if count >= 0 || errno != EINTR { return count }
  }
}
