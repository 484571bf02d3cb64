import Kernels

/// One core's multiply-add rate from registers alone, the highest of all measurements: a bound on every product.
struct HighestPeak {
  private let peak: MultiplyAddPeak
  /// GFLOP/s; a multiplication and an addition are two operations.
  private(set) var rate = 0.0

  init(_ kernels: Kernels) { peak = MultiplyAddPeak(kernels.instructionSet) }

  /// Measures once more, in about 3 ms. Beside each kernel, so that a processor that changes its clock is compared with itself.
  mutating func measure() {
    for _ in 0..<10 { rate = max(rate, peak.rate(rounds: 10_000) * 1e-9) }
  }
}
