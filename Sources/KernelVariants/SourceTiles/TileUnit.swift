#if KERNELS_AMX
  import ProcessorBuiltins
#endif

// The processor's matrix unit: eight tiles of 16 rows of 16 words each. Tiles 0 to 3 are sums, of two rows and two
// columns of tiles; 4 and 5 the rows of A, 6 and 7 the columns of B. The text of the kernels is compiled twice: with the
// processor's instructions (KERNELS_AMX), and with the same arithmetic in plain Swift, which runs on every processor and
// has the same bits.

/// The number of rows of a tile, and of words in a row.
@inline(__always) var tileSize: Int { 16 }
/// The number of words of a tile.
@inline(__always) var tileWords: Int { tileSize * tileSize }
/// The number of terms of a sum that a multiplication of tiles adds: 16 pairs.
@inline(__always) var stepTerms: Int { 2 * tileSize }

#if KERNELS_AMX
  /// The state of the unit is in the processor.
  typealias TileUnit = Void

  /// Configures the unit; nothing else may come before. `memory` is for the emulation.
  @inline(__always)
  func startTiles(_ memory: UnsafeMutablePointer<UInt32>) -> TileUnit { tile_configure() }

  /// Ends the use of the unit.
  @inline(__always)
  func releaseTiles(_ unit: TileUnit) { tile_release() }

  /// Loads a tile, a constant, from rows that are `stride` bytes apart.
  @inline(__always)
  func loadTile(_ unit: TileUnit, _ tile: Int, _ rows: UnsafeRawPointer, stride: Int) {
    switch tile {
    case 0: tile_load_0(rows, stride)
    case 1: tile_load_1(rows, stride)
    case 2: tile_load_2(rows, stride)
    case 3: tile_load_3(rows, stride)
    case 4: tile_load_4(rows, stride)
    case 5: tile_load_5(rows, stride)
    case 6: tile_load_6(rows, stride)
    default: tile_load_7(rows, stride)
    }
  }

  /// Stores a tile of sums, a constant, in rows that are `stride` bytes apart.
  @inline(__always)
  func storeTile(_ unit: TileUnit, _ tile: Int, _ rows: UnsafeMutableRawPointer, stride: Int) {
    switch tile {
    case 0: tile_store_0(rows, stride)
    case 1: tile_store_1(rows, stride)
    case 2: tile_store_2(rows, stride)
    default: tile_store_3(rows, stride)
    }
  }

  /// Makes a tile of sums, a constant, zero.
  @inline(__always)
  func clearTile(_ unit: TileUnit, _ tile: Int) {
    switch tile {
    case 0: tile_clear_0()
    case 1: tile_clear_1()
    case 2: tile_clear_2()
    default: tile_clear_3()
    }
  }

  /// Adds the product of its tiles of A and B to a tile of sums, a constant. Each sum gets one number: the terms of
  /// the 16 pairs, first and second ones separately, in order from zero by fused multiply-adds, then the two sums added.
  ///
  /// The instruction rounds to nearest, takes subnormal numbers as zero and writes them as zero, whatever the thread's
  /// control register says.
  @inline(__always)
  func multiplyTiles(_ unit: TileUnit, into tile: Int) {
    switch tile {
    case 0: tile_multiply_0_4_6()
    case 1: tile_multiply_1_4_7()
    case 2: tile_multiply_2_5_6()
    default: tile_multiply_3_5_7()
    }
  }
#else
  /// The eight tiles.
  typealias TileUnit = UnsafeMutablePointer<UInt32>

  @inline(__always)
  func startTiles(_ memory: UnsafeMutablePointer<UInt32>) -> TileUnit {
    memory.update(repeating: 0, count: 8 * tileWords)
    return memory
  }

  @inline(__always)
  func releaseTiles(_ unit: TileUnit) {}

  @inline(__always)
  func loadTile(_ unit: TileUnit, _ tile: Int, _ rows: UnsafeRawPointer, stride: Int) {
    var row = 0
    while row < tileSize {
      let words = (rows + row * stride).assumingMemoryBound(to: UInt32.self)
      (unit + tile * tileWords + row * tileSize).update(from: words, count: tileSize)
      row += 1
    }
  }

  @inline(__always)
  func storeTile(_ unit: TileUnit, _ tile: Int, _ rows: UnsafeMutableRawPointer, stride: Int) {
    var row = 0
    while row < tileSize {
      let words = (rows + row * stride).assumingMemoryBound(to: UInt32.self)
      words.update(from: unit + tile * tileWords + row * tileSize, count: tileSize)
      row += 1
    }
  }

  @inline(__always)
  func clearTile(_ unit: TileUnit, _ tile: Int) {
    (unit + tile * tileWords).update(repeating: 0, count: tileWords)
  }

  @inline(never)
  func multiplyTiles(_ unit: TileUnit, into tile: Int) {
    let sums = unit + tile * tileWords
    let (a, b) = (unit + (4 + tile / 2) * tileWords, unit + (6 + tile % 2) * tileWords)
    var index = 0
    while index < tileWords {
      let (row, column) = (index / tileSize, index % tileSize)
      var first: Float = 0
      var second: Float = 0
      var pair = 0
      while pair < tileSize {
        let (x, y) = (a[row * tileSize + pair], b[pair * tileSize + column])
        first = fused(first, x << 16, y << 16)
        second = fused(second, x & 0xffff_0000, y & 0xffff_0000)
        pair += 1
      }
      let both = flushed(first + second)
      sums[index] = flushed(flushed(Float(bitPattern: sums[index])) + both).bitPattern
      index += 1
    }
  }
#endif
