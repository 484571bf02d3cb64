#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Bytes that come one after the other, plain from a file or inflated on the way.
public protocol ByteReader: AnyObject {
  /// The file as the user named it.
  var path: String { get }

  /// How many bytes of the file itself have been read, and how many it has; for progress. `total` is 0 where unknown.
  var progress: (read: Int, total: Int) { get }

  /// Fills the buffer, wholly unless the end comes first.
  /// - Returns: how many bytes were filled in; fewer than the buffer holds only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int
}

extension ByteReader {
  /// Everything from here to the end, at most `limit` bytes.
  /// - Throws: `FileError` where more than `limit` bytes come.
  public func readToEnd(limit: Int) throws(FileError) -> [UInt8] {
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

  /// Fills an array's elements; as `read(into:)`.
  public func fill(_ bytes: inout [UInt8]) throws(FileError) -> Int {
    // A closure passed to `withUnsafeMutableBytes` cannot throw a typed error in every toolchain: the result carries it.
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

/// Opens a file, inflating it on the way if its name ends in `.gz`.
/// - Parameter waitsForWriter: whether a named pipe is waited for; not where a pipe will not do.
public func openReader(_ path: String, waitsForWriter: Bool = true) throws(FileError) -> any ByteReader {
  let plain = try PlainReader(path, waitsForWriter: waitsForWriter)
  return path.lowercased().hasSuffix(".gz") ? try GzipReader(plain) : plain
}

/// A file's bytes as they are.
public final class PlainReader: ByteReader {
  public let path: String
  /// The file's size when it was opened; 0 for a pipe.
  public let size: Int
  private let descriptor: Descriptor
  private var position = 0

  /// - Parameter waitsForWriter: whether a named pipe is waited for until somebody writes to it.
  /// - Throws: `FileError` where the file is missing, unreadable or a folder.
  public init(_ path: String, waitsForWriter: Bool = true) throws(FileError) {
    self.path = path
    let (descriptor, information) = try openForReading(path, waitsForWriter: waitsForWriter)
    self.descriptor = descriptor
    size = information.st_mode & S_IFMT == S_IFREG ? Int(information.st_size) : 0
  }

  /// The process's standard input, from where it stands now.
  /// - Throws: `FileError` where there is none.
  public static func standardInput() throws(FileError) -> PlainReader {
    let path = "standard input"
    let number = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
    guard number >= 0 else { throw FileError(file: path, found: systemText(errno), expected: "bytes to read") }
    return PlainReader(path, Descriptor(number))
  }

  private init(_ path: String, _ descriptor: Descriptor) {
    self.path = path
    self.descriptor = descriptor
    size = 0
  }

  public var progress: (read: Int, total: Int) { (position, size) }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    let count = try readFully(descriptor, into: buffer, path: path)
    position += count
    // Else a file that is cut short while it is read would pass for one with fewer samples.
    guard count == buffer.count || position >= size else {
      throw FileError(
        file: path, found: "a file that ends after \(position) bytes",
        expected: "the \(size) bytes that it had when opened",
        hint: "Bring it again, and leave it alone while it is in use.")
    }
    return count
  }
}

/// A whole file in memory.
/// - Parameter limit: the greatest size allowed, in bytes.
public func readWhole(_ path: String, limit: Int = 1 << 32) throws(FileError) -> [UInt8] {
  try PlainReader(path).readToEnd(limit: limit)
}
