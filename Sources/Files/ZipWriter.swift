/// Writes a zip archive of stored entries, as `numpy.savez` does; sizes beyond 4 GB take zip64 fields.
package final class ZipWriter {
  private let file: AtomicFile
  private var directory: [UInt8] = []
  private var count = 0
  private var offset = 0

  /// - Throws: `FileError` if the file cannot be written.
  package init(_ path: String) throws(FileError) { file = try AtomicFile(path) }

  /// Adds an entry: its header, then the bytes of its numbers in memory.
  /// - Throws: `FileError`.
  package func add(_ name: String, header: [UInt8], numbers: [some BitwiseCopyable]) throws(FileError) {
    let start = cyclicRedundancyCheck(header[...])
    let (size, checksum) = numbers.withUnsafeBytes { bytes in
      (header.count + bytes.count, cyclicRedundancyCheck(bytes, continuing: start))
    }
    try add(name, size: size, checksum: checksum)
    try file.write(bytes: header)
    try file.write(numbers: numbers)
    offset += size
  }

  private func add(_ name: String, size: Int, checksum: UInt32) throws(FileError) {
    let isLarge = size >= 0xFFFF_FFFF || offset >= 0xFFFF_FFFF
    let short: [UInt8] = isLarge ? [0xFF, 0xFF, 0xFF, 0xFF] : little(UInt32(size))
    // Size twice, packed and unpacked, then in the directory the offset.
    let extra = isLarge ? little(UInt16(1)) + little(UInt16(16)) + little(UInt64(size)) + little(UInt64(size)) : []
    let wide =
      isLarge
      ? little(UInt16(1)) + little(UInt16(24)) + little(UInt64(size)) + little(UInt64(size)) + little(UInt64(offset))
      : []
    let version = little(UInt16(isLarge ? 45 : 20))
    // No flags, stored, and the format's earliest date, so that the same model gives the same bytes.
    let fields =
      version + [0, 0, 0, 0, 0, 0, 0x21, 0] + little(checksum) + short + short + little(UInt16(name.utf8.count))
    let local = [0x50, 0x4B, 3, 4] + fields + little(UInt16(extra.count)) + Array(name.utf8) + extra
    directory += [0x50, 0x4B, 1, 2] + version + fields + little(UInt16(wide.count)) + [UInt8](repeating: 0, count: 10)
    directory += (isLarge ? [0xFF, 0xFF, 0xFF, 0xFF] : little(UInt32(offset))) + Array(name.utf8) + wide
    try file.write(bytes: local)
    offset += local.count
    count += 1
  }

  /// Writes the directory and commits the file.
  /// - Throws: `FileError`.
  package func commit() throws(FileError) {
    var end: [UInt8] = []
    if offset >= 0xFFFF_FFFF {
      end += [0x50, 0x4B, 6, 6] + little(UInt64(44)) + little(UInt16(45)) + little(UInt16(45)) + little(UInt64(0))
      end += little(UInt64(count)) + little(UInt64(count)) + little(UInt64(directory.count)) + little(UInt64(offset))
      end += [0x50, 0x4B, 6, 7] + little(UInt32(0)) + little(UInt64(offset + directory.count)) + little(UInt32(1))
    }
    let entries = little(UInt16(count))
    end += [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + entries + entries + little(UInt32(directory.count))
    end += (offset >= 0xFFFF_FFFF ? [0xFF, 0xFF, 0xFF, 0xFF] : little(UInt32(offset))) + [0, 0]
    try file.write(bytes: directory + end)
    try file.commit()
  }
}

private func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.littleEndian) { Array($0) }
}
