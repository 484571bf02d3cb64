#if hasFeature(BuiltinModule)
  import Builtin

  // Vector arithmetic by the compiler's built-in vector operations. Overload resolution prefers these operators to the
  // standard library's, since they are more specific.
  //
  // The standard library writes `+` on a vector as a loop over its lanes and relies on LLVM to vectorize it. LLVM does
  // so for a single multiply-add, but splits a polynomial of twenty operations into pieces of eight, four and one
  // lanes: the loop of the sigmoid has 95 instructions (AVX-512), 27 with this file. Comparisons and masks use whole
  // vectors in the library already. Without the feature flag the code compiles and gives the same results, but slowly.
  //
  // Each instruction set has the widths of its own vectors and half vectors (Shape.swift); outputs of few columns use four lanes in all.

  #if KERNELS_AVX512
    extension SIMD16<Float> {
      @inline(__always)
      private init(builtin: Builtin.Vec16xFPIEEE32) {
        self.init()
        _storage._value = builtin
      }

      @inline(__always)
      static func + (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.fadd_Vec16xFPIEEE32(a._storage._value, b._storage._value))
      }

      @inline(__always)
      static func += (a: inout Self, b: Self) { a = a + b }

      @inline(__always)
      static func - (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.fsub_Vec16xFPIEEE32(a._storage._value, b._storage._value))
      }

      @inline(__always)
      static func * (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.fmul_Vec16xFPIEEE32(a._storage._value, b._storage._value))
      }

      @inline(__always)
      static func / (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.fdiv_Vec16xFPIEEE32(a._storage._value, b._storage._value))
      }

      #if !KERNELS_PORTABLE || arch(arm64)
        @inline(__always)
        func addingProduct(_ a: Self, _ b: Self) -> Self {
          Self(builtin: Builtin.int_fma_Vec16xFPIEEE32(a._storage._value, b._storage._value, _storage._value))
        }
      #endif

      @inline(__always)
      func squareRoot() -> Self { Self(builtin: Builtin.int_sqrt_Vec16xFPIEEE32(_storage._value)) }

      @inline(__always)
      func replacing(with other: Self, where mask: SIMDMask<SIMD16<Int32>>) -> Self {
        let lanes = unsafeBitCast(mask, to: SIMD16<Int32>.self)._storage._value
        return Self(
          builtin: Builtin.select_Vec16xInt1_Vec16xFPIEEE32(
            Builtin.trunc_Vec16xInt32_Vec16xInt1(lanes), other._storage._value, _storage._value))
      }

      /// Converts each lane to the nearest float.
      @inline(__always)
      init(_ integers: SIMD16<Int32>) {
        self.init(builtin: Builtin.sitofp_Vec16xInt32_Vec16xFPIEEE32(integers._storage._value))
      }
    }

    extension SIMD16<Int32> {
      @inline(__always)
      private init(builtin: Builtin.Vec16xInt32) {
        self.init()
        _storage._value = builtin
      }

      @inline(__always)
      static func & (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.and_Vec16xInt32(a._storage._value, b._storage._value))
      }

      @inline(__always)
      static func | (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.or_Vec16xInt32(a._storage._value, b._storage._value))
      }

      /// - Precondition: the lanes of `b` are 0 to 31.
      @inline(__always)
      static func &<< (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.shl_Vec16xInt32(a._storage._value, b._storage._value))
      }

      /// - Precondition: the lanes of `b` are 0 to 31.
      @inline(__always)
      static func &>> (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.ashr_Vec16xInt32(a._storage._value, b._storage._value))
      }
    }
  #endif

  #if KERNELS_AVX512 || KERNELS_AVX2
    extension SIMD8<Float> {
      @inline(__always)
      private init(builtin: Builtin.Vec8xFPIEEE32) {
        self.init()
        _storage._value = builtin
      }

      @inline(__always)
      static func + (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.fadd_Vec8xFPIEEE32(a._storage._value, b._storage._value))
      }

      @inline(__always)
      static func += (a: inout Self, b: Self) { a = a + b }

      @inline(__always)
      static func - (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.fsub_Vec8xFPIEEE32(a._storage._value, b._storage._value))
      }

      @inline(__always)
      static func * (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.fmul_Vec8xFPIEEE32(a._storage._value, b._storage._value))
      }

      @inline(__always)
      static func / (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.fdiv_Vec8xFPIEEE32(a._storage._value, b._storage._value))
      }

      #if !KERNELS_PORTABLE || arch(arm64)
        @inline(__always)
        func addingProduct(_ a: Self, _ b: Self) -> Self {
          Self(builtin: Builtin.int_fma_Vec8xFPIEEE32(a._storage._value, b._storage._value, _storage._value))
        }
      #endif

      @inline(__always)
      func squareRoot() -> Self { Self(builtin: Builtin.int_sqrt_Vec8xFPIEEE32(_storage._value)) }

      @inline(__always)
      func replacing(with other: Self, where mask: SIMDMask<SIMD8<Int32>>) -> Self {
        let lanes = unsafeBitCast(mask, to: SIMD8<Int32>.self)._storage._value
        return Self(
          builtin: Builtin.select_Vec8xInt1_Vec8xFPIEEE32(
            Builtin.trunc_Vec8xInt32_Vec8xInt1(lanes), other._storage._value, _storage._value))
      }

      /// Converts each lane to the nearest float.
      @inline(__always)
      init(_ integers: SIMD8<Int32>) {
        self.init(builtin: Builtin.sitofp_Vec8xInt32_Vec8xFPIEEE32(integers._storage._value))
      }
    }

    extension SIMD8<Int32> {
      @inline(__always)
      private init(builtin: Builtin.Vec8xInt32) {
        self.init()
        _storage._value = builtin
      }

      @inline(__always)
      static func & (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.and_Vec8xInt32(a._storage._value, b._storage._value))
      }

      @inline(__always)
      static func | (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.or_Vec8xInt32(a._storage._value, b._storage._value))
      }

      /// - Precondition: the lanes of `b` are 0 to 31.
      @inline(__always)
      static func &<< (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.shl_Vec8xInt32(a._storage._value, b._storage._value))
      }

      /// - Precondition: the lanes of `b` are 0 to 31.
      @inline(__always)
      static func &>> (a: Self, b: Self) -> Self {
        Self(builtin: Builtin.ashr_Vec8xInt32(a._storage._value, b._storage._value))
      }
    }
  #endif

  extension SIMD4<Float> {
    @inline(__always)
    private init(builtin: Builtin.Vec4xFPIEEE32) {
      self.init()
      _storage._value = builtin
    }

    @inline(__always)
    static func + (a: Self, b: Self) -> Self {
      Self(builtin: Builtin.fadd_Vec4xFPIEEE32(a._storage._value, b._storage._value))
    }

    @inline(__always)
    static func += (a: inout Self, b: Self) { a = a + b }

    @inline(__always)
    static func - (a: Self, b: Self) -> Self {
      Self(builtin: Builtin.fsub_Vec4xFPIEEE32(a._storage._value, b._storage._value))
    }

    @inline(__always)
    static func * (a: Self, b: Self) -> Self {
      Self(builtin: Builtin.fmul_Vec4xFPIEEE32(a._storage._value, b._storage._value))
    }

    @inline(__always)
    static func / (a: Self, b: Self) -> Self {
      Self(builtin: Builtin.fdiv_Vec4xFPIEEE32(a._storage._value, b._storage._value))
    }

    #if !KERNELS_PORTABLE || arch(arm64)
      @inline(__always)
      func addingProduct(_ a: Self, _ b: Self) -> Self {
        Self(builtin: Builtin.int_fma_Vec4xFPIEEE32(a._storage._value, b._storage._value, _storage._value))
      }
    #endif

    @inline(__always)
    func squareRoot() -> Self { Self(builtin: Builtin.int_sqrt_Vec4xFPIEEE32(_storage._value)) }

    @inline(__always)
    func replacing(with other: Self, where mask: SIMDMask<SIMD4<Int32>>) -> Self {
      let lanes = unsafeBitCast(mask, to: SIMD4<Int32>.self)._storage._value
      return Self(
        builtin: Builtin.select_Vec4xInt1_Vec4xFPIEEE32(
          Builtin.trunc_Vec4xInt32_Vec4xInt1(lanes), other._storage._value, _storage._value))
    }

    /// Converts each lane to the nearest float.
    @inline(__always)
    init(_ integers: SIMD4<Int32>) {
      self.init(builtin: Builtin.sitofp_Vec4xInt32_Vec4xFPIEEE32(integers._storage._value))
    }
  }

  extension SIMD4<Int32> {
    @inline(__always)
    private init(builtin: Builtin.Vec4xInt32) {
      self.init()
      _storage._value = builtin
    }

    @inline(__always)
    static func & (a: Self, b: Self) -> Self {
      Self(builtin: Builtin.and_Vec4xInt32(a._storage._value, b._storage._value))
    }

    @inline(__always)
    static func | (a: Self, b: Self) -> Self {
      Self(builtin: Builtin.or_Vec4xInt32(a._storage._value, b._storage._value))
    }

    /// - Precondition: the lanes of `b` are 0 to 31.
    @inline(__always)
    static func &<< (a: Self, b: Self) -> Self {
      Self(builtin: Builtin.shl_Vec4xInt32(a._storage._value, b._storage._value))
    }

    /// - Precondition: the lanes of `b` are 0 to 31.
    @inline(__always)
    static func &>> (a: Self, b: Self) -> Self {
      Self(builtin: Builtin.ashr_Vec4xInt32(a._storage._value, b._storage._value))
    }
  }
#endif

// MARK: Doubles. The library's conversions between vectors are functions of their own, which the linker could choose for
// other modules (`.ci/check-wide-instructions.py`); its square root calls the C library for each lane below zero.

/// The lanes as doubles.
@inline(__always)
func doubles(_ x: HalfVector) -> DoubleVector {
  #if !hasFeature(BuiltinModule)
    return DoubleVector(x)
  #else
    var result = DoubleVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.fpext_Vec8xFPIEEE32_Vec8xFPIEEE64(x._storage._value)
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.fpext_Vec4xFPIEEE32_Vec4xFPIEEE64(x._storage._value)
    #else
      result._storage._value = Builtin.fpext_Vec2xFPIEEE32_Vec2xFPIEEE64(x._storage._value)
    #endif
    return result
  #endif
}

/// The lanes rounded to floats.
@inline(__always)
func floats(_ x: DoubleVector) -> HalfVector {
  #if !hasFeature(BuiltinModule)
    return HalfVector(x)
  #else
    var result = HalfVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.fptrunc_Vec8xFPIEEE64_Vec8xFPIEEE32(x._storage._value)
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.fptrunc_Vec4xFPIEEE64_Vec4xFPIEEE32(x._storage._value)
    #else
      result._storage._value = Builtin.fptrunc_Vec2xFPIEEE64_Vec2xFPIEEE32(x._storage._value)
    #endif
    return result
  #endif
}

/// The square roots of the lanes.
@inline(__always)
func squareRoot(_ x: DoubleVector) -> DoubleVector {
  #if !hasFeature(BuiltinModule)
    return x.squareRoot()
  #else
    var result = DoubleVector()
    #if KERNELS_AVX512
      result._storage._value = Builtin.int_sqrt_Vec8xFPIEEE64(x._storage._value)
    #elseif KERNELS_AVX2
      result._storage._value = Builtin.int_sqrt_Vec4xFPIEEE64(x._storage._value)
    #else
      result._storage._value = Builtin.int_sqrt_Vec2xFPIEEE64(x._storage._value)
    #endif
    return result
  #endif
}
