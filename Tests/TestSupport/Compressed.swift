import SystemZlib

/// Compresses bytes as one gzip member, with the system's zlib.
package func gzip(_ bytes: [UInt8]) -> [UInt8] { compressed(bytes, windowBits: 15 + 16) }

/// Compresses bytes with the system's zlib.
///
/// - Parameter windowBits: the parameter of `deflateInit2`: 15 + 16 for gzip, −15 without any header (RFC 1951).
package func compressed(_ bytes: [UInt8], windowBits: Int32) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
  let used = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, Z_FINISH)
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<used])
}
