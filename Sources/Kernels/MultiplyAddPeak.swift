import KernelInterface

/// The peak rate of multiply-adds of one core, measured by a loop in registers; no matrix product can exceed it.
package struct MultiplyAddPeak: Sendable {
  private let kernel: MultiplyAddPeakKernel
  /// The number of floating-point operations of a round, two per multiply-add.
  package let operations: Double

  /// - Precondition: the processor has the instruction set.
  package init(_ instructionSet: InstructionSet) {
    let table = kernelTable(for: instructionSet)
    kernel = table.multiplyAddPeak
    let chains =
      switch instructionSet {
      case .avx512, .amx, .neon: 24
      case .avx2, .portable: 12
      }
    operations = Double(2 * chains * table.products.shape.vectorWidth)
  }

  /// The seconds that a number of rounds takes on the calling thread.
  package func seconds(rounds: Int) -> Double {
    var sum: Float = 0
    let seconds = ContinuousClock().measure { sum = kernel(rounds) } / .seconds(1)
    // Using the sum, which converges to 1 per lane, prevents the compiler from removing the work.
    return sum.isFinite ? max(seconds, 1e-9) : .infinity
  }

  /// The operations per second over a number of rounds on the calling thread.
  package func rate(rounds: Int) -> Double { Double(rounds) * operations / seconds(rounds: rounds) }

  /// The highest rate of ten runs of 5 ms each.
  package func highestRate() -> Double {
    // The core needs this first run also to power up its wide vector units.
    let rounds = max(1000, Int(rate(rounds: 10_000) / operations * 0.005))
    return (0..<10).reduce(0) { highest, _ in max(highest, rate(rounds: rounds)) }
  }
}
