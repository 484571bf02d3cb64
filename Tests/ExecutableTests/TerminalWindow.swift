import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A pseudo-terminal of a given size, on which the executable is run as in the window of a terminal.
final class TerminalWindow {
  private let master: Int32
  /// Kept open, so that the text of a process that has ended can still be read.
  private let own: Int32
  /// The path of the end that processes use, as their output or errors.
  let path: String
  private var bytes: [UInt8] = []

  init(columns: Int, rows: Int = 24) throws {
    (master, path) = try Self.opened()
    own = open(path, O_RDWR | O_NOCTTY)
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    guard own >= 0, ioctl(own, UInt(TIOCSWINSZ), &size) == 0, fcntl(master, F_SETFL, O_NONBLOCK) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  }

  /// A new pseudo-terminal, and the path of the end that processes use.
  private static func opened() throws -> (master: Int32, path: String) {
    #if canImport(Darwin)
      let master = posix_openpt(O_RDWR | O_NOCTTY)
      if master >= 0, grantpt(master) == 0, unlockpt(master) == 0, let name = ptsname(master) {
        return (master, String(cString: name))
      }
    #else
      // `posix_openpt` is hidden from Swift by a macro of the C library; these are its requests, TIOCSPTLCK and TIOCGPTN.
      let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      var (isLocked, number): (CInt, CUnsignedInt) = (0, 0)
      if master >= 0, ioctl(master, 0x4004_5431, &isLocked) == 0, ioctl(master, 0x8004_5430, &number) == 0 {
        return (master, "/dev/pts/\(number)")
      }
    #endif
    throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
  }

  deinit {
    close(own)
    close(master)
  }

  /// Runs a script in which `$descent` is the executable.
  ///
  /// - Returns: the exit status, and all text that was written, output and diagnostics, with its escape sequences.
  func run(_ script: String, in folder: String) throws -> (status: Int32, text: String) {
    let running = try Running(
      program: "/bin/sh", ["-c", "cd '\(folder)'\ndescent='\(Executable.path)'\n" + script], output: path, errors: path)
    let outcome = try finish(running)
    return (outcome.status, text)
  }

  /// The text that was read so far.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Waits until a process has written text that matches.
  func wait(for name: String, _ pattern: Regex<Substring>, from running: Running) throws {
    try Event.wait(for: name, from: running) {
      while !read() {}
      return text.contains(pattern)
    }
  }

  /// Waits for the end of a process, and reads all that it writes.
  func finish(_ running: Running) throws -> Executable.Outcome {
    let end = ContinuousClock.now + Event.limit
    while true {
      // Before the last read, so that no text is written after it.
      let isRunning = running.isRunning && ContinuousClock.now < end
      let isEmpty = read()
      if !isRunning, isEmpty { break }
      if isEmpty { usleep(1000) }
    }
    return try running.wait()
  }

  /// Adds the text that was written.
  ///
  /// - Returns: true if there was none.
  private func read() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unistdRead(master, &buffer, buffer.count)
    guard count > 0 else { return true }
    bytes += buffer[..<count]
    return false
  }
}

/// `read` of the system, which the method of that name would hide.
private func unistdRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
