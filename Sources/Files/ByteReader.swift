import Platform

/// A sequence of bytes: a file's own, or inflated from it.
package protocol ByteReader: AnyObject {
  /// The file as the user named it.
  var path: String { get }

  /// The number of bytes of the file read so far, and the file's size (0 if unknown); for progress.
  var progress: (read: Int, total: Int) { get }

  /// Fills the whole buffer, unless the end comes first.
  /// - Returns: the number of bytes read; fewer than the buffer holds only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int
}

extension ByteReader {
  /// Reads to the end, at most `limit` bytes.
  /// - Throws: `FileError` if there are more than `limit` bytes.
  package func readToEnd(limit: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let filled = try fill(&chunk)
      guard filled <= limit - bytes.count else {
        throw FileError(file: path, found: "more than \(limit) bytes", expected: "at most that many")
      }
      bytes.append(contentsOf: chunk[0..<filled])
      if filled < chunk.count { return bytes }
    }
  }

  /// Fills the array's elements, as `read(into:)` does.
  package func fill(_ bytes: inout [UInt8]) throws(FileError) -> Int {
    // Not every toolchain lets the closure passed to `withUnsafeMutableBytes` throw a typed error, so it returns the error in a `Result`.
    let result: Result<Int, FileError> = bytes.withUnsafeMutableBytes { buffer in
      do throws(FileError) {
        return .success(try read(into: buffer))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}

/// Opens a file; its content is inflated if its name ends in `.gz`.
/// - Parameter waitsForWriter: true to wait until a process opens a named pipe for writing.
/// - Throws: `FileError` if the file is missing, unreadable or a folder.
package func openReader(_ path: String, waitsForWriter: Bool = true) throws(FileError) -> any ByteReader {
  let plain = try PlainReader(path, waitsForWriter: waitsForWriter)
  return path.lowercased().hasSuffix(".gz") ? try GzipReader(plain) : plain
}

/// A reader of a file's bytes as they are.
package final class PlainReader: ByteReader {
  package let path: String
  /// The file's size when it was opened; 0 for a pipe.
  package let size: Int
  private let descriptor: Descriptor
  private var position = 0

  /// Opens a file.
  ///
  /// - Parameter waitsForWriter: true to wait until a process opens a named pipe for writing.
  /// - Throws: `FileError` if the file is missing, unreadable or a folder.
  package init(_ path: String, waitsForWriter: Bool = true) throws(FileError) {
    self.path = path
    let (descriptor, information) = try openForReading(path, waitsForWriter: waitsForWriter)
    self.descriptor = descriptor
    size = information.st_mode & S_IFMT == S_IFREG ? Int(information.st_size) : 0
  }

  /// The name of standard input in messages.
  package static let standardInputName = "standard input"

  /// The process's standard input, from its current position.
  /// - Throws: `FileError` if there is none.
  package static func standardInput() throws(FileError) -> PlainReader {
    let path = standardInputName
    let number = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
    guard number >= 0 else {
      let code = errno
      throw FileError(
        file: path, found: systemText(code), expected: "bytes to read", hint: readingHint(path, code), cause: .access)
    }
    return PlainReader(path, Descriptor(number))
  }

  private init(_ path: String, _ descriptor: Descriptor) {
    self.path = path
    self.descriptor = descriptor
    size = 0
  }

  package var progress: (read: Int, total: Int) { (position, size) }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    let count = try readFully(descriptor, into: buffer, path: path)
    position += count
    // Otherwise a file truncated while it is read would pass as a shorter one.
    guard count == buffer.count || position >= size else {
      throw FileError(
        file: path, found: "a file that ends after \(position) bytes",
        expected: "the \(size) bytes that it had when opened",
        hint: "Copy or download it again, and do not change it while it is in use.")
    }
    return count
  }
}

/// Reads a whole file into memory.
/// - Parameter limit: the largest size allowed, in bytes.
/// - Throws: `FileError` if the file is missing, unreadable, a folder, or larger than `limit`.
package func readWhole(_ path: String, limit: Int = 1 << 32) throws(FileError) -> [UInt8] {
  try PlainReader(path).readToEnd(limit: limit)
}
