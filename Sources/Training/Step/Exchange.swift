import KernelInterface
import Kernels
import Networks

/// The algorithm that combines the workers' gradients into one update: `OwnedExchange`, `ColumnExchange`,
/// `InputExchange`, `PartialExchange`, `PartialRankExchange`, `OwnedRankExchange`.
///
/// Each exchange has a worker type of its own, with only the properties that it uses. `StepEngine` chooses the exchange
/// once per run, and specializes it for the reader of the inputs.
protocol Exchange: AnyObject, Sendable {
  /// The state of one worker.
  associatedtype Worker: StepWorker

  var context: StepContext { get }
  var workers: [Worker] { get }

  /// The gradient noise measured so far; nil if this exchange does not measure it.
  var noise: GradientNoise? { get }

  /// Called by every thread for its workers before the first step of a range.
  func begin(_ group: WorkerGroup<Worker>, _ range: StepRange)

  /// Runs the part of a step of one thread's workers. All threads call it for the same batch.
  func step(
    _ group: WorkerGroup<Worker>, _ batch: Batch, _ coefficients: StepCoefficients, _ sums: inout EpochSums,
    _ range: StepRange
  ) -> StepOutcome

  /// The number of barriers at which `step` waits for a whole batch, if there are several workers.
  ///
  /// - Parameter chunks: the number of chunks of the batch.
  static func barriers(_ plan: StepPlan, chunks: Int) -> Int
}

extension Exchange {
  var noise: GradientNoise? { nil }
  func begin(_ group: WorkerGroup<Worker>, _ range: StepRange) {}
}

/// The outcome of a step, the same for all workers.
enum StepOutcome {
  case done
  /// Finished; no further step of the range may begin.
  case last
  /// Not begun, since the previous step was the last of the range.
  case notBegun
}
