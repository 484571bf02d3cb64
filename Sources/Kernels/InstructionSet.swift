import ProcessorBuiltins

/// The instruction set that a table of kernels is compiled for. Raw values are the names of `--instruction-set`.
public enum InstructionSet: String, CaseIterable, Sendable {
  case avx512
  case avx2
  case neon
  case portable

  /// The instruction sets that this processor supports, the fastest first, from `cpuid`, so that the answer holds under
  /// an emulator.
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
