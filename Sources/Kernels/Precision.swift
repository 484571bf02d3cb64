import ProcessorBuiltins

/// The number format of the operands of dense matrix products. Sums, parameters, gradients and the optimizer's state are
/// float32 in each. Raw values are the names of `--precision`.
public enum Precision: String, CaseIterable, Sendable {
  /// Operands as they are.
  case float32
  /// Operands rounded to nearest bfloat16: 8 bits of significand, the exponents of float32.
  case bfloat16

  /// The precisions that this processor supports with an instruction set, `float32` first.
  public static func available(with instructionSet: InstructionSet) -> [Precision] {
    #if arch(x86_64)
      switch instructionSet {
      case .avx512 where processor_has_bfloat16_products(): return [.float32, .bfloat16]
      case .amx where instructionSet.isUsable: return [.float32, .bfloat16]
      default: break
      }
    #endif
    return [.float32]
  }

  /// The instruction sets with which this processor has `bfloat16`: none, one with vectors, and `amx`.
  package static let bfloat16Sets: [InstructionSet] = [.avx512, .amx].filter { available(with: $0).contains(.bfloat16) }

  /// True for Zen 4 of AMD with vectors, where these kernels were measured to be faster in bfloat16: its instruction has twice
  /// the rate of float32 (`Benchmarks/Records/2026-11-29-bfloat16`). Zen 5 and matrix units are not measured yet.
  package static func isFasterInBFloat16(with instructionSet: InstructionSet) -> Bool {
    instructionSet == .avx512 && available(with: instructionSet).contains(.bfloat16) && processor_is_amd()
      && processor_family() == 25
  }

  /// True for processors with products in bfloat16 on vectors that are not AMD's. On the Intel one that was measured they have
  /// half the rate of float32.
  package static var isBFloat16SlowOnVectors: Bool {
    available(with: InstructionSet.available[0]).contains(.bfloat16) && !processor_is_amd()
  }
}
