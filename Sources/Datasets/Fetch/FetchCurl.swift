import Files
import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A transfer by the program `curl`, whose output is read through a pipe. A networking library would increase the start time of every
/// command.
struct CurlTransfer: ~Copyable {
  /// The reason why a transfer failed.
  enum Failure: Error, Equatable {
    case noCurl
    case cancelled
    /// The server or folder exists, but not the file.
    case notFound(String)
    /// No server was reached: unknown host, refused connection, or timeout.
    case unreachable(String)
    case failed(String)
    case file(FileError)
  }

  private let process: pid_t
  private let output: Int32
  private let errors: Int32
  private var isReaped = false

  /// Downloads `url` to the file at `path`, which is created only when the transfer is complete.
  ///
  /// - Parameters:
  ///   - program: curl, by name or path.
  ///   - limit: the largest number of bytes.
  ///   - received: called with the bytes so far, after every piece and at least about five times per second; `false`
  ///     stops the transfer.
  static func run(
    _ url: String, with program: String, to path: String, limit: Int, received: (Int) -> Bool
  ) throws(Failure) {
    var transfer = try CurlTransfer(url, program)
    let file = try onFile { () throws(FileError) in try AtomicFile(path) }
    let count = try transfer.read(into: file, limit: limit, received: received)
    try transfer.finish(count)
    try onFile { () throws(FileError) in try file.commit() }
  }

  private static func onFile<Value>(_ body: () throws(FileError) -> Value) throws(Failure) -> Value {
    do throws(FileError) { return try body() } catch { throw .file(error) }
  }

  private init(_ url: String, _ program: String) throws(Failure) {
    let output = try Self.pipe()
    let errors: (read: Int32, write: Int32)
    do throws(Failure) {
      errors = try Self.pipe()
    } catch {
      close(output.read)
      close(output.write)
      throw error
    }
    let arguments = [
      program, "--fail", "--silent", "--show-error", "--location", "--globoff", "--connect-timeout", "15",
      // A connection slower than 1 kB/s for 30 s counts as broken.
      "--speed-limit", "1000", "--speed-time", "30", "--output", "-", "--url", url,
    ]
    let (status, process) = Self.spawn(arguments, output: output.write, errors: errors.write)
    close(output.write)
    close(errors.write)
    guard status == 0 else {
      close(output.read)
      close(errors.read)
      throw status == ENOENT ? .noCurl : .failed("curl does not start: \(systemText(status))")
    }
    self.process = process
    self.output = output.read
    self.errors = errors.read
  }

  deinit {
    close(output)
    close(errors)
    guard !isReaped else { return }
    kill(process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }

  private func read(into file: AtomicFile, limit: Int, received: (Int) -> Bool) throws(Failure) -> Int {
    var total = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      guard received(total) else { throw .cancelled }
      var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, 200)
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      let count = chunk.withUnsafeMutableBytes { Self.readOnce(output, $0) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .failed("reading from curl: \(systemText(errno))") }
      if count == 0 { return total }
      total += count
      guard total <= limit else { throw .failed("received more than \(limit) bytes, too many for this file") }
      try Self.onFile { () throws(FileError) in try file.write(bytes: Array(chunk[..<count])) }
    }
  }

  private mutating func finish(_ count: Int) throws(Failure) {
    // curl's message is one line, which fits into the pipe; it is read after the output has ended.
    var words = [UInt8](repeating: 0, count: 4096)
    let length = words.withUnsafeMutableBytes { Self.readOnce(errors, $0) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    isReaped = true
    guard status != 0 else { return }
    let message = String(decoding: words[..<max(length, 0)], as: UTF8.self)
    guard status & 0x7F == 0 else { throw .failed("curl was ended by signal \(status & 0x7F)") }
    throw Self.failure(code: (status >> 8) & 0xFF, message: message, count: count)
  }

  /// The meaning of curl's exit code (curl's manual, "EXIT CODES").
  private static func failure(code: Int32, message: String, count: Int) -> Failure {
    switch code {
    case 6: return .unreachable("its name does not resolve; no network?")
    case 7: return .unreachable("no connection")
    case 18: return .failed("truncated after \(count) bytes")
    case 22:
      let status = message.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
      return status == "404" ? .notFound("no such file (404)") : .failed("the server answers with status \(status)")
    case 28: return .unreachable("no answer in time")
    // file:// with a missing or unreadable file.
    case 37: return .notFound("no file that can be read")
    default:
      let line = message.split(whereSeparator: \.isNewline).last ?? "no reason given"
      let text = line.hasPrefix("curl: ") ? line.dropFirst(6) : line
      return .failed(text.hasPrefix("(") ? "curl \(text)" : "curl (\(code)) \(text)")
    }
  }
}

extension CurlTransfer {
  /// A pipe whose ends are not inherited by other subprocesses.
  private static func pipe() throws(Failure) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard systemPipe(&ends) == 0 else { throw .failed("no pipe to curl: \(systemText(errno))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Starts a program from PATH, without input, in this process group, with no signal blocked or ignored.
  private static func spawn(_ arguments: [String], output: Int32, errors: Int32) -> (status: Int32, process: pid_t) {
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
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    // This process may block SIGINT and ignore SIGPIPE; both must end curl.
    var none = sigset_t()
    var pipe = sigset_t()
    sigemptyset(&none)
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &pipe)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

    // This program reads curl's messages, which must be in English.
    let environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C"]) { $1 }
    var argumentList = arguments.map { strdup($0) } + [nil]
    var environmentList = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in argumentList + environmentList { free(text) } }
    var process: pid_t = 0
    let status = posix_spawnp(&process, arguments[0], &actions, &attributes, &argumentList, &environmentList)
    return (status, process)
  }

  private static func readOnce(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    systemRead(descriptor, buffer.baseAddress!, buffer.count)
  }
}

/// `read(2)` and `pipe(2)` under names that do not collide with methods.
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, bytes, count)
}

private func systemPipe(_ ends: inout [Int32]) -> Int32 { pipe(&ends) }
