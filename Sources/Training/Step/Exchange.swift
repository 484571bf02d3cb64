import KernelInterface
import Kernels
import Networks

/// The way in which the gradients of workers become one update: `OwnedExchange`, `ColumnExchange`, `InputExchange`, `PartialExchange`.
///
/// An exchange owns its workers; a worker's type holds what this exchange uses and nothing else. The choice of an exchange, and of the
/// reader that it is specialized for, is made once a run, by `StepEngine`.
protocol Exchange: AnyObject, Sendable {
  /// What one worker has of its own.
  associatedtype Worker: StepWorker

  var context: StepContext { get }
  var workers: [Worker] { get }

  /// The gradients' noise measured so far; nil where this exchange has none.
  var noise: GradientNoise? { get }

  /// Called by every worker before the first step of a range.
  func begin(_ worker: Worker, _ range: StepRange)

  /// One worker's part of a step. All workers call it for the same batch.
  func step(
    _ worker: Worker, _ batch: Batch, _ coefficients: StepCoefficients, _ sums: inout EpochPart, _ range: StepRange
  ) -> StepOutcome
}

extension Exchange {
  var noise: GradientNoise? { nil }
  func begin(_ worker: Worker, _ range: StepRange) {}
}

/// The end of a step, the same for all workers.
enum StepOutcome {
  case done
  /// Done, and the run may not go on.
  case last
  /// Not begun: the step before was the last.
  case notBegun
}
