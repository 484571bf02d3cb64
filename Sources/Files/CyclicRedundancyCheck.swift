import SystemZlib

/// The cyclic redundancy check of 32 bits that PNG and gzip have (ISO 3309), over several pieces as over one.
public func cyclicRedundancyCheck(_ pieces: ArraySlice<UInt8>...) -> UInt32 {
  var sum: uLong = 0
  for piece in pieces {
    piece.withUnsafeBufferPointer { sum = crc32_z(sum, $0.baseAddress, $0.count) }
  }
  return UInt32(truncatingIfNeeded: sum)
}
