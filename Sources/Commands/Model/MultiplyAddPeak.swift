import Kernels

/// The most multiply-adds that one core does, measured.
enum MultiplyAddPeak {
  /// Operations a second, a multiplication and an addition counted as two: the best of several short runs, about 50 ms in all.
  static func measure(_ kernels: Kernels) -> Double {
    #if arch(arm64)
      let chains = 24
    #else
      let chains = kernels.instructionSet == .avx512 ? 24 : 12
    #endif
    let operations = Double(chains * kernels.shape.vectorWidth * 2)
    let clock = ContinuousClock()
    func rate(_ rounds: Int) -> Double {
      var sum: Float = 0
      let seconds = clock.measure { sum = kernels.samples.multiplyAddPeak(rounds) } / .seconds(1)
      // The sum converges to 1 a lane: using it keeps the work from being left out.
      return sum.isFinite ? Double(rounds) * operations / max(seconds, 1e-9) : 0
    }
    // The first run also wakes the core's wide units; it tells how many rounds take 5 ms.
    let rounds = max(1000, Int(rate(10_000) / operations * 0.005))
    return (0..<10).reduce(0) { best, _ in max(best, rate(rounds)) }
  }
}
