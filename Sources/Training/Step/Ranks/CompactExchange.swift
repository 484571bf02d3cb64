import Networks
import Ranks

/// The choice of the exchanges that leave out parameters of inactive inputs (`CompactSlice`): a pure function of network,
/// batch, input and ranks, with the same result on all ranks.
///
/// Only between hosts: in shared memory, packing takes longer than sending (`Benchmarks/Records/2026-11-29-ranks`).
struct CompactExchange: Sendable, Equatable {
  /// True if each rank sends only the groups of its gradient that are not zero.
  let ofGradients: Bool
  /// True if each rank sends only the parameters that the step has changed.
  let ofParameters: Bool

  /// The least fraction of the numbers that must be left out.
  private static let minimumSaved = 0.125

  /// - Parameter inputDensity: for each input the fraction of samples in which it is nonzero.
  init(_ layout: ParameterLayout, _ plan: StepPlan, inputDensity: [Float]) {
    guard plan.strategy == .partial, let ranks = plan.ranks, ranks.hosts > 1 else {
      (ofGradients, ofParameters) = (false, false)
      return
    }
    let share = Double(layout.layers[0].weightCount) / Double(layout.count)
    // (1 − p)ʳ: the probability that an input is zero in all of r rows.
    func saved(_ rows: Int) -> Double {
      share * inputDensity.reduce(0) { $0 + Self.power(1 - Double($1), rows) } / Double(inputDensity.count)
    }
    ofGradients = saved((plan.batchSize + ranks.size - 1) / ranks.size) >= Self.minimumSaved
    // Other updates change parameters with a zero gradient, too.
    ofParameters = ofGradients && plan.isPlainDescent && saved(plan.batchSize) >= Self.minimumSaved
  }

  /// A power by multiplications alone, whose rounding is that of every processor and library.
  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
