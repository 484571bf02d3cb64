import SystemZlib

/// The 32-bit cyclic redundancy check of PNG and gzip (ISO 3309) of the pieces in order.
public func cyclicRedundancyCheck(_ pieces: ArraySlice<UInt8>...) -> UInt32 {
  var sum: uLong = 0
  for piece in pieces {
    piece.withUnsafeBufferPointer { sum = crc32_z(sum, $0.baseAddress, $0.count) }
  }
  return UInt32(truncatingIfNeeded: sum)
}
