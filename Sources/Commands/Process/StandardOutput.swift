import Files
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Nobody reads standard output any more. The command ends, and that is no failure: `descent … | head -1`.
struct OutputClosed: Error {}

/// Where results go. Text is gathered and written in large pieces; `flush()` lets a reader have it at once.
///
/// SIGPIPE must be ignored (`Interruption.start()` does so): a closed pipe is then an error here rather than the end of the process.
final class StandardOutput: Sendable {
  private struct State {
    var waiting: [UInt8] = []
    var isClosed = false
    var goesOnWhenClosed = false
  }

  private static let capacity = 1 << 16

  private let descriptor: Int32
  private let state = Mutex(State())

  init(descriptor: Int32 = STDOUT_FILENO) {
    self.descriptor = descriptor
  }

  /// Adds text to the output.
  /// - Throws: `OutputClosed` for a broken pipe, `FileError` for any other failure, a full disk for example.
  func write(_ text: String) throws {
    try state.withLock { state in
      guard !state.isClosed else { return }
      state.waiting.append(contentsOf: text.utf8)
      if state.waiting.count >= Self.capacity { try writeWaiting(&state) }
    }
  }

  /// Adds a line to the output.
  /// - Throws: as `write(_:)`.
  func line(_ text: String) throws {
    try write(text + "\n")
  }

  /// Writes what has been gathered.
  /// - Throws: as `write(_:)`.
  func flush() throws {
    try state.withLock { try writeWaiting(&$0) }
  }

  /// From now on a broken pipe is no reason to stop: what follows is dropped. For a command that has files to write still.
  func goOnWhenClosed() {
    state.withLock { $0.goesOnWhenClosed = true }
  }

  private func writeWaiting(_ state: inout State) throws {
    let bytes = state.waiting
    state.waiting.removeAll(keepingCapacity: true)
    guard !state.isClosed, let failure = writeAll(bytes) else { return }
    guard failure == EPIPE else {
      // Said once: what is written after a failure is dropped, the last flush at the end included.
      state.isClosed = true
      throw FileError(
        file: "standard output", found: "while writing, \(systemText(failure))",
        expected: "all of the output to be taken")
    }
    state.isClosed = true
    if !state.goesOnWhenClosed { throw OutputClosed() }
  }

  /// Writes all bytes, or returns the error's number.
  private func writeAll(_ bytes: [UInt8]) -> Int32? {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer
      while !rest.isEmpty {
        #if canImport(Darwin)
          let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
        #elseif canImport(Glibc)
          let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        #else
          let count = Musl.write(descriptor, rest.baseAddress, rest.count)
        #endif
        if count >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if errno == EAGAIN {
          // Somebody made the pipe non-blocking: wait until it takes more.
          var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&wanted, 1, -1)
        } else if errno != EINTR {
          return errno
        }
      }
      return nil
    }
  }
}
