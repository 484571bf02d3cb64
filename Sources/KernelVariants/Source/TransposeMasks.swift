// Transposes masks of rows to masks of inputs, 64 × 64 bits at a time, by the exchange of smaller and smaller squares
// across the diagonal (Warren, "Hacker's Delight", 7-3). A round of size s exchanges bits between rows i and i ± s. The
// 64 rows are an 8 × 8 arrangement of vector lanes: the rounds of sizes 4, 2 and 1 work between vectors that hold every
// eighth row, those of 32, 16 and 8 between vectors that hold eight successive rows. In between, the arrangement is
// transposed.

/// Transposes masks of rows to masks of inputs; see `TransposeMasksKernel`.
func transposeMasks(
  _ masks: UnsafePointer<UInt64>, _ words: Int, _ rows: Int, _ result: UnsafeMutablePointer<UInt64>, _ rowWords: Int
) -> UInt64 {
  var used: UInt64 = 0
  var block = 0
  while block < rowWords {
    let first = block * 64
    let square = result + first
    used |= collectRows(masks + first * words, words, min(64, rows - first), square)
    transposeBits(square)
    block += 1
  }
  return used
}

/// Collects a word of up to 64 rows, every eighth row in succession; missing rows are zero. Returns the OR of all rows.
@inline(__always)
private func collectRows(
  _ masks: UnsafePointer<UInt64>, _ words: Int, _ count: Int, _ result: UnsafeMutablePointer<UInt64>
) -> UInt64 {
  var any: UInt64 = 0
  var row = 0
  while row < count {
    let mask = masks[row * words]
    any |= mask
    result[squareIndex(row)] = mask
    row += 1
  }
  while row < 64 {
    result[squareIndex(row)] = 0
    row += 1
  }
  return any
}

/// The index of a row in the arrangement for the rounds of sizes 4, 2 and 1.
@inline(__always)
private func squareIndex(_ row: Int) -> Int { (row & 7) * 8 + row >> 3 }

/// The rows of one vector.
#if KERNELS_AVX512
  private typealias Rows = SIMD8<UInt64>
#elseif KERNELS_AVX2
  private typealias Rows = SIMD4<UInt64>
#else
  private typealias Rows = SIMD2<UInt64>
#endif

/// Transposes a block of collected rows in place.
@inline(__always)
private func transposeBits(_ block: UnsafeMutablePointer<UInt64>) {
  exchangeSquares(block, 1, 0x0F0F_0F0F_0F0F_0F0F, 0x3333_3333_3333_3333, 0x5555_5555_5555_5555)
  transposeRows(block)
  exchangeSquares(block, 8, 0x0000_0000_FFFF_FFFF, 0x0000_FFFF_0000_FFFF, 0x00FF_00FF_00FF_00FF)
}

/// Three rounds, of squares of 4, 2 and 1 times `unit` bits.
@inline(__always)
private func exchangeSquares(
  _ block: UnsafeMutablePointer<UInt64>, _ unit: UInt64, _ mask4: UInt64, _ mask2: UInt64, _ mask1: UInt64
) {
  var column = 0
  while column < 8 {
    let memory = UnsafeMutableRawPointer(block + column)
    var rows = InlineArray<8, Rows>(repeating: Rows())
    var i = 0
    while i < 8 {
      rows[unchecked: i] = memory.loadUnaligned(fromByteOffset: 64 * i, as: Rows.self)
      i += 1
    }
    exchange(&rows, 4, shift: 4 * unit, mask4)
    exchange(&rows, 2, shift: 2 * unit, mask2)
    exchange(&rows, 1, shift: unit, mask1)
    i = 0
    while i < 8 {
      memory.storeBytes(of: rows[unchecked: i], toByteOffset: 64 * i, as: Rows.self)
      i += 1
    }
    column += Rows.scalarCount
  }
}

/// One round: exchanges the squares above and below the diagonal, between vectors `distance` apart.
@inline(__always)
private func exchange(_ rows: inout InlineArray<8, Rows>, _ distance: Int, shift: UInt64, _ mask: UInt64) {
  let shifts = Rows(repeating: shift)
  let masks = Rows(repeating: mask)
  var i = 0
  while i < 8 {
    if i & distance == 0 {
      let upper = rows[unchecked: i]
      let lower = rows[unchecked: i + distance]
      let difference = ((upper &>> shifts) ^ lower) & masks
      rows[unchecked: i] = upper ^ (difference &<< shifts)
      rows[unchecked: i + distance] = lower ^ difference
    }
    i += 1
  }
}

#if KERNELS_AVX512
  /// Moves row j of the k-th group of eight to row k of the j-th group, by three perfect shuffles, as in `transpose`.
  @inline(__always)
  private func transposeRows(_ block: UnsafeMutablePointer<UInt64>) {
    let memory = UnsafeMutableRawPointer(block)
    var rows = InlineArray<8, Rows>(repeating: Rows())
    var i = 0
    while i < 8 {
      rows[unchecked: i] = memory.loadUnaligned(fromByteOffset: 64 * i, as: Rows.self)
      i += 1
    }
    var round = 0
    while round < 3 {
      var next = rows
      i = 0
      while i < 4 {
        let first = rows[unchecked: i]
        let second = rows[unchecked: i + 4]
        next[unchecked: 2 * i] = interleave(first.lowHalf, second.lowHalf)
        next[unchecked: 2 * i + 1] = interleave(first.highHalf, second.highHalf)
        i += 1
      }
      rows = next
      round += 1
    }
    i = 0
    while i < 8 {
      memory.storeBytes(of: rows[unchecked: i], toByteOffset: 64 * i, as: Rows.self)
      i += 1
    }
  }

  /// a₀ b₀ a₁ b₁ …
  @inline(__always)
  private func interleave(_ a: SIMD4<UInt64>, _ b: SIMD4<UInt64>) -> Rows {
    var result = Rows()
    result.evenHalf = a
    result.oddHalf = b
    return result
  }
#else
  /// Moves row j of the k-th group of eight to row k of the j-th group.
  @inline(__always)
  private func transposeRows(_ block: UnsafeMutablePointer<UInt64>) {
    var k = 0
    while k < 8 {
      var j = k + 1
      while j < 8 {
        let above = block[8 * k + j]
        block[8 * k + j] = block[8 * j + k]
        block[8 * j + k] = above
        j += 1
      }
      k += 1
    }
  }
#endif
