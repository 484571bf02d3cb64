import Platform

/// The system's message for an error number, in lower case for use inside a sentence: "no space left on device".
package func systemText(_ code: Int32) -> String {
  let text = String(cString: strerror(code))
  return text.prefix(1).lowercased() + text.dropFirst()
}

/// Repeats a system call while a signal interrupts it.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

/// Repeats a read or a write while a signal interrupts it. A descriptor in non-blocking mode, as the parent process may have made it, is waited for:
/// the call then has the effect that it has in blocking mode.
///
/// - Parameter events: `POLLIN` for a read, `POLLOUT` for a write.
private func waiting(for events: Int32, on descriptor: Int32, _ call: () -> Int) -> Int {
  while true {
    let result = retrying(call)
    guard result < 0, errno == EAGAIN || errno == EWOULDBLOCK else { return result }
    var wanted = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    // A descriptor with an error is ready: the next call reports it.
    guard retrying({ poll(&wanted, 1, -1) }) >= 0 else { return -1 }
  }
}

/// Writes all bytes to a descriptor in blocking or non-blocking mode.
///
/// - Returns: the error's number; nil if all bytes were written.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
  guard let base = bytes.baseAddress else { return nil }
  var sent = 0
  while sent < bytes.count {
    // Some systems refuse a single write of 2 GiB or more.
    let request = min(bytes.count - sent, 1 << 30)
    let count = waiting(for: Int32(POLLOUT), on: descriptor) { write(descriptor, base + sent, request) }
    guard count > 0 else { return count < 0 ? errno : EIO }
    sent += count
  }
  return nil
}

/// A file descriptor that closes itself.
final class Descriptor: @unchecked Sendable {
  // Unchecked: the number never changes, and the kernel synchronizes its use by threads.
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { _ = close(number) }
}

/// Opens a file for reading.
///
/// - Parameter waitsForWriter: true to wait until a process opens a named pipe for writing, as `cat` does.
/// - Returns: the open file, in blocking mode, and its `stat`.
/// - Throws: `FileError`, also for a folder: the system opens folders, and only reading them would fail.
func openForReading(_ path: String, waitsForWriter: Bool) throws(FileError) -> (Descriptor, stat) {
  let expected = "a file that can be read"
  guard !path.isEmpty, !path.utf8.contains(0) else {
    throw FileError(
      file: path, found: "a name that no file can have", expected: expected, hint: "Give a name that is not empty.")
  }
  // A caller that refuses pipes must not be blocked by one. Other callers block on opening: opened without blocking, a pipe whose
  // writer comes later would look ended.
  let waits = waitsForWriter && isPipe(path)
  let number = retrying { open(path, O_RDONLY | O_CLOEXEC | (waits ? 0 : O_NONBLOCK)) }
  guard number >= 0 else {
    let code = errno
    throw FileError(
      file: path, found: systemText(code), expected: code == ENOENT ? nil : expected, hint: readingHint(path, code),
      cause: .access)
  }
  let descriptor = Descriptor(number)
  var information = stat()
  guard fstat(number, &information) == 0 else {
    throw FileError(file: path, found: systemText(errno), expected: expected, cause: .access)
  }
  guard information.st_mode & S_IFMT != S_IFDIR else {
    throw FileError(file: path, found: "a folder", expected: "a file", hint: "Name a file inside it.")
  }
  _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) & ~O_NONBLOCK)
  return (descriptor, information)
}

/// The remedy for a failed system call on a file to read; nil if there is none.
func readingHint(_ path: String, _ code: Int32) -> OptionText? {
  switch code {
  case EACCES: "Its owner can allow it with chmod."
  case ENOENT: unexpandedHint(path)
  case ENOTDIR: "Leave out what follows the name of a file."
  case ELOOP: "Its links lead to each other: name the file itself."
  case EMFILE: "'ulimit -n 4096' allows more."
  case EIO: "Its disk may be failing: name a copy on another."
  case EBADF, EISDIR: "Redirect a file to it with <, or name a file."
  default: nil
  }
}

/// A remedy for a path in which a shell would have replaced `~` or a pattern, had it not been quoted; nil for other paths.
package func unexpandedHint(_ path: String) -> OptionText? {
  if path.hasPrefix("~") {
    return
      "A shell replaces ~ only at the start of an unquoted word: write $HOME, or a space in place of the equals sign."
  }
  if path.hasPrefix("http://") || path.hasPrefix("https://") || path.hasPrefix("ftp://") {
    return "Files are not read from a URL: curl -LO '\(path.replacing("'", with: "%27"))' downloads it."
  }
  return path.contains { "*?".contains($0) } ? "No file matches, or the pattern is in quotes: name one file." : nil
}

private func isPipe(_ path: String) -> Bool {
  var information = stat()
  return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFIFO
}

/// Reads until the buffer is full or the file ends; returns the number of bytes.
func readFully(
  _ descriptor: Descriptor, into buffer: UnsafeMutableRawBufferPointer, path: String
) throws(FileError) -> Int {
  guard let base = buffer.baseAddress else { return 0 }
  var filled = 0
  while filled < buffer.count {
    // Some systems refuse a single read of 2 GiB or more.
    let request = min(buffer.count - filled, 1 << 30)
    let count = waiting(for: Int32(POLLIN), on: descriptor.number) { read(descriptor.number, base + filled, request) }
    if count == 0 { break }
    guard count > 0 else {
      let code = errno
      throw FileError(
        file: path, found: "while reading, \(systemText(code))", expected: "readable bytes",
        hint: readingHint(path, code), cause: .access)
    }
    filled += count
  }
  return filled
}

/// Writes all bytes.
/// - Throws: `FileError` naming `path`: a full disk, a pipe whose reader has closed it.
func writeFully(
  _ descriptor: Descriptor, _ bytes: UnsafeRawBufferPointer, path: String
) throws(FileError) {
  if let code = writeAll(bytes, to: descriptor.number) { throw Destination.unusable(path, code) }
}
