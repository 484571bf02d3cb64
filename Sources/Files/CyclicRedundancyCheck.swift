import SystemZlib

/// The 32-bit cyclic redundancy check of PNG and gzip (ISO 3309) of the joined pieces.
package func cyclicRedundancyCheck(_ pieces: ArraySlice<UInt8>...) -> UInt32 {
  var sum: uLong = 0
  for piece in pieces {
    piece.withUnsafeBufferPointer { sum = crc32_z(sum, $0.baseAddress, $0.count) }
  }
  return UInt32(truncatingIfNeeded: sum)
}

/// The check of earlier bytes, whose check is `sum`, followed by `bytes`.
package func cyclicRedundancyCheck(_ bytes: UnsafeRawBufferPointer, continuing sum: UInt32) -> UInt32 {
  UInt32(truncatingIfNeeded: crc32_z(uLong(sum), bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
}
