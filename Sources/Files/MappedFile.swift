import Platform

/// A regular file mapped read-only into memory; the system loads a page when it is first read.
///
/// The size is that of the moment of opening. If the file is truncated while mapped, the missing part reads as zeros; call `check()`
/// before relying on anything computed from the bytes.
package final class MappedFile: @unchecked Sendable {
  // Unchecked: immutable after `init`, and unmapped only when the last reference is released.
  /// The file as the user named it.
  package let path: String
  /// The file's bytes; valid for the lifetime of this object.
  package let bytes: UnsafeRawBufferPointer
  private let descriptor: Descriptor
  /// nil for an empty file.
  private var mappingGuard: MappingGuard?

  /// - Throws: `FileError` if the file is missing, unreadable, not a regular file, or too large to map.
  package convenience init(_ path: String) throws(FileError) {
    let (descriptor, information) = try openForReading(path, waitsForWriter: false)
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw FileError(
        file: path, found: "a device or pipe", expected: "a regular file", hint: "Copy it to a file with cat.")
    }
    try self.init(path, descriptor, size: Int(information.st_size))
  }

  /// - Parameters:
  ///   - path: the file in messages.
  ///   - size: the number of bytes to map, at most those of the file.
  /// - Throws: `FileError` if the file is too large to map.
  init(_ path: String, _ descriptor: Descriptor, size: Int) throws(FileError) {
    self.path = path
    self.descriptor = descriptor
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor.number, 0)
    guard let address, address != MAP_FAILED else {
      throw FileError(
        file: path, found: systemText(errno), expected: "a file that can be mapped into memory", cause: .access)
    }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
    mappingGuard = MappingGuard(bytes)
    if mappingGuard == nil {
      throw FileError(
        file: path, found: "\(MappingGuard.maximumMappings) files mapped already", expected: "fewer at the same time",
        cause: .access)
    }
  }

  deinit {
    mappingGuard = nil
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// Releases the memory of the whole pages in a range of bytes; the system loads them again when they are read.
  package func releasePages(_ range: Range<Int>) {
    guard let start = bytes.baseAddress else { return }
    let page = Int(getpagesize())
    let range = range.clamped(to: 0..<bytes.count)
    // A mapping begins at the beginning of a page.
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound == bytes.count ? bytes.count : range.upperBound / page * page
    // Advice only: if the system ignores it, the bytes are still there.
    if first < end { madvise(UnsafeMutableRawPointer(mutating: start) + first, end - first, MADV_DONTNEED) }
  }

  /// Verifies that everything read so far came from the file.
  /// - Throws: `FileError` if the file has been truncated since it was opened, or a part of it could not be read.
  package func check() throws(FileError) {
    var information = stat()
    let size = fstat(descriptor.number, &information) == 0 ? Int(information.st_size) : 0
    guard size < bytes.count || mappingGuard?.faults ?? 0 > 0 else { return }
    throw FileError(
      file: path,
      found: size < bytes.count ? "a file truncated to \(size) bytes while in use" : "bytes that cannot be read",
      expected: "the \(bytes.count) bytes that it had",
      hint: "Copy or download it again, and do not change it while it is in use.")
  }
}
