import Platform

/// An atomically written file: written to a temporary file in the same folder, synced, then renamed over the target.
///
/// Until `commit()` returns, an existing file at the path is unchanged. An `AtomicFile` that is released without `commit()` leaves
/// nothing behind. A symbolic link is followed, and the file it leads to is replaced. A device or pipe cannot be replaced, so the
/// bytes are written to it directly. The permissions of a replaced file are kept.
package final class AtomicFile {
  /// The path as the user named it.
  package let path: String
  private let destination: Destination
  private let descriptor: Descriptor
  private var temporary: String?
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 16

  /// Prepares to replace the file at `path`.
  ///
  /// - Throws: `FileError` naming the path: a missing or read-only folder, a folder at the path, a full disk.
  package init(_ path: String) throws(FileError) {
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

  /// Appends bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if buffer.count + bytes.count > AtomicFile.bufferSize { try flush() }
    if bytes.count >= AtomicFile.bufferSize {
      try writeFully(descriptor, bytes, path: path)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Appends a text as UTF-8.
  package func write(_ text: String) throws(FileError) {
    try write(bytes: Array(text.utf8))
  }

  /// Appends bytes.
  package func write(bytes: [UInt8]) throws(FileError) {
    try write(numbers: bytes)
  }

  /// Appends the bytes of numbers in memory, which are little-endian on every machine that Swift runs on.
  package func write(numbers: [some BitwiseCopyable]) throws(FileError) {
    let result: Result<Void, FileError> = numbers.withUnsafeBytes { raw in
      do throws(FileError) {
        return .success(try write(raw))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Moves the temporary file to the path. The contents are on the disk when this returns.
  package func commit() throws(FileError) {
    try flush()
    guard case .file(let target, let folder, _) = destination, let temporary else { return }
    guard retrying({ fsync(descriptor.number) }) == 0 else { throw Destination.unusable(path, errno) }
    guard rename(temporary, target) == 0 else { throw Destination.unusable(path, errno) }
    _ = AtomicFile.temporaries.withLock { $0.remove(temporary) }
    self.temporary = nil
    // The new name is on the disk only after its folder is synced.
    syncFolder(folder)
  }

  /// Removes the temporary file; the target stays as it was.
  package func discard() {
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

  /// The process ID in the name of a temporary file, whose process may have ended; nil for other names.
  package static func temporaryOwner(_ name: String) -> Int32? {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == ".descent", parts[2].hasSuffix(".tmp") else { return nil }
    return Int32(parts[1]).flatMap { $0 > 0 ? $0 : nil }
  }

  /// Creates a file with a unique name in `folder`. The name is short, whatever the length of the final name.
  /// - Parameter mode: the permissions to set; nil for the process's default for new files.
  fileprivate static func makeTemporary(
    in folder: String, mode: mode_t?, for path: String
  ) throws(FileError) -> (Descriptor, String) {
    while true {
      let name = "\(folder)/.descent-\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
      // Created and registered under one lock: otherwise a signal between the two would leave the file behind.
      let (number, code) = temporaries.withLock { temporaries in
        let number = retrying { open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
        let code = errno
        if number >= 0 { temporaries.insert(name) }
        return (number, code)
      }
      guard number >= 0 || code == EEXIST else { throw Destination.unusable(path, code) }
      guard number >= 0 else { continue }
      guard setPermissions(mode, of: number) else {
        let code = errno
        remove(name)
        close(number)
        throw Destination.unusable(path, code)
      }
      return (Descriptor(number), name)
    }
  }

  /// Sets permissions where they differ. (A file system that gives all files the same permissions refuses `fchmod`.)
  private static func setPermissions(_ mode: mode_t?, of number: Int32) -> Bool {
    var information = stat()
    guard let mode, fstat(number, &information) != 0 || information.st_mode & 0o7777 != mode else { return true }
    return fchmod(number, mode) == 0
  }

  /// The temporary files of this process.
  private static let temporaries = Guarded<Set<String>>([])

  fileprivate static func remove(_ name: String) {
    unlink(name)
    _ = temporaries.withLock { $0.remove(name) }
  }

  /// Removes the temporary files that were not committed, before a process exits without releasing its objects. Waits for at most 0.2 s: if
  /// another thread holds the lock for longer, the files stay.
  package static func removeTemporariesIfPossible() {
    temporaries.withLockIfAvailable(within: 200) { temporaries in
      for name in temporaries { unlink(name) }
      temporaries = []
    }
  }
}

extension AtomicFile {
  /// Replaces the file at `path` by these bytes, atomically.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let file = try AtomicFile(path)
    try file.write(bytes: bytes)
    try file.commit()
  }

  /// Replaces the file at `path` by this text in UTF-8, atomically.
  package static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// True for a path that is written in place and not replaced: standard output (`-`), another file that this process has
  /// open (`/dev/stdout`, `/dev/fd/3`), a device, or a pipe.
  package static func isWrittenInPlace(_ path: String) -> Bool {
    switch try? Destination(path) {
    case .open, .special: true
    case .file, nil: false
    }
  }

  /// Checks that a file can be written at `path`, so that a long run does not fail at its end. Changes no file.
  /// - Throws: `FileError` naming the path and the remedy.
  package static func checkWritable(_ path: String) throws(FileError) {
    switch try Destination(path) {
    case .file(_, let folder, let mode):
      let (descriptor, name) = try makeTemporary(in: folder, mode: mode, for: path)
      withExtendedLifetime(descriptor) { remove(name) }
    case .special:
      // Opening a pipe would wait for its reader, and closing it would end the reader's input.
      break
    case .open(let number):
      let flags = fcntl(number, F_GETFL)
      guard flags >= 0 else { throw Destination.unusable(path, errno) }
      guard flags & O_ACCMODE != O_RDONLY else { throw Destination.unusable(path, EBADF) }
    }
  }
}
