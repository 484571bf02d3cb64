import Files

/// The bytes of a whole file at a fixed address: mapped, or in memory.
package final class SourceContents: @unchecked Sendable {
  // Unchecked: immutable after `init`. `mapping`, or this object until `deinit`, owns the bytes.
  /// The path for messages.
  package let path: String
  /// The content, valid while this object exists.
  package let bytes: UnsafeRawBufferPointer
  /// The file, if the bytes are mapped.
  package let mapping: MappedFile?

  /// The bytes of a mapped file.
  package init(_ file: MappedFile) {
    path = file.path
    bytes = file.bytes
    mapping = file
  }

  /// A copy of bytes in memory.
  package init(path: String, _ content: [UInt8]) {
    self.path = path
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(content.count, 1), alignment: 16)
    copy.copyBytes(from: content)
    bytes = UnsafeRawBufferPointer(rebasing: copy[..<content.count])
    mapping = nil
  }

  deinit {
    if mapping == nil { UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.deallocate() }
  }

  /// - Throws: the errors of `MappedFile.check()`.
  package func check() throws(FileError) { try mapping?.check() }
}
