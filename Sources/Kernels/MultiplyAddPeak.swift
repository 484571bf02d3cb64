import KernelInterface

/// A loop of multiply-adds in registers: the rate of one core that no product can exceed.
package struct MultiplyAddPeak: Sendable {
  private let kernel: MultiplyAddPeakKernel
  /// Floating-point operations of a round; a multiplication and an addition are two.
  package let operations: Double

  /// - Precondition: the processor has the instruction set.
  package init(_ instructionSet: InstructionSet) {
    kernel = multiplyAddPeakKernel(for: instructionSet)
    let chains =
      switch instructionSet {
      case .avx512, .neon: 24
      case .avx2, .portable: 12
      }
    operations = Double(2 * chains * productKernels(for: instructionSet).shape.vectorWidth)
  }

  /// Seconds of so many rounds, on the calling thread.
  package func seconds(rounds: Int) -> Double {
    var sum: Float = 0
    let seconds = ContinuousClock().measure { sum = kernel(rounds) } / .seconds(1)
    // Using the sum, which converges to 1 per lane, prevents the compiler from removing the work.
    return sum.isFinite ? max(seconds, 1e-9) : .infinity
  }

  /// Operations per second of so many rounds, on the calling thread.
  package func rate(rounds: Int) -> Double { Double(rounds) * operations / seconds(rounds: rounds) }

  /// The highest rate of ten runs of 5 ms each.
  package func highestRate() -> Double {
    // The first run also wakes the core's wide vector units.
    let rounds = max(1000, Int(rate(rounds: 10_000) / operations * 0.005))
    return (0..<10).reduce(0) { highest, _ in max(highest, rate(rounds: rounds)) }
  }
}
