import SystemZlib

/// Inflates a gzip file (RFC 1952) as it is read, straight into the reader's memory.
///
/// Memory stays at a fixed window whatever the file promises: who reads decides how much may come. Files of several members
/// are their members' contents joined; zero bytes after the last member (tape padding) are passed over.
public final class GzipReader: ByteReader {
  public let path: String
  private let source: any ByteReader
  private var stream: UnsafeMutablePointer<z_stream>
  private var input: UnsafeMutableBufferPointer<UInt8>
  private var state = State.start
  /// Whether reading has failed because the bytes are no whole gzip file, and not because the system did not give them.
  public private(set) var isDamaged = false

  private enum State {
    /// Before the first member.
    case start
    case insideMember
    case betweenMembers
    case ended
  }

  /// Deflate can pack no more than this many bytes into one: 258 bytes of output for 2 bits.
  public static let greatestRatio = 1032

  /// - Throws: `FileError` where zlib finds no memory.
  public init(_ source: any ByteReader) throws(FileError) {
    path = source.path
    self.source = source
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    input = .allocate(capacity: 1 << 17)
    // 15: the largest window; 16: gzip's header and trailer, checked.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw FileError(file: path, found: "zlib's status \(status) at the start", expected: "memory to inflate with")
    }
  }

  /// - Throws: `FileError` where the file is missing, unreadable or a folder.
  public convenience init(_ path: String) throws(FileError) {
    try self.init(PlainReader(path) as any ByteReader)
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  public var progress: (read: Int, total: Int) { source.progress }

  /// Size of the packed file, in bytes; 0 for a pipe.
  public var packedSize: Int { source.progress.total }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
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

  /// Brings more packed bytes; `false` at the file's proper end.
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
      // Nothing inflated and already wrong: the very first bytes are not gzip's.
      let isHeader = stream.pointee.total_in < 10
      throw damage(isHeader ? "no gzip data (\(reason))" : "damaged gzip data (\(reason))")
    }
  }

  /// After a member: another one, padding, or bytes that do not belong there.
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
      file: path, found: found, expected: "a whole gzip file", hint: "Bring the file again; it is cut short or damaged."
    )
  }
}
