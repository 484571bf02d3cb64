#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file that grows before its reader's eyes: begun empty, and every text handed to the system at once, so that nothing which
/// was written is lost with the process.
///
/// A symbolic link is followed, a device or pipe is written into, and `/dev/stdout` and its kin go on where they stand.
public final class InPlaceFile {
  /// The path as the user named it.
  public let path: String
  private let descriptor: Descriptor

  /// - Throws: `FileError` naming the path: a missing or read-only folder, a folder at the path.
  public init(_ path: String) throws(FileError) {
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

  /// Adds a text at the end, as UTF-8; it is with the system when this returns.
  /// - Throws: `FileError`: a full disk, a pipe that nobody reads any more.
  public func write(_ text: String) throws(FileError) {
    var text = text
    let result: Result<Void, FileError> = text.withUTF8 { bytes in
      do throws(FileError) {
        return .success(try writeFully(descriptor, UnsafeRawBufferPointer(bytes), path: path))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }
}
