#if hasFeature(BuiltinModule)
  import Builtin
#endif

// The integer operations of distortions, by the compiler's built-in vector operations (for the reason see
// `VectorMathOperations.swift`).

#if KERNELS_AVX512
  /// Lanes of 64 bits, half as many as in `Vector`.
  typealias WideVector = SIMD8<UInt64>
  typealias ByteVector = SIMD16<UInt8>
#elseif KERNELS_AVX2
  typealias WideVector = SIMD4<UInt64>
  typealias ByteVector = SIMD8<UInt8>
#else
  typealias WideVector = SIMD2<UInt64>
  typealias ByteVector = SIMD4<UInt8>
#endif

/// x + y modulo 2³².
@inline(__always)
func sum(_ x: IntVector, _ y: IntVector) -> IntVector {
  #if !hasFeature(BuiltinModule)
    return x &+ y
  #else
    var result = IntVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.add_Vec16xInt32(x._storage._value, y._storage._value)
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.add_Vec8xInt32(x._storage._value, y._storage._value)
    #else
      result._storage._value = Builtin.add_Vec4xInt32(x._storage._value, y._storage._value)
    #endif
    return result
  #endif
}

/// x − y modulo 2³².
@inline(__always)
func difference(_ x: IntVector, _ y: IntVector) -> IntVector {
  #if !hasFeature(BuiltinModule)
    return x &- y
  #else
    var result = IntVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.sub_Vec16xInt32(x._storage._value, y._storage._value)
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.sub_Vec8xInt32(x._storage._value, y._storage._value)
    #else
      result._storage._value = Builtin.sub_Vec4xInt32(x._storage._value, y._storage._value)
    #endif
    return result
  #endif
}

/// x · y modulo 2³².
@inline(__always)
func product(_ x: IntVector, _ y: IntVector) -> IntVector {
  #if !hasFeature(BuiltinModule)
    return x &* y
  #else
    var result = IntVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.mul_Vec16xInt32(x._storage._value, y._storage._value)
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.mul_Vec8xInt32(x._storage._value, y._storage._value)
    #else
      result._storage._value = Builtin.mul_Vec4xInt32(x._storage._value, y._storage._value)
    #endif
    return result
  #endif
}

/// x shifted to the right by `count` bits, filled with zeros.
@inline(__always)
func shiftedRight(_ x: IntVector, _ count: Int32) -> IntVector {
  let counts = IntVector(repeating: count)
  #if !hasFeature(BuiltinModule)
    return (x &>> counts) & IntVector(repeating: Int32(truncatingIfNeeded: UInt32.max &>> UInt32(count)))
  #else
    var result = IntVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.lshr_Vec16xInt32(x._storage._value, counts._storage._value)
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.lshr_Vec8xInt32(x._storage._value, counts._storage._value)
    #else
      result._storage._value = Builtin.lshr_Vec4xInt32(x._storage._value, counts._storage._value)
    #endif
    return result
  #endif
}

/// The bytes from `pointer` on, one per lane; `pointer` may have any alignment.
@inline(__always)
func loadBytes(_ pointer: UnsafePointer<UInt8>) -> IntVector {
  let bytes = UnsafeRawPointer(pointer).loadUnaligned(as: ByteVector.self)
  #if !hasFeature(BuiltinModule)
    return IntVector(truncatingIfNeeded: bytes)
  #else
    var result = IntVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.zext_Vec16xInt8_Vec16xInt32(bytes._storage._value)
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.zext_Vec8xInt8_Vec8xInt32(bytes._storage._value)
    #else
      result._storage._value = Builtin.zext_Vec4xInt8_Vec4xInt32(bytes._storage._value)
    #endif
    return result
  #endif
}

/// Stores each lane's low byte.
@inline(__always)
func storeBytes(_ vector: IntVector, _ pointer: UnsafeMutablePointer<UInt8>) {
  #if !hasFeature(BuiltinModule)
    let bytes = ByteVector(truncatingIfNeeded: vector)
  #else
    var bytes = ByteVector()
    #if KERNELS_AVX512
      bytes._storage._value = Builtin.trunc_Vec16xInt32_Vec16xInt8(vector._storage._value)
    #elseif KERNELS_AVX2
      bytes._storage._value = Builtin.trunc_Vec8xInt32_Vec8xInt8(vector._storage._value)
    #else
      bytes._storage._value = Builtin.trunc_Vec4xInt32_Vec4xInt8(vector._storage._value)
    #endif
  #endif
  UnsafeMutableRawPointer(pointer).storeBytes(of: bytes, as: ByteVector.self)
}

@inline(__always)
func load(_ pointer: UnsafePointer<Int32>) -> IntVector { UnsafeRawPointer(pointer).load(as: IntVector.self) }

@inline(__always)
func store(_ vector: IntVector, _ pointer: UnsafeMutablePointer<Int32>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: IntVector.self)
}

// MARK: Lanes of 64 bits

/// x · y for lanes below 2³²: products of 64 bits.
@inline(__always)
func product(_ x: WideVector, _ y: WideVector) -> WideVector {
  #if !hasFeature(BuiltinModule)
    return x &* y
  #else
    var result = WideVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.mul_Vec8xInt64(x._storage._value, y._storage._value)
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.mul_Vec4xInt64(x._storage._value, y._storage._value)
    #else
      result._storage._value = Builtin.mul_Vec2xInt64(x._storage._value, y._storage._value)
    #endif
    return result
  #endif
}

/// The exclusive or of the lanes.
@inline(__always)
func exclusiveOr(_ x: WideVector, _ y: WideVector) -> WideVector {
  #if !hasFeature(BuiltinModule)
    return x ^ y
  #else
    var result = WideVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.xor_Vec8xInt64(x._storage._value, y._storage._value)
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.xor_Vec4xInt64(x._storage._value, y._storage._value)
    #else
      result._storage._value = Builtin.xor_Vec2xInt64(x._storage._value, y._storage._value)
    #endif
    return result
  #endif
}

/// The bitwise and of each lane with `mask`.
@inline(__always)
func masked(_ x: WideVector, _ mask: UInt64) -> WideVector {
  let y = WideVector(repeating: mask)
  #if !hasFeature(BuiltinModule)
    return x & y
  #else
    var result = WideVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.and_Vec8xInt64(x._storage._value, y._storage._value)
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.and_Vec4xInt64(x._storage._value, y._storage._value)
    #else
      result._storage._value = Builtin.and_Vec2xInt64(x._storage._value, y._storage._value)
    #endif
    return result
  #endif
}

/// Each lane shifted to the right by `count` bits, filled with zeros.
@inline(__always)
func shiftedRight(_ x: WideVector, _ count: UInt64) -> WideVector {
  let counts = WideVector(repeating: count)
  #if !hasFeature(BuiltinModule)
    return x &>> counts
  #else
    var result = WideVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.lshr_Vec8xInt64(x._storage._value, counts._storage._value)
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.lshr_Vec4xInt64(x._storage._value, counts._storage._value)
    #else
      result._storage._value = Builtin.lshr_Vec2xInt64(x._storage._value, counts._storage._value)
    #endif
    return result
  #endif
}

/// Lanes below 2³¹ as floats.
@inline(__always)
func floats(_ x: WideVector) -> HalfVector {
  #if !hasFeature(BuiltinModule)
    var result = HalfVector()
    for lane in 0..<HalfVector.scalarCount { result[lane] = Float(Int32(truncatingIfNeeded: x[lane])) }
    return result
  #else
    var result = HalfVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.sitofp_Vec8xInt32_Vec8xFPIEEE32(
        Builtin.trunc_Vec8xInt64_Vec8xInt32(x._storage._value))
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.sitofp_Vec4xInt32_Vec4xFPIEEE32(
        Builtin.trunc_Vec4xInt64_Vec4xInt32(x._storage._value))
    #else
      result._storage._value = Builtin.sitofp_Vec2xInt32_Vec2xFPIEEE32(
        Builtin.trunc_Vec2xInt64_Vec2xInt32(x._storage._value))
    #endif
    return result
  #endif
}
