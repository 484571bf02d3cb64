import Files
import Foundation
import Testing

@Suite("Subprocesses")
struct SubprocessTests {
  private func run(_ script: String, environment: [String: String] = [:]) throws -> (
    output: String, errors: String, status: Int32
  ) {
    var process = try Subprocess(["sh", "-c", script], environment: environment, keepsErrors: true)
    var bytes = [UInt8](repeating: 0, count: 1 << 12)
    func all(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> String {
      var found: [UInt8] = []
      while case let count = bytes.withUnsafeMutableBytes(read), count > 0 { found += bytes[..<count] }
      return String(decoding: found, as: UTF8.self)
    }
    let output = all { process.readOutput(into: $0) }
    let errors = all { process.readErrors(into: $0) }
    return (output, errors, process.wait())
  }

  @Test("Output, errors, status and variables are those of the program, which has no input")
  func programs() throws {
    let first = try run("echo $LC_ALL; cat; echo wrong >&2; exit 3", environment: ["LC_ALL": "C"])
    #expect(first.output == "C\n")
    #expect(first.errors == "wrong\n")
    #expect(first.status == 3 << 8)
  }

  @Test(
    "SIGINT and SIGPIPE end a program though this process blocks one and ignores the other", arguments: ["INT", "PIPE"])
  func signals(name: String) throws {
    var interrupt = sigset_t()
    var earlier = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    pthread_sigmask(SIG_BLOCK, &interrupt, &earlier)
    defer { pthread_sigmask(SIG_SETMASK, &earlier, nil) }
    #expect(try run("kill -\(name) $$; echo alive").status == (name == "INT" ? SIGINT : SIGPIPE))
  }

  @Test("A program that does not exist is an error with the system's code")
  func missing() {
    var code: Int32 = 0
    do { _ = try Subprocess(["/no/such/program"]) } catch { code = error.code }
    #expect(code == ENOENT)
  }

  @Test("A program whose output is no longer wanted is ended")
  func abandoned() throws {
    let number: Int32
    do {
      let process = try Subprocess(["sh", "-c", "echo $$; exec sleep 100000"])
      var bytes = [UInt8](repeating: 0, count: 32)
      let count = bytes.withUnsafeMutableBytes { process.readOutput(into: $0) }
      number = try #require(Int32(String(decoding: bytes[..<count], as: UTF8.self).dropLast()))
      #expect(kill(number, 0) == 0)
    }
    #expect(kill(number, 0) == -1 && errno == ESRCH)
  }
}
