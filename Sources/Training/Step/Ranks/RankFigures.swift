import Kernels
import Ranks

/// The figures of the steps that ranks ran alone, and their exchange.
final class RankFigures: @unchecked Sendable {
  // Unchecked: used by the thread that runs step ranges, while no worker runs.
  /// For each rank its figures, in the order of `Figure`, then its squared errors, one per output.
  private let numbers: AlignedBuffer<Double>
  private let ranks: Int
  private let outputs: Int

  private enum Figure: Int, CaseIterable {
    case loss, correct, surplus, samples, gradientNorm
    /// 1 if the rank ran a step, else 0.
    case hasSteps
    /// The number in the epoch, from 1, of the step whose loss was not finite; 0 if all losses were finite.
    case divergence
  }

  /// - Parameter outputs: the number of outputs with squared errors; 0 for classes.
  init(ranks: Int, outputs: Int) {
    (self.ranks, self.outputs) = (ranks, outputs)
    numbers = AlignedBuffer(count: ranks * (Figure.allCases.count + outputs))
  }

  private func pointer(_ rank: Int) -> UnsafeMutablePointer<Double> {
    numbers.pointer + rank * (Figure.allCases.count + outputs)
  }

  private func value(_ figure: Figure, _ rank: Int) -> Double { pointer(rank)[figure.rawValue] }

  /// The messages with another rank.
  func messages(from rank: Int, with peer: Int) -> [RankMessages.Message] {
    let count = Figure.allCases.count + outputs
    return [
      .send(pointer(rank), count: count, of: numbers, to: peer),
      .receive(pointer(peer), count: count, of: numbers, from: peer),
    ]
  }

  /// Sets a rank's figures to those of its steps since the last mean.
  ///
  /// - Parameter firstStep: the number of the epoch's steps before them.
  func set(_ part: EpochSums, isDiverged: Bool, firstStep: Int, rank: Int) {
    let own = pointer(rank)
    own[Figure.loss.rawValue] = part.loss
    own[Figure.correct.rawValue] = part.correct
    own[Figure.surplus.rawValue] = part.surplus
    own[Figure.samples.rawValue] = Double(part.samples)
    own[Figure.gradientNorm.rawValue] = part.gradientNorm
    own[Figure.hasSteps.rawValue] = part.steps > 0 ? 1 : 0
    own[Figure.divergence.rawValue] = isDiverged ? Double(firstStep + part.steps) : 0
    for output in 0..<outputs {
      own[Figure.allCases.count + output] = part.squaredErrors.isEmpty ? 0 : part.squaredErrors[output]
    }
  }

  /// Adds the figures of all ranks, in their order.
  ///
  /// - Parameter end: the number of the epoch's steps up to this mean.
  func add(to total: inout EpochSums, end: Int) {
    if total.squaredErrors.isEmpty { total.squaredErrors = Array(repeating: 0, count: outputs) }
    var (norm, measured) = (0.0, 0.0)
    for rank in 0..<ranks {
      total.loss += value(.loss, rank)
      total.correct += value(.correct, rank)
      total.surplus += value(.surplus, rank)
      total.samples += Int(value(.samples, rank))
      norm += value(.gradientNorm, rank)
      measured += value(.hasSteps, rank)
      for output in 0..<outputs { total.squaredErrors[output] += pointer(rank)[Figure.allCases.count + output] }
    }
    total.gradientNorm = norm / max(measured, 1)
    total.steps = end
  }

  /// The lowest number of a diverged step among the ranks; nil if the losses of all ranks were finite.
  var firstDivergence: Int? {
    (0..<ranks).map { Int(value(.divergence, $0)) }.filter { $0 > 0 }.min()
  }
}
