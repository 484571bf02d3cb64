import Platform

extension FileError {
  /// True for the error of writing to standard output after its reader has closed it.
  package var isOfClosedOutput: Bool { AtomicFile.isStandardOutput(file) && found == systemText(EPIPE) }
}

/// A file that other programs can read while it grows. It starts empty, and every text is passed to the system immediately, so that
/// nothing written is lost if the process ends.
///
/// A symbolic link is followed, a device or pipe is written in place, and `/dev/stdout` and similar paths continue at their position.
package final class InPlaceFile {
  /// The path as the user named it.
  package let path: String
  private let descriptor: Descriptor
  /// True to drop texts for standard output without an error after its reader has closed it, for work that has other files to write.
  package var continuesWhenClosed = false

  /// Creates or truncates the file.
  ///
  /// - Throws: `FileError` naming the path: a missing or read-only folder, a folder at the path.
  package init(_ path: String) throws(FileError) {
    self.path = path
    let number =
      switch try Destination(path) {
      case .file(let target, _, _): retrying { open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
      case .special(let special): retrying { open(special, O_WRONLY | O_CLOEXEC) }
      case .open(let number): retrying { fcntl(number, F_DUPFD_CLOEXEC, 0) }
      }
    guard number >= 0 else { throw Destination.unusable(path, errno) }
    descriptor = Descriptor(number)
  }

  /// Replaces a file by a text atomically, then appends to it; writes the text in place if the path is a device or a
  /// pipe.
  /// - Throws: `FileError`, as `init(_:)`.
  package convenience init(_ path: String, beginning text: String) throws(FileError) {
    guard case .file = try Destination(path), !text.isEmpty else {
      try self.init(path)
      if !text.isEmpty { try write(text) }
      return
    }
    try AtomicFile.write(text, to: path)
    guard case .file(let target, _, _) = try Destination(path) else { throw Destination.unusable(path, ENOENT) }
    let number = retrying { open(target, O_WRONLY | O_APPEND | O_CLOEXEC) }
    guard number >= 0 else { throw Destination.unusable(path, errno) }
    self.init(path: path, descriptor: number)
  }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = Descriptor(descriptor)
  }

  /// Appends a text as UTF-8; it has been passed to the system when this returns.
  /// - Throws: `FileError`: a full disk, a pipe whose reader has closed it.
  package func write(_ text: String) throws(FileError) {
    var text = text
    try text.withUTF8 { write(UnsafeRawBufferPointer($0)) }.get()
  }

  /// Appends bytes; they have been passed to the system when this returns.
  /// - Throws: `FileError`, as `write(_:)`.
  package func write(bytes: [UInt8]) throws(FileError) {
    try bytes.withUnsafeBytes { write($0) }.get()
  }

  // A result, since `withUTF8` and `withUnsafeBytes` do not throw typed errors.
  private func write(_ bytes: UnsafeRawBufferPointer) -> Result<Void, FileError> {
    do throws(FileError) {
      return .success(try writeFully(descriptor, bytes, path: path))
    } catch {
      return continuesWhenClosed && error.isOfClosedOutput ? .success(()) : .failure(error)
    }
  }
}
