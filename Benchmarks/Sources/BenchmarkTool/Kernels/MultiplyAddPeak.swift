import KernelInterface
import Kernels

/// One core's multiply-add rate from registers alone, which no product can pass.
struct MultiplyAddPeak {
  let kernels: Kernels
  /// GFLOP/s, the best of all that was measured; a multiplication and an addition are two operations.
  private(set) var rate = 0.0

  init(_ kernels: Kernels) { self.kernels = kernels }

  /// Independent sums of the kernel; see `MultiplyAddPeakKernel`.
  private var chains: Int {
    switch kernels.instructionSet {
    case .avx512, .neon: 24
    case .avx2, .portable: 12
    }
  }

  /// Measures once more: some 3 ms. Beside each kernel, so that a processor that changes its clock is compared with itself.
  mutating func measure() {
    let rounds = 10_000
    let operations = Double(2 * chains * kernels.shape.vectorWidth * rounds)
    var sum: Float = 0
    for _ in 0..<10 {
      let start = now()
      sum += kernels.samples.multiplyAddPeak(rounds)
      rate = max(rate, operations / (now() - start) * 1e-9)
    }
    precondition(sum.isFinite, "x ↦ 0.9 x + 0.1 stays where it is")
  }
}
