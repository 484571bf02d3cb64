import KernelInterface

// The vector and tile of each instruction set. A register tile is `tileRows` × 2 vectors of accumulators; it fills the
// register file but for the two vectors of the streamed side and the broadcast. AVX-512 and NEON have 32 registers; AVX2 and
// SSE have 16, and spill at twelve rows (45 GFLOP/s measured where six rows reach 115).

#if KERNELS_AVX512
  typealias Vector = SIMD16<Float>
  typealias HalfVector = SIMD8<Float>
  typealias IntVector = SIMD16<Int32>
  @inline(__always) var tileRows: Int { 12 }
#elseif KERNELS_AVX2
  typealias Vector = SIMD8<Float>
  typealias HalfVector = SIMD4<Float>
  typealias IntVector = SIMD8<Int32>
  @inline(__always) var tileRows: Int { 6 }
#else
  typealias Vector = SIMD4<Float>
  typealias HalfVector = SIMD2<Float>
  typealias IntVector = SIMD4<Int32>
  #if arch(arm64)
    @inline(__always) var tileRows: Int { 12 }
  #else
    @inline(__always) var tileRows: Int { 6 }
  #endif
#endif

/// Floats in a vector.
@inline(__always) var vectorWidth: Int { Vector.scalarCount }
/// Columns of a full panel.
@inline(__always) var panelWidth: Int { 2 * vectorWidth }

/// x · y + z: fused where the instruction set fuses, else a multiplication and an addition; `addingProduct` would then be a
/// call into the C library for every lane.
@inline(__always)
func multiplyAdd(_ x: Vector, _ y: Vector, _ z: Vector) -> Vector {
  #if KERNELS_PORTABLE && !arch(arm64)
    return x * y + z
  #else
    return z.addingProduct(x, y)
  #endif
}

/// The vector at `pointer`, which is aligned to it.
@inline(__always)
func load(_ pointer: UnsafePointer<Float>) -> Vector {
  UnsafeRawPointer(pointer).load(as: Vector.self)
}

/// Stores `vector` at `pointer`, which is aligned to it.
@inline(__always)
func store(_ vector: Vector, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Vector.self)
}
