import Files
import Platform

/// Standard output was closed by its reader. The command ends without a failure: `descent … | head -1`.
struct OutputClosed: Error {}

/// Buffered standard output. Text is written in large pieces; `flush()` writes it immediately.
///
/// SIGPIPE must be ignored (see `Interruption.start()`): a closed pipe is then an error instead of the end of the
/// process.
final class StandardOutput: Sendable {
  private struct State {
    var waiting: [UInt8] = []
    var isClosed = false
    var continuesWhenClosed = false
  }

  private static let capacity = 1 << 16

  private let descriptor: Int32
  private let state = Guarded(State())

  init(descriptor: Int32 = STDOUT_FILENO) {
    self.descriptor = descriptor
  }

  /// Adds text to the output.
  /// - Throws: `OutputClosed` for a broken pipe, `FileError` for any other failure, for example a full disk.
  func write(_ text: String) throws {
    try state.withLock { state in
      guard !state.isClosed else { return }
      state.waiting.append(contentsOf: text.utf8)
      if state.waiting.count >= Self.capacity { try writeWaiting(&state) }
    }
  }

  /// Adds a line to the output.
  /// - Throws: the errors of `write(_:)`.
  func line(_ text: String) throws {
    try write(text + "\n")
  }

  /// Writes the buffered text.
  /// - Throws: the errors of `write(_:)`.
  func flush() throws {
    try state.withLock { try writeWaiting(&$0) }
  }

  /// From now on a broken pipe is ignored and later text is dropped, for a command that still has to write files.
  func continueWhenClosed() {
    state.withLock { $0.continuesWhenClosed = true }
  }

  private func writeWaiting(_ state: inout State) throws {
    let bytes = state.waiting
    state.waiting.removeAll(keepingCapacity: true)
    guard !state.isClosed, let failure = bytes.withUnsafeBytes({ writeAll($0, to: descriptor) }) else { return }
    guard failure == EPIPE else {
      // Reported once: text after a failure is dropped, also by the last flush.
      state.isClosed = true
      throw FileError(
        file: "standard output", found: "while writing, \(systemText(failure))",
        expected: "all output to be written",
        hint: failure == ENOSPC ? "Free some space, or send the output elsewhere." : nil)
    }
    state.isClosed = true
    if !state.continuesWhenClosed { throw OutputClosed() }
  }
}
