import ProcessorBuiltins

/// The instructions that a table of kernels was compiled for. Raw values are the names of `--instruction-set`.
public enum InstructionSet: String, CaseIterable, Sendable {
  case avx512
  case avx2
  case neon
  case portable

  /// What this processor runs, the fastest first. Asked of the processor itself, so an emulator's answer is its own.
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
