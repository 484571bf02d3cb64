import KernelInterface

// Dropout by the words of Philox: a block has those of four units, and a lane of a wide vector is a block, so that two
// vectors of units follow from the four words of one call.

#if KERNELS_AVX512
  private typealias WordVector = SIMD16<UInt32>
  private typealias HalfWideVector = SIMD4<UInt64>
#elseif KERNELS_AVX2
  private typealias WordVector = SIMD8<UInt32>
  private typealias HalfWideVector = SIMD2<UInt64>
#else
  private typealias WordVector = SIMD4<UInt32>
#endif

/// Drops values in place; see `DropInputsKernel`. The row may have any alignment and length.
func dropInputs(
  _ values: MutableFloats, _ count: Int, _ threshold: UInt32, _ scale: Float, _ key0: UInt32, _ key1: UInt32,
  _ c0: UInt32, _ c1: UInt32, _ c2: UInt32
) {
  let draw = DropoutDraw(key0: key0, key1: key1, c0: c0, c1: c1, c2: c2, threshold: threshold)
  let scale = Vector(repeating: scale)
  var unit = 0
  while unit < count {
    let kept = draw.kept(from: unit)
    drop(values + unit, count &- unit, scale, kept.0)
    drop(values + (unit &+ vectorWidth), count &- unit &- vectorWidth, scale, kept.1)
    unit &+= panelWidth
  }
}

/// Drops a vector of values, of which the first `count` exist.
@inline(__always)
private func drop(_ values: MutableFloats, _ count: Int, _ scale: Vector, _ kept: SIMDMask<IntVector>) {
  if count >= vectorWidth {
    let memory = UnsafeMutableRawPointer(values)
    let scaled = memory.loadUnaligned(as: Vector.self) * scale
    memory.storeBytes(of: Vector().replacing(with: scaled, where: kept), as: Vector.self)
    return
  }
  var lane = 0
  while lane < count {
    values[lane] = kept[lane] ? values[lane] * scale[lane] : 0
    lane &+= 1
  }
}

/// Draws factors and multiplies by them; see `DropOutputsKernel`.
func dropOutputs(
  _ values: Floats, _ factors: MutableFloats, _ result: MutableFloats, _ count: Int, _ threshold: UInt32,
  _ scale: Float, _ key0: UInt32, _ key1: UInt32, _ c0: UInt32, _ c1: UInt32, _ c2: UInt32
) {
  let draw = DropoutDraw(key0: key0, key1: key1, c0: c0, c1: c1, c2: c2, threshold: threshold)
  let scale = Vector(repeating: scale)
  var unit = 0
  while unit < count {
    let kept = draw.kept(from: unit)
    let first = Vector().replacing(with: scale, where: kept.0)
    store(first, factors + unit)
    store(load(values + unit) * first, result + unit)
    let next = unit &+ vectorWidth
    if next < count {
      let second = Vector().replacing(with: scale, where: kept.1)
      store(second, factors + next)
      store(load(values + next) * second, result + next)
    }
    unit &+= panelWidth
  }
}

/// The random draw of a row: the units that are kept.
private struct DropoutDraw {
  let key0: UInt32
  let key1: UInt32
  let c0: UInt32
  let c1: UInt32
  let c2: UInt32
  /// A unit is kept if its word is not below this.
  let threshold: UInt32

  /// Returns, for two vectors of units from `unit` on, true for each that is kept. `unit` is a multiple of their number.
  @inline(__always)
  func kept(from unit: Int) -> (SIMDMask<IntVector>, SIMDMask<IntVector>) {
    let words = philox(
      (
        WideVector(repeating: UInt64(c0)), WideVector(repeating: UInt64(c1)), WideVector(repeating: UInt64(c2)),
        blockNumbers(from: unit / 4)
      ), key0, key1)
    // A block's words in the order of its units.
    let first = joined(words.0, words.1)
    let second = joined(words.2, words.3)
    #if KERNELS_PORTABLE
      return (kept(WideVector(first[0], second[0])), kept(WideVector(first[1], second[1])))
    #else
      return (
        kept(interleave(first.lowHalf, second.lowHalf)), kept(interleave(first.highHalf, second.highHalf))
      )
    #endif
  }

  @inline(__always)
  private func kept(_ words: WideVector) -> SIMDMask<IntVector> {
    unsafeBitCast(words, to: WordVector.self) .>= WordVector(repeating: threshold)
  }
}

/// Lanes whose low half is `low` and whose high half is `high`, both below 2³².
@inline(__always)
private func joined(_ low: WideVector, _ high: WideVector) -> WideVector {
  exclusiveOr(low, product(high, WideVector(repeating: 1 << 32)))
}

#if !KERNELS_PORTABLE
  /// a₀ b₀ a₁ b₁ …
  @inline(__always)
  private func interleave(_ a: HalfWideVector, _ b: HalfWideVector) -> WideVector {
    var result = WideVector()
    result.evenHalf = a
    result.oddHalf = b
    return result
  }
#endif
