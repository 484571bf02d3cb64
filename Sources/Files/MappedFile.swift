#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A regular file's bytes as memory, read-only, loaded by the system page by page as they are touched.
///
/// The size is that of the moment of opening. A file that is cut short while mapped makes a later touch of the missing
/// part a fault (SIGBUS); sizes are therefore checked once, here, and files that others may rewrite are better read.
public final class MappedFile: @unchecked Sendable {
  // Unchecked: immutable after `init`, and unmapped only when the last reference goes.
  /// The file as the user named it.
  public let path: String
  /// All of the file; empty for an empty file. Valid for as long as this object lives.
  public let bytes: UnsafeRawBufferPointer

  /// - Throws: `FileError` where the file is missing, unreadable, no regular file, or too large to map.
  public init(_ path: String) throws(FileError) {
    self.path = path
    let (descriptor, information) = try openForReading(path)
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw FileError(file: path, found: "a device or pipe", expected: "a regular file")
    }
    let size = Int(information.st_size)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor.number, 0)
    guard let address, address != MAP_FAILED else {
      throw FileError(file: path, found: systemText(errno), expected: "a file that can be mapped into memory")
    }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}
