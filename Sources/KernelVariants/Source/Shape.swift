import KernelInterface

// The vector and tile of each instruction set. A register tile is `tileRows` × 2 vectors of accumulators; together with
// two vectors of the streamed operand and the broadcast it fits the register file. AVX-512 and NEON have 32 registers;
// AVX2 and SSE have 16, too few for twelve rows.

#if KERNELS_AVX512
  typealias Vector = SIMD16<Float>
  typealias HalfVector = SIMD8<Float>
  typealias IntVector = SIMD16<Int32>
  typealias DoubleVector = SIMD8<Double>
  @inline(__always) var tileRows: Int { 12 }
#elseif KERNELS_AVX2
  typealias Vector = SIMD8<Float>
  typealias HalfVector = SIMD4<Float>
  typealias IntVector = SIMD8<Int32>
  typealias DoubleVector = SIMD4<Double>
  @inline(__always) var tileRows: Int { 6 }
#else
  typealias Vector = SIMD4<Float>
  typealias HalfVector = SIMD2<Float>
  typealias IntVector = SIMD4<Int32>
  typealias DoubleVector = SIMD2<Double>
  #if arch(arm64)
    @inline(__always) var tileRows: Int { 12 }
  #else
    @inline(__always) var tileRows: Int { 6 }
  #endif
#endif

/// The number of floats in a vector.
@inline(__always) var vectorWidth: Int { Vector.scalarCount }
/// The number of columns of a full panel.
@inline(__always) var panelWidth: Int { 2 * vectorWidth }

/// x · y + z: fused if the instruction set has fused multiply-adds, else a multiplication and an addition, since
/// `addingProduct` would then call the C library for every lane.
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
