import SystemZlib

/// A gzip file (RFC 1952), inflated directly into the memory of the caller of `read(into:)`.
///
/// Memory use does not depend on the size that the file claims. If a file has several members, they are joined; zero bytes after the last
/// member (tape padding) are skipped.
package final class GzipReader: ByteReader {
  package let path: String
  private let source: any ByteReader
  private var stream: UnsafeMutablePointer<z_stream>
  private var input: UnsafeMutableBufferPointer<UInt8>
  private var state = State.start
  /// True if reading failed because the bytes are not a complete gzip file, rather than because of the system.
  package private(set) var isDamaged = false

  private enum State {
    /// Before the first member.
    case start
    case insideMember
    case betweenMembers
    case ended
  }

  /// The largest ratio of inflated to packed bytes that deflate can reach: 258 bytes of output for 2 bits.
  package static let maximumRatio = 1032

  /// - Throws: `FileError` if zlib cannot allocate memory.
  package init(_ source: any ByteReader) throws(FileError) {
    path = source.path
    self.source = source
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    input = .allocate(capacity: 1 << 17)
    // 15: the largest window; 16: gzip's header and trailer, checked.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw FileError(
        file: path, found: "zlib's status \(status) at the start", expected: "memory to inflate with", cause: .access)
    }
  }

  /// - Throws: `FileError` if the file is missing, unreadable or a folder.
  package convenience init(_ path: String) throws(FileError) {
    try self.init(PlainReader(path) as any ByteReader)
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  package var progress: (read: Int, total: Int) { source.progress }

  /// The size of the packed file, in bytes; 0 for a pipe.
  package var packedSize: Int { source.progress.total }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    guard let base = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
    var filled = 0
    while filled < buffer.count, state != .ended {
      if stream.pointee.avail_in == 0, try !refill() { break }
      if state == .betweenMembers {
        try enterNextMember()
        continue
      }
      let room = UInt32(min(buffer.count - filled, 1 << 30))
      stream.pointee.next_out = base + filled
      stream.pointee.avail_out = room
      let status = inflate(stream, Z_NO_FLUSH)
      filled += Int(room - stream.pointee.avail_out)
      try note(status)
    }
    return filled
  }

  /// Reads more packed bytes; returns `false` at the file's proper end.
  private func refill() throws(FileError) -> Bool {
    let count = try source.read(into: UnsafeMutableRawBufferPointer(input))
    guard count == 0 else {
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = UInt32(count)
      return true
    }
    switch state {
    case .betweenMembers:
      state = .ended
      return false
    case .start: throw damage("an empty file")
    case .insideMember, .ended: throw damage("a gzip file that ends early, after \(source.progress.read) bytes")
    }
  }

  private func note(_ status: Int32) throws(FileError) {
    switch status {
    case Z_OK, Z_BUF_ERROR: state = .insideMember
    case Z_STREAM_END: state = .betweenMembers
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
      // Nothing was inflated: the first bytes are not those of gzip.
      let isHeader = stream.pointee.total_in < 10
      throw damage(isHeader ? "no gzip data (\(reason))" : "damaged gzip data (\(reason))")
    }
  }

  /// Continues after a member: with another one, with padding, or with an error.
  private func enterNextMember() throws(FileError) {
    while stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0 {
      stream.pointee.next_in += 1
      stream.pointee.avail_in -= 1
    }
    guard stream.pointee.avail_in > 0 else { return }
    guard stream.pointee.next_in.pointee == 0x1F else { throw damage("bytes after the end of its gzip data") }
    inflateReset(stream)
    state = .insideMember
  }

  private func damage(_ found: String) -> FileError {
    isDamaged = true
    return FileError(
      file: path, found: found, expected: "a complete gzip file",
      hint: .copyAgain)
  }
}
