#if KERNELS_BFLOAT16 || KERNELS_AMX
  import ProcessorBuiltins
#endif

// Pairs of bfloat16 numbers, and the sum of their products. The text of the kernels is compiled twice: with the
// processor's instructions (KERNELS_BFLOAT16, and KERNELS_AMX for products of tiles), and with the same arithmetic in
// plain Swift, which runs on every processor and has the same bits.

/// Sums, in float32.
typealias Vector = SIMD16<Float>
/// Sixteen pairs of bfloat16 numbers, the first of a pair in the low half of its word.
typealias Pairs = SIMD16<UInt32>

/// A row of a full panel of rounded weights, and a row of a narrow one.
typealias WideRow = SIMD32<UInt16>
typealias NarrowRow = SIMD16<UInt16>

/// The number of lanes of a vector.
@inline(__always) var vectorWidth: Int { Vector.scalarCount }
/// The number of columns of a full panel.
@inline(__always) var panelWidth: Int { 2 * vectorWidth }

#if KERNELS_BFLOAT16 || KERNELS_AMX
  /// Adds a₁ · b₁, then a₀ · b₀, to each lane of `sum`, each by a fused multiply-add.
  ///
  /// The instruction rounds to nearest, takes subnormal numbers as zero and writes them as zero, whatever the thread's
  /// control register says.
  @inline(__always)
  func addProducts(_ sum: Vector, _ a: Pairs, _ b: Pairs) -> Vector { bfloat16_add_products(sum, a, b) }

  /// Eight pairs of adjacent numbers of `low`, then eight of `high`; rounded to nearest, ties to even.
  @inline(__always)
  func neighbors(_ low: Vector, _ high: Vector) -> Pairs { bfloat16_neighbors(low, high) }

  /// A pair for each lane, of a number of `first` and one of `second`; rounded to nearest, ties to even.
  @inline(__always)
  func pairs(_ first: Vector, _ second: Vector) -> Pairs { bfloat16_pairs(first, second) }

  /// The first `count` floats, 0 to 16, at any address, then zeros.
  @inline(__always)
  func loadSome(_ source: UnsafePointer<Float>, _ count: Int) -> Vector { bfloat16_load_some(source, count) }

  /// A pair for each column, of a number of `first` and one of `second`; one permutation of words for each vector.
  @inline(__always)
  func columnPairs(_ first: WideRow, _ second: WideRow) -> (low: Pairs, high: Pairs) {
    var (low, high) = (WideRow(), WideRow())
    low.evenHalf = first.lowHalf
    low.oddHalf = second.lowHalf
    high.evenHalf = first.highHalf
    high.oddHalf = second.highHalf
    return (unsafeBitCast(low, to: Pairs.self), unsafeBitCast(high, to: Pairs.self))
  }

  /// The same for a narrow panel, where the compiler has no such permutation.
  @inline(__always)
  func columnPairs(_ first: NarrowRow, _ second: NarrowRow) -> Pairs {
    Pairs(truncatingIfNeeded: first) | Pairs(truncatingIfNeeded: second) &<< 16
  }
#else
  @inline(__always)
  func addProducts(_ sum: Vector, _ a: Pairs, _ b: Pairs) -> Vector {
    var result = sum
    var lane = 0
    while lane < vectorWidth {
      let odd = fused(result[lane], a[lane] & 0xffff_0000, b[lane] & 0xffff_0000)
      result[lane] = fused(odd, a[lane] << 16, b[lane] << 16)
      lane += 1
    }
    return result
  }

  @inline(__always)
  func neighbors(_ low: Vector, _ high: Vector) -> Pairs {
    var result = Pairs()
    var lane = 0
    while lane < vectorWidth {
      let source = lane < vectorWidth / 2 ? low : high
      let first = 2 * lane % vectorWidth
      result[lane] = rounded(source[first]) | rounded(source[first + 1]) << 16
      lane += 1
    }
    return result
  }

  @inline(__always)
  func pairs(_ first: Vector, _ second: Vector) -> Pairs {
    var result = Pairs()
    var lane = 0
    while lane < vectorWidth {
      result[lane] = rounded(first[lane]) | rounded(second[lane]) << 16
      lane += 1
    }
    return result
  }

  // Number by number: of a function of the standard library for halves of vectors, tests under a sanitizer were linked with the form that a
  // module for AVX-512 has.
  @inline(__always)
  func columnPairs(_ first: WideRow, _ second: WideRow) -> (low: Pairs, high: Pairs) {
    var (low, high) = (Pairs(), Pairs())
    var lane = 0
    while lane < vectorWidth {
      low[lane] = UInt32(first[lane]) | UInt32(second[lane]) << 16
      high[lane] = UInt32(first[lane + vectorWidth]) | UInt32(second[lane + vectorWidth]) << 16
      lane += 1
    }
    return (low, high)
  }

  @inline(__always)
  func columnPairs(_ first: NarrowRow, _ second: NarrowRow) -> Pairs {
    var result = Pairs()
    var lane = 0
    while lane < vectorWidth {
      result[lane] = UInt32(first[lane]) | UInt32(second[lane]) << 16
      lane += 1
    }
    return result
  }

  @inline(__always)
  func loadSome(_ source: UnsafePointer<Float>, _ count: Int) -> Vector {
    var result = Vector()
    var lane = 0
    while lane < count {
      result[lane] = source[lane]
      lane += 1
    }
    return result
  }

  /// a · b + sum with one rounding; subnormal operands are zero, and so are results below the least normal number.
  ///
  /// As on x86-64, what counts is the result with 24 bits and any exponent. The sum that rounds to 2⁻¹²⁶ among subnormal
  /// numbers, which are 2⁻¹⁴⁹ apart, is below it then if it lies below 2⁻¹²⁶ − 2⁻¹⁵¹. In Double that is exact: the product
  /// has 16 bits, and next to 2⁻¹²⁶ sum and product have no bit below 2⁻¹⁷⁵ unless the product is too small to count.
  @inline(__always)
  func fused(_ sum: Float, _ a: UInt32, _ b: UInt32) -> Float {
    let (sum, x, y) = (flushed(sum), flushed(Float(bitPattern: a)), flushed(Float(bitPattern: b)))
    let result = sum.addingProduct(x, y)
    let isLeast = result.magnitude == 0x1p-126 && (Double(sum) + Double(x) * Double(y)).magnitude < 0x1p-126 - 0x1p-151
    return isLeast ? Float(signOf: result, magnitudeOf: 0) : flushed(result)
  }

  /// Zero of the same sign for a subnormal number.
  @inline(__always)
  func flushed(_ x: Float) -> Float {
    x.bitPattern & 0x7f80_0000 == 0 ? Float(bitPattern: x.bitPattern & 0x8000_0000) : x
  }

  /// The bfloat16 number nearest to x, the even one of two; subnormal numbers become zero, and a NaN stays one.
  @inline(__always)
  private func rounded(_ x: Float) -> UInt32 {
    let bits = flushed(x).bitPattern
    return bits & 0x7fff_ffff > 0x7f80_0000 ? bits >> 16 | 0x40 : (bits + 0x7fff + (bits >> 16 & 1)) >> 16
  }
#endif

/// The row at `pointer`, which is aligned to it.
@inline(__always)
func wideRow(_ pointer: UnsafePointer<UInt16>) -> WideRow { UnsafeRawPointer(pointer).load(as: WideRow.self) }

/// The row at `pointer`, which is aligned to it.
@inline(__always)
func narrowRow(_ pointer: UnsafePointer<UInt16>) -> NarrowRow { UnsafeRawPointer(pointer).load(as: NarrowRow.self) }

/// Pairs of adjacent columns.
@inline(__always)
func neighbors(_ row: WideRow) -> Pairs { unsafeBitCast(row, to: Pairs.self) }

/// Pairs of adjacent columns, and zeros for those beyond a narrow panel.
@inline(__always)
func neighbors(_ row: NarrowRow) -> Pairs {
  Pairs(lowHalf: unsafeBitCast(row, to: SIMD8<UInt32>.self), highHalf: SIMD8())
}

/// The vector at `pointer`, which is aligned to it.
@inline(__always)
func load(_ pointer: UnsafePointer<Float>) -> Vector { UnsafeRawPointer(pointer).load(as: Vector.self) }

/// The pairs at `pointer`, which is aligned to them.
@inline(__always)
func load(_ pointer: UnsafePointer<UInt32>) -> Pairs { UnsafeRawPointer(pointer).load(as: Pairs.self) }

/// Stores `vector` at `pointer`, which is aligned to it.
@inline(__always)
func store(_ vector: Vector, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Vector.self)
}

/// Stores `pairs` at `pointer`, which is aligned to them.
@inline(__always)
func store(_ pairs: Pairs, _ pointer: UnsafeMutablePointer<UInt32>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: pairs, as: Pairs.self)
}
