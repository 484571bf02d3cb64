import KernelInterface
import Kernels
import Networks

/// The algorithm that combines the workers' gradients into one update: `OwnedExchange`, `ColumnExchange`,
/// `InputExchange`, `PartialExchange`.
///
/// An exchange owns its workers, whose type has only what this exchange uses. `StepEngine` chooses the exchange, and
/// the reader that it is specialized for, once per run.
protocol Exchange: AnyObject, Sendable {
  /// The state of one worker.
  associatedtype Worker: StepWorker

  var context: StepContext { get }
  var workers: [Worker] { get }

  /// The gradient noise measured so far; nil if this exchange does not measure it.
  var noise: GradientNoise? { get }

  /// Called by every worker before the first step of a range.
  func begin(_ worker: Worker, _ range: StepRange)

  /// Runs one worker's share of a step. All workers call it for the same batch.
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
  /// Finished, and the run must end.
  case last
  /// Not begun: the previous step was the last.
  case notBegun
}
