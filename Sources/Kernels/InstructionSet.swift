import ProcessorBuiltins

/// The instruction set that a table of kernels is compiled for. Raw values are the names of `--instruction-set`.
///
/// `avx512`, `avx2`, `neon` and `portable` have vectors and all kernels. `amx` is `avx512` with products in bfloat16 on the
/// processor's matrix unit.
public enum InstructionSet: String, CaseIterable, Sendable {
  /// AVX-512 of x86-64: vectors of 16 floats.
  case avx512
  /// AVX2 and FMA of x86-64: vectors of 8 floats.
  case avx2
  /// NEON of Arm: vectors of 4 floats.
  case neon
  /// Every processor: vectors of 4 floats.
  case portable
  /// AMX of x86-64, with AVX-512: tiles of 16 × 32 bfloat16 numbers.
  case amx

  /// The instruction sets with vectors that this processor supports, the fastest first. Read from `cpuid`, so that the
  /// list is right under an emulator, too.
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

  /// `available`, and `amx` if the processor has it. The operating system may still refuse it: `isUsable`.
  public static let supportedByProcessor: [InstructionSet] = available + (processor_describes_tiles() ? [.amx] : [])

  /// True if this process may use the instruction set.
  ///
  /// For `amx` the operating system is asked, once, which has an effect: it refuses signal stacks that are too small for
  /// the tiles' contents from then on. So only `usable`, a choice of `amx` and work in bfloat16 ask.
  public var isUsable: Bool { self == .amx ? Self.permitsTiles : Self.available.contains(self) }

  /// The instruction sets that this process may use: `supportedByProcessor` without `amx` if the operating system refuses it.
  public static var usable: [InstructionSet] { supportedByProcessor.filter(\.isUsable) }

  private static let permitsTiles = processor_permits_tiles()
}
