import Files

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Memory for bytes that are written once, by whoever makes it, and then only read.
final class ByteBlock: @unchecked Sendable {
  // Unchecked: its maker fills it before anyone else sees it; disjoint parts may be filled from several threads.
  let bytes: UnsafeMutableRawBufferPointer

  /// - Parameter besides: bytes that will be taken beside these.
  /// - Throws: `FileError` naming `path`, whose contents these should become, where the memory is not to be had.
  init(count: Int, besides: Int = 0, for path: String) throws(FileError) {
    let memory = try MemoryLimit.take(count, besides: besides, for: path, "contents")
    bytes = UnsafeMutableRawBufferPointer(start: memory, count: count)
  }

  deinit { free(bytes.baseAddress) }

  /// The bytes as rows of `width`; they keep this block alive.
  func rows(width: Int) -> ByteRows {
    let pointer = UnsafePointer(bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
    return ByteRows(pointer: pointer, rows: bytes.count / max(width, 1), width: width, owner: self)
  }
}
