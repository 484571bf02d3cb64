// Conversion of stored rows to the operands of the products.

/// Converts rows of bytes to floats; see `GatherBytesKernel`.
func gatherBytes(
  _ storage: UnsafePointer<UInt8>, _ width: Int, _ rows: UnsafePointer<Int32>, _ count: Int,
  _ result: UnsafeMutablePointer<Float>, _ stride: Int, _ multiplier: UnsafePointer<Float>,
  _ shift: UnsafePointer<Float>, _ perFeature: Bool
) {
  var i = 0
  while i < count {
    let source = storage + Int(rows[i]) * width
    let target = result + i * stride
    var j = 0
    if perFeature {
      while j < width {
        target[j] = Float(source[j]) * multiplier[j] + shift[j]
        j += 1
      }
    } else {
      let factor = multiplier.pointee
      let offset = shift.pointee
      while j < width {
        target[j] = Float(source[j]) * factor + offset
        j += 1
      }
    }
    i += 1
  }
}

/// Copies and scales rows of floats; see `GatherFloatsKernel`.
func gatherFloats(
  _ storage: UnsafePointer<Float>, _ width: Int, _ rows: UnsafePointer<Int32>, _ count: Int,
  _ result: UnsafeMutablePointer<Float>, _ stride: Int, _ multiplier: UnsafePointer<Float>,
  _ shift: UnsafePointer<Float>, _ perFeature: Bool
) {
  var i = 0
  while i < count {
    let source = storage + Int(rows[i]) * width
    let target = result + i * stride
    var j = 0
    if perFeature {
      while j < width {
        target[j] = source[j] * multiplier[j] + shift[j]
        j += 1
      }
    } else {
      let factor = multiplier.pointee
      let offset = shift.pointee
      while j < width {
        target[j] = source[j] * factor + offset
        j += 1
      }
    }
    i += 1
  }
}

/// Packs a row into its mask and its nonzero bytes; see `PackBytesKernel`.
func packBytes(
  _ row: UnsafePointer<UInt8>, _ width: Int, _ mask: UnsafeMutablePointer<UInt64>,
  _ bytes: UnsafeMutablePointer<UInt8>
) -> Int {
  var count = 0
  var first = 0
  while first < width {
    let size = min(64, width - first)
    var bits = nonzeroMask(row + first, size)
    mask[first / 64] = bits
    while bits != 0 {
      bytes[count] = row[first + bits.trailingZeroBitCount]
      count += 1
      bits &= bits &- 1
    }
    first += 64
  }
  return count
}

/// A mask of `size` (up to 64) bytes: bit i is set if byte i is not zero.
@inline(__always)
func nonzeroMask(_ bytes: UnsafePointer<UInt8>, _ size: Int) -> UInt64 {
  #if hasFeature(BuiltinModule) && (KERNELS_AVX512 || KERNELS_AVX2)
    if size == 64 { return nonzeroMask(bytes) }
  #endif
  var bits: UInt64 = 0
  var i = 0
  while i + 8 <= size {
    let eight = UnsafeRawPointer(bytes + i).loadUnaligned(as: UInt64.self).littleEndian
    // The high bit of each byte is set if the byte is not zero. The multiplication moves the eight bits into the top
    // byte.
    let high = (((eight & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F) | eight) & 0x8080_8080_8080_8080
    bits |= (((high &>> 7) &* 0x0102_0408_1020_4080) &>> 56) &<< UInt64(truncatingIfNeeded: i)
    i += 8
  }
  while i < size {
    if bytes[i] != 0 { bits |= 1 &<< UInt64(truncatingIfNeeded: i) }
    i += 1
  }
  return bits
}

/// Packs a row into its mask and its nonzero values; see `PackFloatsKernel`. A NaN counts as nonzero.
func packFloats(
  _ row: UnsafePointer<Float>, _ width: Int, _ mask: UnsafeMutablePointer<UInt64>,
  _ values: UnsafeMutablePointer<Float>
) -> Int {
  var count = 0
  var first = 0
  while first < width {
    let size = min(64, width - first)
    var bits: UInt64 = 0
    var i = 0
    while i < size {
      let value = row[first + i]
      values[count] = value
      let isSet = value != 0
      bits |= (isSet ? 1 : 0) &<< UInt64(truncatingIfNeeded: i)
      count += isSet ? 1 : 0
      i += 1
    }
    mask[first / 64] = bits
    first += 64
  }
  return count
}

/// Expands a packed row to its mask, offsets and values; see `ExpandBytesKernel`. Values are converted in whole
/// vectors; the lanes after the row's last value are never read.
func expandBytes(
  _ record: UnsafePointer<UInt8>, _ words: Int, _ first: Int, _ count: Int, _ multiplier: Float,
  _ mask: UnsafeMutablePointer<UInt64>, _ offsets: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<Float>
) {
  let source = UnsafeRawPointer(record).assumingMemoryBound(to: UInt64.self)
  var before = 0
  var word = 0
  while word < first {
    before += source[word].nonzeroBitCount
    word += 1
  }
  var nonzeroCount: UInt32 = 0
  word = 0
  while word < count {
    let bits = source[first + word]
    mask[word] = bits
    offsets[word] = nonzeroCount
    nonzeroCount &+= UInt32(truncatingIfNeeded: bits.nonzeroBitCount)
    word += 1
  }
  let bytes = record + words * 8 + before
  // A multiple of 16, so that the loop has no scalar remainder.
  let end = Int((nonzeroCount &+ 15) & ~15)
  var i = 0
  while i < end {
    values[i] = Float(bytes[i]) * multiplier
    i += 1
  }
}
