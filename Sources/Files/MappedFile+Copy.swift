import Platform

extension MappedFile {
  /// Copies bytes from a reader to a file without a name and maps it, for contents that are computed once and read several
  /// times: memory can be released page by page, as that of a plain file, and the system can write it out.
  ///
  /// The file is in the folder for temporary files, readable by this user alone, and goes with the process, however that ends.
  /// A process that ends within half a minute usually has written nothing to the disk. In a folder that is memory itself, the
  /// file takes the memory that the bytes would take otherwise.
  ///
  /// - Parameters:
  ///   - count: the number of bytes that are mapped.
  ///   - folder: that for temporary files.
  /// - Returns: the mapped file, and the number of bytes that were copied: fewer than `count` only if the reader ends earlier.
  ///   Nil, with nothing read, if the system has no file without a name there, or no room for one.
  /// - Throws: the errors of the reader, and `FileError` if the disk fails.
  package static func copy(
    of reader: any ByteReader, count: Int, in folder: String = temporaryFolder
  ) throws(FileError) -> (file: MappedFile, filled: Int)? {
    guard let descriptor = unnamed(size: count, in: folder),
      let file = try? MappedFile(reader.path, descriptor, size: count)
    else { return nil }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: min(count, 1 << 18), alignment: 64)
    defer { chunk.deallocate() }
    var filled = 0
    while filled < count {
      let part = UnsafeMutableRawBufferPointer(rebasing: chunk[..<min(chunk.count, count - filled)])
      let read = try reader.read(into: part)
      let bytes = UnsafeRawBufferPointer(rebasing: part[..<read])
      do throws(FileError) {
        try writeFully(descriptor, bytes, path: folder)
      } catch {
        throw FileError(
          file: reader.path, found: "while unpacking it to a file in \(folder), \(error.found)",
          expected: "a folder for temporary files with room for \(count) bytes", hint: "Set TMPDIR to another.",
          cause: .access)
      }
      filled += read
      if read < part.count { break }
    }
    return (file, filled)
  }

  /// The folder for temporary files, of any size: not `/tmp`, which is memory on many systems.
  package static var temporaryFolder: String {
    let named = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    return named.isEmpty ? "/var/tmp" : named
  }

  /// A file without a name, with its blocks reserved, so that writing it does not fill the disk.
  ///
  /// Only for local file systems of Linux: others would give the file a name for a moment, or find out later that there is no
  /// room.
  /// - Returns: nil if there is none, or if it would take more than half of the room that is left.
  private static func unnamed(size: Int, in folder: String) -> Descriptor? {
    #if os(Linux)
      // O_TMPFILE, which C headers define as an extension only; with O_EXCL the file can never get a name.
      let number = retrying { open(folder, 0o20000000 | O_DIRECTORY | O_EXCL | O_RDWR | O_CLOEXEC, 0o600) }
      guard number >= 0 else { return nil }
      let descriptor = Descriptor(number)
      var system = statvfs()
      guard fstatvfs(number, &system) == 0,
        Double(system.f_bavail) * Double(system.f_frsize) >= 2 * Double(size)
      else { return nil }
      var status = EINTR
      while status == EINTR { status = posix_fallocate(number, 0, off_t(size)) }
      return status == 0 ? descriptor : nil
    #else
      return nil
    #endif
  }
}
