import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file that appears whole or not at all: written beside its place, synced, then renamed over it.
///
/// Until `commit()` returns, whatever was at the path is untouched; dropped without it, nothing is left behind. A symbolic
/// link is followed, and the file it leads to is replaced. A device or pipe cannot be replaced: what is gathered in pieces goes
/// straight into it. Permissions of a file that is replaced are kept.
public final class AtomicFile {
  /// The path as the user named it.
  public let path: String
  private let destination: Destination
  private let descriptor: Descriptor
  private var temporary: String?
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 16

  /// - Throws: `FileError` naming the path: a missing or read-only folder, a folder at the path, a full disk.
  public init(_ path: String) throws(FileError) {
    self.path = path
    destination = try Destination(path)
    switch destination {
    case .file(_, let folder, let mode):
      let (descriptor, name) = try AtomicFile.makeTemporary(in: folder, mode: mode, for: path)
      self.descriptor = descriptor
      temporary = name
    case .special(let special):
      descriptor = try AtomicFile.checked(retrying { open(special, O_WRONLY | O_CLOEXEC) }, path)
    case .open(let number):
      descriptor = try AtomicFile.checked(retrying { fcntl(number, F_DUPFD_CLOEXEC, 0) }, path)
    }
  }

  deinit { discard() }

  /// Adds bytes at the end.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if buffer.count + bytes.count > AtomicFile.bufferSize { try flush() }
    if bytes.count >= AtomicFile.bufferSize {
      try writeFully(descriptor, bytes, path: path)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Adds a text at the end, as UTF-8.
  public func write(_ text: String) throws(FileError) {
    try write(bytes: Array(text.utf8))
  }

  /// Adds bytes at the end.
  public func write(bytes: [UInt8]) throws(FileError) {
    try write(numbers: bytes)
  }

  /// Adds numbers at the end as they lie in memory, little-endian on every machine that Swift runs on.
  public func write(numbers: [some BitwiseCopyable]) throws(FileError) {
    let result: Result<Void, FileError> = numbers.withUnsafeBytes { raw in
      do throws(FileError) {
        return .success(try write(raw))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Puts the file in its place. What was written is on the disk when this returns.
  public func commit() throws(FileError) {
    try flush()
    guard case .file(let target, let folder, _) = destination, let temporary else { return }
    guard retrying({ fsync(descriptor.number) }) == 0 else { throw Destination.unusable(path, errno) }
    guard rename(temporary, target) == 0 else { throw Destination.unusable(path, errno) }
    _ = AtomicFile.lock.withLock { AtomicFile.temporaries.remove(temporary) }
    self.temporary = nil
    // The new name is on the disk once its folder is. A file system that cannot sync a folder has nothing to add.
    let folderNumber = open(folder, O_RDONLY | O_CLOEXEC)
    if folderNumber >= 0 {
      _ = fsync(folderNumber)
      close(folderNumber)
    }
  }

  /// Gives up: nothing is left behind.
  public func discard() {
    buffer = []
    if let name = temporary { AtomicFile.remove(name) }
    temporary = nil
  }

  private func flush() throws(FileError) {
    guard !buffer.isEmpty else { return }
    let full = buffer
    buffer = []
    buffer.reserveCapacity(AtomicFile.bufferSize)
    let result: Result<Void, FileError> = full.withUnsafeBytes { raw in
      do throws(FileError) {
        return .success(try writeFully(descriptor, raw, path: path))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  private static func checked(_ number: Int32, _ path: String) throws(FileError) -> Descriptor {
    guard number >= 0 else { throw Destination.unusable(path, errno) }
    return Descriptor(number)
  }

  /// The process that a temporary file of this name belongs to, or belonged to; nil for a name of another kind.
  public static func temporaryOwner(_ name: String) -> Int32? {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == ".descent", parts[2].hasSuffix(".tmp") else { return nil }
    return Int32(parts[1]).flatMap { $0 > 0 ? $0 : nil }
  }

  /// A new file in `folder`, of a name that no one else uses: short, whatever the length of the final name.
  /// - Parameter mode: the permissions that it must have; nil for what the process gives new files.
  fileprivate static func makeTemporary(
    in folder: String, mode: mode_t?, for path: String
  ) throws(FileError) -> (Descriptor, String) {
    while true {
      let name = "\(folder)/.descent-\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
      let number = retrying { open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
      guard number >= 0 || errno == EEXIST else { throw Destination.unusable(path, errno) }
      guard number >= 0 else { continue }
      _ = lock.withLock { temporaries.insert(name) }
      guard setPermissions(mode, of: number) else {
        let code = errno
        remove(name)
        close(number)
        throw Destination.unusable(path, code)
      }
      return (Descriptor(number), name)
    }
  }

  /// A file system that gives all files the same permissions refuses others, and those that are right already need no change.
  private static func setPermissions(_ mode: mode_t?, of number: Int32) -> Bool {
    var information = stat()
    guard let mode, fstat(number, &information) != 0 || information.st_mode & 0o7777 != mode else { return true }
    return fchmod(number, mode) == 0
  }

  /// The temporary files of this process.
  private nonisolated(unsafe) static var temporaries: Set<String> = []
  /// Whoever looks at them has it. No `Mutex`: the thread sanitizer does not know what that orders.
  private static let lock = NSLock()

  fileprivate static func remove(_ name: String) {
    unlink(name)
    _ = lock.withLock { temporaries.remove(name) }
  }

  /// Removes what has not been put in its place, for a process that ends at once. Waits for nothing: where another thread is at the
  /// names, they stay.
  public static func removeTemporariesIfPossible() {
    guard lock.try() else { return }
    defer { lock.unlock() }
    for name in temporaries { unlink(name) }
    temporaries = []
  }
}

extension AtomicFile {
  /// Replaces the file at `path` by these bytes, whole or not at all.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let file = try AtomicFile(path)
    try file.write(bytes: bytes)
    try file.commit()
  }

  /// Replaces the file at `path` by this text in UTF-8, whole or not at all.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// Finds out, before hours of work, whether a file can be written at `path`; leaves nothing behind and touches nothing
  /// that is there.
  /// - Throws: `FileError` naming the path and the way out.
  public static func checkWritable(_ path: String) throws(FileError) {
    switch try Destination(path) {
    case .file(_, let folder, let mode):
      let (descriptor, name) = try makeTemporary(in: folder, mode: mode, for: path)
      withExtendedLifetime(descriptor) { remove(name) }
    case .special:
      // Opening a pipe would wait for its reader, and closing it again would end the reader's input.
      break
    case .open(let number):
      let flags = fcntl(number, F_GETFL)
      guard flags >= 0 else { throw Destination.unusable(path, errno) }
      guard flags & O_ACCMODE != O_RDONLY else { throw Destination.unusable(path, EBADF) }
    }
  }
}
