import Kernels
import Synchronization

/// How a stretch of steps ended before its time.
enum StepInterruption: Int, Sendable {
  case none = 0
  /// A loss that is not finite.
  case diverged = 1
  /// Somebody asked for it.
  case stopped = 2
}

/// What the workers of a step tell each other: each writes places of its own before a barrier, and reads the others' after it.
final class StepShared: @unchecked Sendable {
  // Unchecked: see above; `status` is written by worker 0 before a step's last barrier and read by all after it, of a divided step before
  // the first barrier of the next one.
  /// Each worker's sum of losses and of hits, 64 bytes apart.
  let sums: AlignedBuffer<Double>
  /// Each worker's Σ g² over its shard's gradient and over its share of the batch's, 64 bytes apart; see `NoiseMeasurement.swift`.
  let noiseSquares: AlignedBuffer<Double>
  /// Over the run; worker 0's.
  var noise = GradientNoise()
  /// Σ g² of each block of the gradient.
  let gradientSquares: AlignedBuffer<Double>
  /// Σ w² of each block of the weights.
  let weightSquares: AlignedBuffer<Double>
  /// The value of each block of the weights in the objective's terms but `l2`; without room where there are none.
  let termValues: AlignedBuffer<Double>
  /// Each worker's sums of squared errors, one an output; without room where targets are classes.
  let errors: AlignedBuffer<Double>
  /// Sums of squared errors of a stretch of steps, one an output.
  let errorTotals: AlignedBuffer<Double>
  /// From one worker's errors to the next one's: whole cache lines.
  let errorStride: Int
  private let state = Atomic<Int>(StepInterruption.none.rawValue)

  init(workers: Int, gradientBlocks: Int, weightBlocks: Int, targetWidth: Int, hasTerms: Bool) {
    errorStride = (targetWidth + 7) / 8 * 8
    errors = AlignedBuffer(count: workers * errorStride)
    errorTotals = AlignedBuffer(count: targetWidth)
    sums = AlignedBuffer(count: 8 * workers)
    noiseSquares = AlignedBuffer(count: 8 * workers)
    gradientSquares = AlignedBuffer(count: gradientBlocks)
    weightSquares = AlignedBuffer(count: weightBlocks)
    termValues = AlignedBuffer(count: hasTerms ? weightBlocks : 0)
  }

  var status: StepInterruption {
    get { StepInterruption(rawValue: state.load(ordering: .relaxed)) ?? .none }
    set { state.store(newValue.rawValue, ordering: .relaxed) }
  }
}
