import Foundation
import JSON
import Random
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Runs that are killed and resumed. Here a few times; `DESCENT_KILLS=50` is the full measure, on MNIST if it is available.
@Suite("A run that is killed", .serialized)
struct KillTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let kills = environment["DESCENT_KILLS"].flatMap { Int($0) }

  @Test("resumes with the bits and metrics of an uninterrupted run, whenever it was killed")
  func kills() throws {
    let scratch = try Scratch()
    let isFull = Self.kills != nil
    let data = isFull ? TestData.mnist ?? "synthetic" : "synthetic:600,100"
    let common = isFull ? "--epochs 40 --hidden 128" : "--epochs 60 --hidden 8 --batch-size 16"
    let run = "train --data \(data) --optimizer adam --quiet \(common)"
    let start = ContinuousClock.now
    let through = try Executable.run(
      "\(run) --save \(scratch.file("through")) --metrics \(scratch.file("through.jsonl"))")
    try #require(through.status == 0, "\(through.errors)")
    let seconds = (ContinuousClock.now - start) / .seconds(1)

    let kills = Self.kills ?? 5
    let seed = UInt64(Self.environment["DESCENT_KILL_SEED"] ?? "") ?? UInt64.random(in: 0..<1000)
    var random = RandomSource(seed: seed, purpose: .sampling)
    let folder = scratch.file("ck")
    let words =
      "\(run) --save \(scratch.file("model")) --metrics \(scratch.file("run.jsonl")) --checkpoint \(folder) --resume \(folder) "
      + "--checkpoint-every 100"
    let total = try #require(try scratch.events("through.jsonl").last?["steps"]?.int)
    var steps: [Int] = []
    var over = 0
    for kill in 0..<kills {
      let running = try Running(words, output: "/dev/null")
      // Anywhere between the program's first moment and twice the share of what is left that is this kill's: the beginnings and the ends of
      // writing included, and the run's own end left for the last.
      let share = seconds * (1 - Double(steps.last ?? 0) / Double(total)) / Double(kills - kill)
      usleep(UInt32(random.uniform() * (0.1 + 2 * share) * 1e6))
      running.send(SIGKILL)
      if try running.wait().status == 0 { over += 1 }
      steps.append(try Self.steps(in: folder))
    }
    let last = try Executable.run(words)
    #expect(last.status == 0, "seed \(seed): \(last.errors)")
    #expect(!last.errors.contains("skipped"), "seed \(seed): \(last.errors)")
    #expect(try scratch.read("model") == scratch.read("through"), "seed \(seed)")
    #expect(try scratch.events("run.jsonl") == scratch.events("through.jsonl"), "seed \(seed)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count == 2 && names.allSatisfy { $0.hasPrefix("checkpoint-") }, "seed \(seed): \(names)")
    if isFull {
      print(
        "\(kills) kills of a run of \(seconds) s, seed \(seed), \(over) after its end; steps that each left: \(steps)")
    }
  }

  @Test(
    "in mid-epoch, with all that is drawn at random or searched for, resumes with the bits of any number of workers",
    arguments: [
      "--batch-size 16 --optimizer adam --dropout 0.1,0.3,0.2 --noise 0.1 --average ema:0.9 "
        + "--augment affine:rotation=15,scale=0.175,shear=5,translate=1 --augment elastic:alpha=34,sigma=4",
      "--optimizer lbfgs --l2 1",
    ])
  func midEpoch(options: String) throws {
    let scratch = try Scratch()
    let run = "train --data synthetic:300,40 --hidden 12,8 --gradients owned --quiet \(options)"
    // An epoch of the full batch is one step.
    let stepsPerEpoch = options.contains("--batch-size") ? 19 : 1
    for (workers, others) in [(1, 2), (2, 3), (3, 5), (5, 1)] {
      let folder = scratch.file("ck\(workers)")
      let words = "\(run) --epochs 1000000 --workers \(workers) --checkpoint \(folder) --checkpoint-every 1"
      let running = try Running(words, output: "/dev/null")
      try Event.wait(for: "a checkpoint inside an epoch", from: running) {
        let steps = try Self.steps(in: folder)
        return steps > 1 && (stepsPerEpoch == 1 || steps % stepsPerEpoch > 0)
      }
      running.send(SIGKILL)
      #expect(try running.wait().status != 0)
      let epochs = try Self.steps(in: folder) / stepsPerEpoch + 2
      let resumed = try Executable.run(
        "train --resume \(folder) --epochs \(epochs) --quiet --save \(scratch.file("resumed"))")
      try #require(resumed.status == 0, "\(resumed.errors)")
      let through = try Executable.run(
        "\(run) --epochs \(epochs) --workers \(others) --save \(scratch.file("through"))")
      try #require(through.status == 0, "\(through.errors)")
      #expect(
        try scratch.read("resumed") == scratch.read("through"), "\(workers) and \(others) workers, \(epochs) epochs")
    }
  }

  @Test("that is stopped and continued instead is not damaged")
  func stopped() throws {
    let scratch = try Scratch()
    let run = "train --data synthetic:600,100 --quiet --hidden 8 --batch-size 16 --workers 3"
    let folder = scratch.file("ck")
    let words = "\(run) --epochs 1000000 --checkpoint \(folder)"
    let running = try Running(words, output: "/dev/null")
    try Event.wait(for: "a checkpoint", from: running) { try Self.steps(in: folder) > 0 }
    for _ in 0..<10 {
      running.send(SIGSTOP)
      usleep(15_000)
      running.send(SIGCONT)
      usleep(15_000)
    }
    let before = try Self.steps(in: folder)
    try Event.wait(for: "a checkpoint after the stops", from: running) { try Self.steps(in: folder) > before }
    running.send(SIGKILL)
    #expect(try running.wait().status != 0)
    let epochs = try Self.steps(in: folder) / 38 + 2
    let resumed = try Executable.run(
      "train --resume \(folder) --epochs \(epochs) --quiet --save \(scratch.file("resumed"))")
    try #require(resumed.status == 0, "\(resumed.errors)")
    let through = try Executable.run("\(run) --epochs \(epochs) --save \(scratch.file("through"))")
    try #require(through.status == 0, "\(through.errors)")
    #expect(try scratch.read("resumed") == scratch.read("through"), "\(epochs) epochs")
  }

  #if os(Linux)
    @Test("or asked to end is asked in a thread of its own: every thread has both signals blocked")
    func blockedSignals() throws {
      let scratch = try Scratch()
      let words =
        "train --data synthetic:200,50 --quiet --epochs 1000000000 --hidden 8 --workers 5 --checkpoint "
        + scratch.file("ck")
      let running = try Running(words, output: "/dev/null")
      let folder = scratch.file("ck")
      var masks: [UInt64] = []
      // The five workers, the thread that waits for signals, and a checkpoint that was written.
      try Event.wait(for: "six threads and a checkpoint", from: running) {
        masks = Self.blockedSignals(of: running)
        return masks.count >= 6 && (try? FileManager.default.contentsOfDirectory(atPath: folder))?.isEmpty == false
      }
      running.send(SIGTERM)
      #expect(try running.wait().status == 143)
      let wanted: UInt64 = 1 << (SIGINT - 1) | 1 << (SIGTERM - 1)
      // The thread that waits has them blocked too, but for the moments of its waiting.
      #expect(masks.filter { $0 & wanted == wanted }.count >= masks.count - 1, "\(masks)")
    }
  #endif

  /// The signals that each thread of a process has blocked, a bit for each.
  private static func blockedSignals(of running: Running) -> [UInt64] {
    let tasks = "/proc/\(running.identifier)/task"
    return ((try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []).compactMap { thread in
      let status = (try? String(contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("SigBlk:") }
      return line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
    }
  }

  /// The steps done by the newest checkpoint; 0 without one.
  private static func steps(in folder: String) throws -> Int {
    guard let data = try newestCheckpoint(in: folder) else { return 0 }
    let text = String(decoding: data.prefix(1 << 14), as: UTF8.self)
    let digits = text.split(separator: "\\\"steps_done\\\":").dropFirst().first?.prefix { $0.isNumber }
    return try #require(digits.flatMap { Int($0) })
  }

  /// The bytes of the newest checkpoint; nil without one.
  private static func newestCheckpoint(in folder: String) throws -> Data? {
    while true {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      guard let newest = names.filter({ $0.hasPrefix("check") }).max() else { return nil }
      let path = "\(folder)/\(newest)"
      if let data = try? Data(contentsOf: URL(fileURLWithPath: path)) { return data }
      // Newer ones have replaced it since.
      try #require(!FileManager.default.fileExists(atPath: path), "\(path) cannot be read")
    }
  }
}
