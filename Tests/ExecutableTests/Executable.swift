import Foundation
@_exported import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The executable `descent` that was built with these tests, run as a process of its own.
enum Executable {
  /// The result of a run.
  struct Outcome {
    /// The exit status; 128 and the signal's number where a signal ended the process.
    var status: Int32
    var output: String
    var errors: String
    /// Processor time, of all threads.
    var seconds: Double
    /// The most memory that was resident, in bytes.
    var peakMemory: Int

    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// Beside the tests' own binary, wherever the build lies.
  static let path: String = {
    #if canImport(Darwin)
      return Bundle(for: Running.self).bundleURL.deletingLastPathComponent().appendingPathComponent("descent").path
    #else
      // The mapping that this code lies in names the file that it came from.
      let here = UInt(bitPattern: #dsohandle)
      let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
      for line in maps.split(separator: "\n") {
        let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
        let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        if ends.count == 2, fields.count == 6, ends[0] <= here, here < ends[1] {
          return URL(fileURLWithPath: fields[5].trimmingCharacters(in: .whitespaces)).deletingLastPathComponent()
            .appendingPathComponent("descent").path
        }
      }
      return "descent"
    #endif
  }()

  /// Runs a command line to its end.
  static func run(_ words: [String], output: String? = nil) throws -> Outcome {
    try Running(program: path, words, output: output).wait()
  }

  /// Runs a command line whose words have spaces between them and none within.
  static func run(_ line: String) throws -> Outcome { try run(words(line)) }

  fileprivate static func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

  /// Runs a script in which `$descent` is the executable.
  ///
  /// - Parameter fileBlocks: the most that a file may have, in blocks of 512 bytes. A build that counts what is run could not write its
  ///   counts under such a limit, and would complain.
  static func shell(_ script: String, in folder: String? = nil, fileBlocks: Int? = nil) throws -> Outcome {
    let directory = folder.map { "cd '\($0)'\n" } ?? ""
    let limit = fileBlocks.map { "export LLVM_PROFILE_FILE=/dev/null; ulimit -f \($0)\n" } ?? ""
    return try Running(program: "/bin/sh", ["-c", "descent='\(path)'\n" + directory + limit + script]).wait()
  }
}

#if os(Linux)
  extension Executable {
    /// The words of a shell before a command that must not write everywhere: root gives that right away. Empty for other users.
    static let unprivileged =
      getuid() == 0
      ? "setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-dac_override,-dac_read_search" : ""

    /// False if a command of root keeps its right to write everywhere.
    static let canRunUnprivileged =
      getuid() != 0 || FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
  }
#endif

/// The unit of memory in `rusage`.
#if canImport(Darwin)
  private let memoryUnit = 1
#else
  private let memoryUnit = 1024
#endif

extension Executable {
  /// The largest resident memory of this process so far, in bytes.
  static var ownPeakMemory: Int {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
      getrusage(RUSAGE_SELF, &usage)
    #endif
    return Int(usage.ru_maxrss) * memoryUnit
  }
}

/// A process under way.
final class Running {
  let identifier: pid_t
  private let scratch: Scratch
  private let output: String?
  private let errors: String?

  /// - Parameters:
  ///   - output: the destination of standard output; nil for a file that `wait` reads.
  ///   - errors: the destination of standard error; likewise.
  ///   - descriptors: open files of this process that the new one has in place of its standard ones, by their numbers there.
  init(
    program: String, _ words: [String], output: String? = nil, errors: String? = nil,
    descriptors: [Int32: Int32] = [:]
  ) throws {
    let scratch = try Scratch()
    self.scratch = scratch
    self.output = output
    self.errors = errors
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, STDOUT_FILENO, output ?? scratch.file("output"), O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(
      &actions, STDERR_FILENO, errors ?? scratch.file("errors"), O_WRONLY | O_CREAT, 0o600)
    for (number, own) in descriptors { posix_spawn_file_actions_adddup2(&actions, own, number) }
    let arguments = Self.texts([program] + words)
    let environment = Self.texts(["PATH=/usr/bin:/bin", "LANG=C.UTF-8", "TERM=xterm"] + Self.coverage)
    defer { (arguments + environment).forEach { free($0) } }
    var identifier: pid_t = 0
    let failure = posix_spawn(&identifier, program, &actions, nil, arguments, environment)
    guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
    self.identifier = identifier
  }

  /// Starts the executable with a command line whose words have spaces between them and none within.
  convenience init(
    _ line: String, output: String? = nil, errors: String? = nil, descriptors: [Int32: Int32] = [:]
  ) throws {
    try self.init(
      program: Executable.path, Executable.words(line), output: output, errors: errors, descriptors: descriptors)
  }

  /// The file of coverage counts: those of the executable are stored next to the tests'.
  private static let coverage =
    ProcessInfo.processInfo.environment["LLVM_PROFILE_FILE"].map { ["LLVM_PROFILE_FILE=\($0)"] } ?? []

  /// Texts as C has them, a null pointer at their end; to be freed one by one.
  private static func texts(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { text in strdup(text) } + [nil]
  }

  func send(_ signal: Int32) { kill(identifier, signal) }

  /// True if the process has not ended; `wait` must still be called.
  var isRunning: Bool {
    var information = siginfo_t()
    return waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_signo == 0
  }

  /// Waits for the end, and makes one where it does not come: a process that hangs must fail its test, not outlive it.
  func wait() throws -> Executable.Outcome {
    var status: Int32 = 0
    var usage = rusage()
    let end = ContinuousClock.now + Event.limit
    while wait4(identifier, &status, WNOHANG, &usage) == 0 {
      if ContinuousClock.now > end { send(SIGKILL) }
      usleep(1000)
    }
    let signal = status & 0x7F
    let times = [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) * 1e-6 }
    return Executable.Outcome(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
      output: output == nil ? try scratch.text("output") : "",
      errors: errors == nil ? try scratch.text("errors") : "",
      seconds: times[0] + times[1],
      peakMemory: Int(usage.ru_maxrss) * memoryUnit)
  }
}

/// Nearly every test here has one.
typealias Scratch = ScratchFolder

extension ScratchFolder {
  /// Runs the executable in the folder, so that files have short names in messages.
  ///
  /// - Parameter words: without quotes in them.
  func run(_ words: [String]) throws -> Executable.Outcome {
    try Executable.shell("\"$descent\" " + words.map { "'\($0)'" }.joined(separator: " "), in: path)
  }

  /// Runs a command line whose words have spaces between them and none within.
  func run(_ line: String) throws -> Executable.Outcome { try run(Executable.words(line)) }

  /// True once a file has a text; false while it is not there.
  func has(_ part: String, in name: String) -> Bool { (try? text(name))?.contains(part) == true }

  /// The names of the visible files in a folder, sorted; none while it is not there.
  func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: file(folder))) ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }

  /// The text of a report page, without the marks around options of its command line.
  func page(_ name: String) throws -> String {
    try text(name).replacing(#/<span class="option">([^<]*)</span>/#) { String($0.1) }
  }
}
