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

  /// - Throws: `FileError` naming `path`, whose contents these should become, where the memory is not to be had.
  init(count: Int, for path: String) throws(FileError) {
    guard let memory = malloc(max(count, 1)) else {
      throw FileError(file: path, found: "contents of \(count) bytes", expected: "what fits into this machine's memory")
    }
    bytes = UnsafeMutableRawBufferPointer(start: memory, count: count)
  }

  deinit { free(bytes.baseAddress) }

  /// The bytes as rows of `width`; they keep this block alive.
  func rows(width: Int) -> ByteRows {
    let pointer = UnsafePointer(bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
    return ByteRows(pointer: pointer, rows: bytes.count / max(width, 1), width: width, owner: self)
  }
}
