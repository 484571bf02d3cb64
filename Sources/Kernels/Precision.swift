import ProcessorBuiltins

/// The number format of the operands of dense matrix products. Sums, parameters, gradients and the optimizer's state are
/// float32 in each. Raw values are the names of `--precision`.
public enum Precision: String, CaseIterable, Sendable {
  /// Operands as they are.
  case float32
  /// Operands rounded to nearest bfloat16: 8 bits of significand, the exponents of float32.
  case bfloat16

  /// The precisions that this processor supports with an instruction set, `float32` first, from `cpuid`.
  public static func available(with instructionSet: InstructionSet) -> [Precision] {
    #if arch(x86_64)
      if instructionSet == .avx512, processor_has_bfloat16_products() { return [.float32, .bfloat16] }
    #endif
    return [.float32]
  }

  /// True for AMD processors with bfloat16 products, which run at twice the rate of float32 ones. On the Intel
  /// processor that was measured they are slower (`Benchmarks/Records/2026-11-29-bfloat16`).
  package static var isFasterInBFloat16: Bool {
    available(with: InstructionSet.available[0]).contains(.bfloat16) && processor_is_amd()
  }
}
