import ProcessorBuiltins

/// The instruction set that a table of kernels is compiled for. Raw values are the names of `--instruction-set`.
public enum InstructionSet: String, CaseIterable, Sendable {
  /// AVX-512 of x86-64: vectors of 16 floats.
  case avx512
  /// AVX2 and FMA of x86-64: vectors of 8 floats.
  case avx2
  /// NEON of Arm: vectors of 4 floats.
  case neon
  /// Every processor: vectors of 4 floats.
  case portable

  /// The instruction sets that this processor supports, the fastest first. Read from `cpuid`, so that the list is right
  /// under an emulator, too.
  public static let available: [InstructionSet] = {
    #if arch(x86_64)
      var sets: [InstructionSet] = []
      if processor_has_avx512() { sets.append(.avx512) }
      if processor_has_avx2() { sets.append(.avx2) }
      return sets + [.portable]
    #elseif arch(arm64)
      return [.neon, .portable]
    #else
      return [.portable]
    #endif
  }()
}
