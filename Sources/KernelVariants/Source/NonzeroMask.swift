#if hasFeature(BuiltinModule)
  import Builtin

  // A mask of the nonzero bytes of a vector, by the compiler's built-in vector operations: the standard library cannot
  // convert a vector's mask to an integer.

  #if KERNELS_AVX512
    /// A mask of 64 bytes: bit i is set if byte i is not zero.
    @inline(__always)
    func nonzeroMask(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
      let bytes = UnsafeRawPointer(bytes).loadUnaligned(as: SIMD64<UInt8>.self)
      let zero = SIMD64<UInt8>()
      return UInt64(
        Builtin.bitcast_Vec64xInt1_Int64(Builtin.cmp_ne_Vec64xInt8(bytes._storage._value, zero._storage._value)))
    }
  #elseif KERNELS_AVX2
    /// A mask of 64 bytes: bit i is set if byte i is not zero.
    @inline(__always)
    func nonzeroMask(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
      UInt64(half(bytes)) | UInt64(half(bytes + 32)) &<< 32
    }

    @inline(__always)
    private func half(_ bytes: UnsafePointer<UInt8>) -> UInt32 {
      let bytes = UnsafeRawPointer(bytes).loadUnaligned(as: SIMD32<UInt8>.self)
      let zero = SIMD32<UInt8>()
      return UInt32(
        Builtin.bitcast_Vec32xInt1_Int32(Builtin.cmp_ne_Vec32xInt8(bytes._storage._value, zero._storage._value)))
    }
  #endif
#endif
