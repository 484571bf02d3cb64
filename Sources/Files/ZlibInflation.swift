import SystemZlib

/// Inflates a zlib stream (RFC 1950) in memory, or its beginning.
///
/// - Parameters:
///   - size: the largest number of bytes to inflate, and the memory used.
///   - isWhole: true if the stream must end after `size` bytes with a correct checksum; if false, the rest is not read.
///   - isRaw: true if the stream has no header and no checksum (RFC 1951), as in a zip archive.
///   - path: the file that the stream is part of, for the error.
/// - Returns: `size` bytes, or fewer if the stream ends earlier.
/// - Throws: `FileError` if the stream is damaged, or its length is wrong for `isWhole`.
package func inflateZlib(
  _ packed: UnsafeRawBufferPointer, size: Int, isWhole: Bool, isRaw: Bool = false, path: String
) throws(FileError) -> [UInt8] {
  func damage(_ found: String) -> FileError {
    FileError(
      file: path, found: "a compressed part that \(found)", expected: "complete zlib data",
      hint: .copyAgain)
  }
  // zlib stores the stream's address and compares it in each call.
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  stream.initialize(to: z_stream())
  defer { stream.deallocate() }
  // 15: the largest window, and zlib's header and trailer; -15: without these.
  guard inflateInit2_(stream, isRaw ? -15 : 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
    throw FileError(
      file: path, found: "a compressed part", expected: "memory to inflate it with", cause: .access)
  }
  defer { inflateEnd(stream) }
  var status = Z_OK
  // One byte more than requested shows whether the stream continues, and makes zlib verify the checksum after the last byte.
  let output = [UInt8](unsafeUninitializedCapacity: size + 1) { output, used in
    var taken = 0
    while status == Z_OK, used <= size {
      if stream.pointee.avail_in == 0, taken < packed.count { feed(stream, from: packed, at: &taken) }
      let room = UInt32(min(size + 1 - used, 1 << 30))
      stream.pointee.next_out = output.baseAddress! + used
      stream.pointee.avail_out = room
      status = inflate(stream, Z_NO_FLUSH)
      used += Int(room - stream.pointee.avail_out)
    }
  }
  if status != Z_OK, status != Z_STREAM_END, status != Z_BUF_ERROR { throw damage("is damaged") }
  guard isWhole else { return Array(output.prefix(size)) }
  if output.count > size { throw damage("inflates to more than its stated \(size) bytes") }
  guard status == Z_STREAM_END, output.count == size else {
    throw damage("ends after \(output.count) of its stated \(size) bytes")
  }
  return output
}

/// Gives a stream the next bytes, at most 1 GiB, since zlib counts them in 32 bits.
///
/// - Parameter taken: the number of bytes given so far, less than all.
private func feed(_ stream: UnsafeMutablePointer<z_stream>, from packed: UnsafeRawBufferPointer, at taken: inout Int) {
  let part = min(packed.count - taken, 1 << 30)
  let start = (packed.baseAddress! + taken).assumingMemoryBound(to: UInt8.self)
  stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
  stream.pointee.avail_in = UInt32(part)
  taken += part
}
