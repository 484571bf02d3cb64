import SystemZlib

/// Inflates the beginning of a zlib stream (RFC 1950) that lies in memory.
///
/// - Parameters:
///   - size: how many bytes to inflate at most; no more memory than that is taken.
///   - isWhole: whether the stream must end there, its checksum right; else what follows is not looked at.
///   - path: the file that the stream is part of, for the error.
/// - Returns: `size` bytes, or fewer where the stream ends before.
/// - Throws: `FileError` where the stream is damaged, or not as long as `isWhole` demands.
public func inflateZlib(
  _ packed: UnsafeRawBufferPointer, size: Int, isWhole: Bool, path: String
) throws(FileError) -> [UInt8] {
  func damage(_ found: String) -> FileError {
    FileError(file: path, found: "a compressed part that \(found)", expected: "whole zlib data")
  }
  var stream = z_stream()
  // 15: the largest window, and zlib's header and trailer.
  guard inflateInit2_(&stream, 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
    throw damage("finds no memory")
  }
  defer { inflateEnd(&stream) }
  var status = Z_OK
  // One byte more than asked for shows whether the stream goes on, and lets zlib check the sum behind the last one.
  let output = [UInt8](unsafeUninitializedCapacity: size + 1) { output, used in
    var taken = 0
    while status == Z_OK, used <= size {
      if stream.avail_in == 0, taken < packed.count {
        let part = min(packed.count - taken, 1 << 30)
        let start = (packed.baseAddress! + taken).assumingMemoryBound(to: UInt8.self)
        stream.next_in = UnsafeMutablePointer(mutating: start)
        stream.avail_in = UInt32(part)
        taken += part
      }
      let room = UInt32(min(size + 1 - used, 1 << 30))
      stream.next_out = output.baseAddress! + used
      stream.avail_out = room
      status = inflate(&stream, Z_NO_FLUSH)
      used += Int(room - stream.avail_out)
    }
  }
  if status != Z_OK, status != Z_STREAM_END, status != Z_BUF_ERROR { throw damage("is damaged") }
  guard isWhole else { return Array(output.prefix(size)) }
  if output.count > size { throw damage("inflates to more than the \(size) bytes it promises") }
  guard status == Z_STREAM_END, output.count == size else {
    throw damage("ends after \(output.count) of the \(size) bytes it promises")
  }
  return output
}
