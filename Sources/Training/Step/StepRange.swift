/// The steps that a team runs without a pause.
struct StepRange: @unchecked Sendable {
  // Unchecked: `order` is read only, and outlives the range.
  /// The epoch's samples in their order.
  let order: UnsafePointer<Int32>
  let batches: BatchDivision
  /// Of the run, from 0.
  let epoch: Int
  /// Within the epoch.
  let steps: Range<Int>
  /// The figures of the epoch's steps before.
  let earlier: EpochPart
  /// The number, in the run, of the epoch's step 0.
  let firstStep: Int
  /// Whether the last step reports its gradient's norm.
  let measuresLast: Bool
  /// Whether every step does: what clipping needs.
  let measuresAll: Bool
  /// Steps from one whose gradient noise is measured to the next; nil for none.
  let noiseInterval: Int?
  let progress: RunProgress?
  let shouldStop: @Sendable () -> Bool

  /// The samples of a step of the epoch.
  func batch(step: Int) -> Batch {
    Batch(
      order: order + batches.start(of: step), rows: batches.size(of: step), next: batches.size(of: step + 1),
      epoch: epoch,
      measures: measuresAll || (measuresLast && step == steps.upperBound - 1),
      measuresNoise: noiseInterval.map { (firstStep + step) % $0 == 0 } ?? false)
  }
}

/// The samples of a step.
struct Batch {
  let order: UnsafePointer<Int32>
  let rows: Int
  /// Samples of the step after it, which follow in `order`.
  let next: Int
  /// Of the run, from 0.
  let epoch: Int
  /// Whether the gradient's norm is wanted before the update.
  let measures: Bool
  /// Whether the noise of the gradient is.
  let measuresNoise: Bool
}
