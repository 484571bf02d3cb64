import Files
import Platform

/// A transfer by the program `curl`, whose output is read through a pipe. A networking library would increase the start time of every
/// command.
struct CurlTransfer: ~Copyable {
  /// The reason why a transfer failed.
  enum Failure: Error, Equatable {
    case noCurl
    case canceled
    /// The server or folder exists, but not the file.
    case notFound(String)
    /// No server was reached: unknown host, refused connection, or timeout.
    case unreachable(String)
    case failed(String)
    case file(FileError)
  }

  private var curl: Subprocess

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
    let arguments = [
      program, "--fail", "--silent", "--show-error", "--location", "--globoff", "--connect-timeout", "15",
      // A connection slower than 1 kB/s for 30 s counts as broken.
      "--speed-limit", "1000", "--speed-time", "30", "--output", "-", "--url", url,
    ]
    do throws(Subprocess.Failure) {
      // This program reads curl's messages, which must be in English.
      curl = try Subprocess(arguments, environment: ["LC_ALL": "C"], keepsErrors: true)
    } catch {
      throw error.code == ENOENT ? .noCurl : .failed("curl does not start: \(systemText(error.code))")
    }
  }

  private func read(into file: AtomicFile, limit: Int, received: (Int) -> Bool) throws(Failure) -> Int {
    var total = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      guard received(total) else { throw .canceled }
      var waiting = pollfd(fd: curl.output, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, 200)
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      let count = chunk.withUnsafeMutableBytes { curl.readOutput(into: $0) }
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
    let length = words.withUnsafeMutableBytes { curl.readErrors(into: $0) }
    let status = curl.wait()
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
