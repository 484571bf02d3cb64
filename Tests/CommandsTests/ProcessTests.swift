import Files
import Foundation
import Kernels
import Reports
import Synchronization
import Testing

@testable import Commands
@testable import Training

@Suite("The process and its surroundings", .serialized)
struct ProcessTests {
  // MARK: Output

  @Test("Output arrives complete and in order")
  func output() throws {
    let pipe = Pipe()
    let reader = DispatchQueue(label: "reader")
    let received = Guarded(Data())
    let group = DispatchGroup()
    group.enter()
    reader.async {
      let data = pipe.fileHandleForReading.readDataToEndOfFile()
      received.withLock { $0 = data }
      group.leave()
    }
    let output = StandardOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    // More than a pipe holds, so that writes come back short.
    let lines = (0..<50_000).map { "line \($0)" }
    for line in lines { try output.line(line) }
    try output.flush()
    try pipe.fileHandleForWriting.close()
    group.wait()
    let text = String(decoding: received.withLock { $0 }, as: UTF8.self)
    #expect(text == lines.map { $0 + "\n" }.joined())
  }

  @Test("A closed pipe ends the command, once")
  func brokenPipe() throws {
    let output = try Self.outputWithoutReader()
    try output.write("lost")
    #expect(throws: OutputClosed.self) { try output.flush() }
    try output.line("dropped")
    try output.flush()
  }

  @Test("A closed pipe does not stop a command that continues")
  func brokenPipeIgnored() throws {
    let output = try Self.outputWithoutReader()
    output.continueWhenClosed()
    for _ in 0..<3 {
      try output.line("lost")
      try output.flush()
    }
  }

  @Test("A full disk is a reported failure", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDisk() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    let output = StandardOutput(descriptor: descriptor)
    try output.write("text")
    #expect {
      try output.flush()
    } throws: { error in
      "\(error)"
        == "standard output: found while writing, no space left on device, expected all output to be written. "
        + "Free some space, or send the output elsewhere."
    }
    try output.flush()
  }

  private static func outputWithoutReader() throws -> StandardOutput {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    return StandardOutput(descriptor: ends[1])
  }

  // MARK: Statuses

  /// A command that does what a test wants.
  private struct Fake: Command {
    typealias ExitStatus = Commands.ExitStatus

    static let declaration = CommandDeclaration(name: "fake", summary: "")
    var body: @Sendable (Console) throws -> ExitStatus

    init(_ body: @escaping @Sendable (Console) throws -> ExitStatus) { self.body = body }
    init(_ arguments: Arguments) throws(UsageError) { body = { _ in .done } }
    func run(_ console: Console) throws -> ExitStatus { try body(console) }

    /// The command with a command line without options.
    func invocation() throws -> Invocation { .run(self, try Arguments([], command: "fake", groups: [])) }
  }

  @Test("Each kind of end has its status")
  func statuses() throws {
    let open = Console(
      output: StandardOutput(descriptor: -1), progress: ProgressDisplay(isQuiet: true), interruption: Interruption())
    #expect(try Program.run(Fake { _ in .done }.invocation(), open) == .done)
    #expect(try Program.run(Fake { _ in .failed }.invocation(), open) == .failed)
    #expect(try Program.run(Fake { _ in throw OutputClosed() }.invocation(), open) == .done)
    var closed = open
    closed.output = try Self.outputWithoutReader()
    let printing = Fake { console in
      try console.output.line("lost")
      return .done
    }
    #expect(try Program.run(printing.invocation(), closed) == .done)
  }

  // MARK: Signals

  @Test("Before deferred work the first signal ends the process")
  func immediateEnd() {
    let events = Guarded<[String]>([])
    let interruption = Interruption(
      tidy: { events.withLock { $0.append("tidy") } }, end: { status in events.withLock { $0.append("\(status)") } })
    interruption.receive(SIGINT)
    #expect(events.withLock { $0 } == ["tidy", "130"])
  }

  @Test("A signal that ends the process while data are read is answered with a line; one at another time is not")
  func endWhileReading() {
    for (isReading, isDeferred) in [(true, false), (false, false), (true, true)] {
      let events = Guarded<[String]>([])
      let interruption = Interruption(
        tidy: { events.withLock { $0.append("tidy") } }, note: { line in events.withLock { $0.append(line) } },
        end: { status in events.withLock { $0.append("\(status)") } })
      if isDeferred { interruption.deferSignals() }
      if isReading { interruption.whileReading { interruption.receive(SIGINT) } } else { interruption.receive(SIGINT) }
      let line = isReading ? ["descent: interrupted while reading the data; nothing was trained or saved."] : []
      #expect(events.withLock { $0 } == (isDeferred ? [] : ["tidy"] + line + ["130"]))
    }
  }

  @Test("Within deferred work the first signal is a request and the second ends the process")
  func deferredEnd() {
    let events = Guarded<[String]>([])
    let interruption = Interruption(end: { status in events.withLock { $0.append("\(status)") } })
    #expect(!interruption.isRequested && interruption.status == nil)
    interruption.deferred {
      interruption.receive(SIGTERM)
      #expect(interruption.isRequested && interruption.status == 143)
      #expect(events.withLock { $0 } == [])
      interruption.receive(SIGINT)
      #expect(events.withLock { $0 } == ["130"])
    }
    #expect(interruption.status == 143, "the first signal names the status")
  }

  @Test("After deferred work, while results are written, the first signal is a request and the second ends the process")
  func afterwards() {
    let events = Guarded<[String]>([])
    let interruption = Interruption(end: { status in events.withLock { $0.append("\(status)") } })
    interruption.deferred(onRequest: { events.withLock { $0.append("stop") } }) {}
    interruption.receive(SIGTERM)
    #expect(interruption.isRequested && events.withLock { $0 } == [], "the callback is that of the work")
    interruption.receive(SIGINT)
    #expect(events.withLock { $0 } == ["130"])
  }

  @Test("After deferred work inside deferred work, the outer request is called and the process goes on")
  func nestedDeferral() {
    let events = Guarded<[String]>([])
    let interruption = Interruption(end: { status in events.withLock { $0.append("\(status)") } })
    interruption.deferred(onRequest: { events.withLock { $0.append("outer") } }) {
      interruption.deferred(onRequest: { events.withLock { $0.append("inner") } }) {}
      interruption.receive(SIGINT)
    }
    #expect(events.withLock { $0 } == ["outer"])
    interruption.receive(SIGINT)
    #expect(events.withLock { $0 } == ["outer", "130"])
  }

  @Test("A signal before the inner deferred work, such as while its data are read, is passed to it")
  func earlyRequest() {
    let events = Guarded<[String]>([])
    let interruption = Interruption(end: { status in events.withLock { $0.append("\(status)") } })
    interruption.deferred {
      interruption.receive(SIGINT)
      interruption.deferred(onRequest: { events.withLock { $0.append("stop") } }) {
        #expect(events.withLock { $0 } == ["stop"])
      }
    }
  }

  @Test("A signal determines the status of stopped work, not of finished or failed work")
  func signalStatus() throws {
    func code(_ body: @escaping @Sendable () throws -> Fake.ExitStatus) throws -> Int32 {
      let interruption = Interruption()
      let console = Console(
        output: StandardOutput(descriptor: -1), progress: ProgressDisplay(isQuiet: true), interruption: interruption)
      let work = Fake { console in
        try console.interruption.deferred {
          console.interruption.receive(SIGTERM)
          return try body()
        }
      }
      return Program.code(of: Program.run(try work.invocation(), console), interruption)
    }
    #expect(try code { .done } == 0)
    #expect(try code { .failed } == 1)
    #expect(try code { .interrupted } == 143)
    #expect(try code { throw OutputClosed() } == 143, "Ctrl-C ended the reader as well")
  }

  // MARK: Transfers

  @Test("A transfer reports no rate and no time left before the first byte")
  func transfer() {
    let transfer = Transfer()
    let before = transfer.state(of: "http://host/a.gz", bytes: 0, about: 1000)
    #expect(before.rate == nil && before.secondsLeft == nil && before.title == "a.gz")
    let after = transfer.state(of: "http://host/a.gz", bytes: 500, about: 1000)
    #expect(after.rate ?? 0 > 0 && after.secondsLeft != nil && after.fraction == 0.5)
  }

  // MARK: The machine

  @Test("The information about the machine has the keys that scripts rely on, in their order")
  func machine() {
    let machine = MachineInfo(version: "1.2.3", cores: 2, instructionSets: [.avx2, .portable], multiplyAddPeak: nil)
    #expect(
      machine.json(model: nil).text
        == #"{"version":"1.2.3","cores":2,"instruction_set":"avx2","instruction_sets":["avx2","portable"],"precisions":["float32"],"multiply_add_peak":null,"model":null}"#
    )
    let text = """
      version           1.2.3
      cores             2
      instruction set   avx2
      instruction sets  avx2, portable
      precisions        float32

      """
    #expect(machine.text(width: nil) == text)
    #expect(MachineInfo.current.cores >= 1)
  }

  /// The system's files, and the resulting number of cores.
  private static let quotas: [(files: [String: String], cores: Int?)] = [
    ([:], nil),
    (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "max 100000\n"], nil),
    (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "200000 100000\n"], 2),
    (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "150000 100000\n"], 2),
    (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "5000 100000\n"], 1),
    (
      [
        "/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/cpu.max": "100000 100000",
        "/sys/fs/cgroup/a/b/cpu.max": "400000 100000",
      ], 1
    ),
    (
      [
        "/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/cpu.max": "300000 100000",
        "/sys/fs/cgroup/a/b/cpu.max": "200000 100000",
      ], 2
    ),
    (
      [
        "/proc/self/cgroup": "5:cpu,cpuacct:/x\n1:name=systemd:/x\n",
        "/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us": "300000",
        "/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us": "100000",
      ], 3
    ),
    (
      [
        "/proc/self/cgroup": "5:cpu,cpuacct:/\n", "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1",
        "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
      ], nil
    ),
    (
      [
        "/proc/self/cgroup": "5:cpuacct,cpu:/x\n", "/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "300000",
        "/sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000",
      ], 3
    ),
    (["/proc/self/cgroup": "nonsense\n0::\n", "/sys/fs/cgroup/cpu.max": "x y z"], nil),
  ]

  @Test("Control groups of both versions limit the cores", arguments: quotas.indices)
  func quota(index: Int) throws {
    let (files, cores) = Self.quotas[index]
    try Self.withRoot(files) { #expect(Cores.quota(root: $0) == cores, "with \(files)") }
  }

  private static func withRoot(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let root = try ScratchFolder()
    for (name, text) in files { try root.write(name, text) }
    try body(root.path)
  }
}
