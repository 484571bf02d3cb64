import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Pipes that a parent process has made non-blocking, as Node.js and supervisors do.
@Suite("Non-blocking pipes have all bytes, as blocking ones have", .serialized)
struct NonBlockingTests {
  private let scratch: Scratch
  private let clouds: String

  init() throws {
    scratch = try Scratch()
    clouds = try scratch.write("clouds.csv", SmallData.clouds())
  }

  /// A pipe, of which one end is for the executable.
  private final class Pipe {
    let reading: Int32
    let writing: Int32
    private var open: Set<Int32>

    init() throws {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      (reading, writing) = (ends[0], ends[1])
      open = [ends[0], ends[1]]
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit { for end in open { close(end) } }

    func closeEnd(_ end: Int32) { if open.remove(end) != nil { close(end) } }

    func makeNonBlocking(_ end: Int32) throws {
      try #require(fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) == 0)
    }

    /// The number of bytes in the pipe.
    var filled: Int {
      var count: Int32 = 0
      return ioctl(reading, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// Everything until the last writer has closed its end.
    func readToEnd() throws -> [UInt8] {
      try makeNonBlocking(reading)
      var bytes: [UInt8] = []
      var part = [UInt8](repeating: 0, count: 5000)
      try Event.wait(for: "the end of the output") {
        while true {
          let count = read(reading, &part, part.count)
          guard count > 0 else { return count == 0 || errno != EAGAIN && errno != EINTR }
          bytes += part[..<count]
        }
      }
      return bytes
    }
  }

  /// Runs the executable with a non-blocking pipe, which is read once it is full.
  private func run(_ line: String, to number: Int32) throws -> (bytes: [UInt8], outcome: Executable.Outcome) {
    let pipe = try Pipe()
    try pipe.makeNonBlocking(pipe.writing)
    let running = try Running(line, descriptors: [number: pipe.writing])
    pipe.closeEnd(pipe.writing)
    var (last, looks) = (0, 0)
    // Full: the process writes no more. The number of bytes depends on their lines, of which a page has whole ones.
    try Event.wait(for: "a full pipe") {
      let filled = pipe.filled
      looks = filled > 0 && filled == last ? looks + 1 : 0
      last = filled
      return looks == 20 || !running.isRunning
    }
    let bytes = try pipe.readToEnd()
    return (bytes, try running.wait())
  }

  @Test("A model and metrics on standard output are whole")
  func output() throws {
    let train = "train --data \(clouds) --epochs 1 --workers 1 --hidden 20000 --quiet"
    let model = try run("\(train) --save -", to: STDOUT_FILENO)
    #expect(model.outcome.status == 0 && model.outcome.errors == "", "\(model.outcome.errors)")
    try #require(try Executable.run("\(train) --save \(scratch.file("model"))").status == 0)
    #expect(try model.bytes == scratch.read("model"))
    let epochs = 1000
    let metrics = try run(
      "train --data \(clouds) --epochs \(epochs) --hidden 2 --quiet --metrics /dev/stdout", to: STDOUT_FILENO)
    #expect(metrics.outcome.status == 0 && metrics.outcome.errors == "", "\(metrics.outcome.errors)")
    let lines = String(decoding: metrics.bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == epochs + 2 && lines.last?.contains("\"end\"") == true, "\(lines.count)")
  }

  @Test("Results on standard output are whole")
  func results() throws {
    let model = scratch.file("m")
    try #require(try Executable.run("train --data \(clouds) --hidden 2 --epochs 1 -q --save \(model)").status == 0)
    let many = try scratch.write("many.csv", SmallData.clouds(6000))
    let predicted = try run("predict \(model) --data \(many) --quiet", to: STDOUT_FILENO)
    #expect(predicted.outcome.status == 0, "\(predicted.outcome.errors)")
    #expect(String(decoding: predicted.bytes, as: UTF8.self).split(separator: "\n").count == 6001)
  }

  @Test("No line on standard error is missing")
  func errors() throws {
    let model = scratch.file("m")
    try #require(
      try Executable.run("train --data synthetic:100,10 --hidden 2 --epochs 1 -q --save \(model)").status == 0)
    let name = scratch.file(String(repeating: "n", count: 100))
    let names = (0..<1000).map { "\(name)-\($0).png" }
    let outcome = try run("predict \(model) \(names.joined(separator: " "))", to: STDERR_FILENO)
    #expect(outcome.outcome.status == 1)
    let lines = String(decoding: outcome.bytes, as: UTF8.self).split(separator: "\n")
    #expect(names.allSatisfy { name in lines.contains { $0.contains(name) } }, "\(lines.count) lines")
  }

  @Test("Rows on standard input are read to their end")
  func input() throws {
    let model = scratch.file("m")
    try #require(try Executable.run("train --data \(clouds) --hidden 2 --epochs 1 -q --save \(model)").status == 0)
    let pipe = try Pipe()
    try pipe.makeNonBlocking(pipe.reading)
    let words = ["predict", model, "--data", "-", "--quiet", "--format", "csv"]
    let running = try Running(program: Executable.path, words, descriptors: [STDIN_FILENO: pipe.reading])
    // Each row after the earlier one was read: then the process waits for more.
    let rows = SmallData.clouds(30).split(separator: "\n").map { Array($0.utf8) + [0x0A] }
    for row in rows where running.isRunning {
      #expect(write(pipe.writing, row, row.count) == row.count)
      try Event.wait(for: "a row that is read") { pipe.filled == 0 || !running.isRunning }
    }
    pipe.closeEnd(pipe.writing)
    let outcome = try running.wait()
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(outcome.lines.count == 31)
  }
}
