import Files

/// A reader that converts a file's text to UTF-8.
final class TranscodingReader: ByteReader {
  private let source: any ByteReader
  private let encoding: TextEncoding
  /// UTF-8 that has not been returned yet.
  private var pending: [UInt8] = []
  private var handedOut = 0
  /// Bytes of an incomplete code unit, and the first half of a surrogate pair.
  private var rest: [UInt8] = []
  private var highSurrogate: UInt16?
  private var isBigEndian: Bool?
  private var hasEnded = false
  /// The offset of `rest` in the file.
  private var offset = 0

  init(_ source: any ByteReader, from encoding: TextEncoding) {
    self.source = source
    self.encoding = encoding
  }

  var path: String { source.path }
  var progress: (read: Int, total: Int) { source.progress }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    var filled = 0
    while filled < buffer.count {
      if handedOut == pending.count {
        if hasEnded { break }
        try convertMore()
        continue
      }
      let count = min(buffer.count - filled, pending.count - handedOut)
      pending.withUnsafeBytes { bytes in
        buffer.baseAddress!.advanced(by: filled).copyMemory(from: bytes.baseAddress! + handedOut, byteCount: count)
      }
      filled += count
      handedOut += count
    }
    return filled
  }

  private func convertMore() throws(FileError) {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = try source.fill(&chunk)
    hasEnded = count < chunk.count
    pending.removeAll(keepingCapacity: true)
    handedOut = 0
    if encoding == .latin1 {
      for byte in chunk[..<count] { append(Unicode.Scalar(byte)) }
    } else {
      try convertUTF16(rest + chunk[..<count])
    }
  }

  private func append(_ scalar: Unicode.Scalar) { pending.append(contentsOf: UTF8.encode(scalar)!) }

  private func convertUTF16(_ bytes: [UInt8]) throws(FileError) {
    var position = 0
    if isBigEndian == nil, bytes.count >= 2 {
      // Without a byte-order mark: little-endian, as in Windows, unless a Latin letter shows the other order.
      isBigEndian = bytes[0] == 0xFE && bytes[1] == 0xFF || bytes[0] == 0 && bytes[1] != 0
      if bytes[0] == 0xFE && bytes[1] == 0xFF || bytes[0] == 0xFF && bytes[1] == 0xFE { position = 2 }
    }
    let isBigEndian = isBigEndian ?? false
    while position + 1 < bytes.count {
      let (first, second) = (UInt16(bytes[position]), UInt16(bytes[position + 1]))
      try append(unit: isBigEndian ? first << 8 | second : second << 8 | first, at: offset + position)
      position += 2
    }
    rest = Array(bytes[position...])
    offset += position
    if hasEnded, !rest.isEmpty || highSurrogate != nil { throw broken(at: offset) }
  }

  private func append(unit: UInt16, at position: Int) throws(FileError) {
    if let high = highSurrogate {
      guard UTF16.isTrailSurrogate(unit) else { throw broken(at: position) }
      highSurrogate = nil
      append(Unicode.Scalar(0x10000 + (UInt32(high) - 0xD800) << 10 + UInt32(unit) - 0xDC00)!)
    } else if UTF16.isLeadSurrogate(unit) {
      highSurrogate = unit
    } else if let scalar = Unicode.Scalar(unit) {
      append(scalar)
    } else {
      throw broken(at: position)
    }
  }

  private func broken(at position: Int) -> FileError {
    FileError(
      file: path, found: "bytes at offset \(position) that are not UTF-16", expected: "text in UTF-16",
      hint: "\(DataOption.encoding) names another encoding.")
  }
}
