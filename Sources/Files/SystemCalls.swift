#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The system's own words for an error number, made to stand inside a sentence: "no space left on device".
func systemText(_ code: Int32) -> String {
  let text = String(cString: strerror(code))
  return text.prefix(1).lowercased() + text.dropFirst()
}

/// Repeats a system call for as long as a signal interrupts it.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

/// A file descriptor that closes itself.
final class Descriptor: @unchecked Sendable {
  // Unchecked: the number never changes, and the kernel orders what threads do with it.
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { _ = close(number) }
}

/// Opens a file for reading and says what is wrong with it where that fails.
///
/// A folder is refused here: opening one succeeds, and only reading from it would fail.
/// - Returns: the open file and what the system tells of it.
func openForReading(_ path: String) throws(FileError) -> (Descriptor, stat) {
  let expected = "a file that can be read"
  guard !path.isEmpty, !path.utf8.contains(0) else {
    throw FileError(file: path, found: "a name that no file can have", expected: expected)
  }
  // Without O_NONBLOCK, a named pipe that nobody writes to would hold us here for ever.
  let number = retrying { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
  guard number >= 0 else {
    let code = errno
    throw FileError(
      file: path, found: systemText(code), expected: expected,
      hint: code == EACCES ? "Its owner can allow it with chmod." : nil, cause: .access)
  }
  let descriptor = Descriptor(number)
  var information = stat()
  guard fstat(number, &information) == 0 else {
    throw FileError(file: path, found: systemText(errno), expected: expected, cause: .access)
  }
  guard information.st_mode & S_IFMT != S_IFDIR else {
    throw FileError(file: path, found: "a folder", expected: "a file")
  }
  return (descriptor, information)
}

/// Reads until the buffer is full or the file ends, and tells how many bytes that were.
func readFully(
  _ descriptor: Descriptor, into buffer: UnsafeMutableRawBufferPointer, path: String
) throws(FileError) -> Int {
  guard let base = buffer.baseAddress else { return 0 }
  var filled = 0
  while filled < buffer.count {
    // Some systems refuse a single read of 2 GiB or more.
    let request = min(buffer.count - filled, 1 << 30)
    let count = retrying { read(descriptor.number, base + filled, request) }
    if count == 0 { break }
    guard count > 0 else {
      throw FileError(
        file: path, found: "while reading, \(systemText(errno))", expected: "readable bytes", cause: .access)
    }
    filled += count
  }
  return filled
}
