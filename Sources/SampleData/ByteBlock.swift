import Files
import Platform

/// Memory for bytes that are written once, by their creator, and then only read.
package final class ByteBlock: @unchecked Sendable {
  // Unchecked: the creator fills it before it is shared; disjoint ranges may be filled from several threads.
  /// The memory, of the requested size.
  package let bytes: UnsafeMutableRawBufferPointer

  /// - Parameter besides: further bytes that the caller will allocate, for the check of the available memory.
  /// - Throws: `FileError` naming `path`, the source of the contents, if there is not enough memory.
  package init(count: Int, besides: Int = 0, for path: String) throws(FileError) {
    let memory = try MemoryLimit.take(count, besides: besides, for: path, "contents")
    bytes = UnsafeMutableRawBufferPointer(start: memory, count: count)
  }

  deinit { free(bytes.baseAddress) }

  /// The bytes as rows of `width`, which retain this block.
  package func rows(width: Int) -> ByteRows {
    let pointer = UnsafePointer(bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
    return ByteRows(pointer: pointer, rows: bytes.count / max(width, 1), width: width, owner: self)
  }
}
