import Kernels
import Networks

/// The update of one worker's slices of the weights: computes their gradients over whole chunks and applies them at
/// once.
struct SliceUpdate<Input: InputLayer>: Sendable {
  private let context: StepContext
  private let worker: Int
  private let slices: AlignedBuffer<GradientSlice>
  private let gradients: SliceGradients<Input>
  private let clock: StepClock

  /// - Parameter rows: the largest number of rows of a chunk.
  init(_ context: StepContext, worker: Int, _ slices: [GradientSlice], rows: Int) {
    self.context = context
    self.worker = worker
    self.slices = AlignedBuffer(slices)
    gradients = SliceGradients(context.network, rows: rows)
    clock = context.clock(of: worker)
  }

  /// Computes the gradients of the slices over the chunk. Applies them at once if the chunk is the whole batch and the
  /// gradient's norm is not needed; else adds them to the shared gradient. Worker 0 also reduces the metrics.
  @inline(__always)
  func update(
    _ chunk: Chunk, _ inputs: Input.Rows, _ rows: TrainingRows, _ coefficients: StepCoefficients,
    _ sums: inout EpochSums, _ range: StepRange
  ) {
    if worker == 0 {
      if chunk.first == 0 { context.metrics.clear(0) }
      context.metrics.accumulate(rows, chunk.count, 0)
      if chunk.endsBatch {
        context.metrics.reduce(
          chunk.batch, penalty: context.clipAndUpdate.penalty(rows: chunk.batch.rows), into: &sums, range)
      }
      clock.mark(.output)
    }
    if chunk.isWholeBatch, !chunk.batch.measuresNorm {
      var index = 0
      while index < slices.count {
        gradients.update(slices.pointer[index], inputs, rows, count: chunk.count, by: coefficients.update)
        index += 1
      }
    } else {
      var index = 0
      while index < slices.count {
        gradients.accumulate(
          slices.pointer[index], inputs, rows, count: chunk.count, into: context.clipAndUpdate.gradient.pointer,
          adds: chunk.first > 0)
        index += 1
      }
    }
    clock.mark(.gradient)
  }
}

extension StepContext {
  /// True if a step of `owned` collects its gradient in the shared buffer before it is applied: if its norm is needed, or
  /// the batch has several chunks.
  @inline(__always)
  func collects(_ batch: Batch) -> Bool { batch.measuresNorm || batch.rows > decision.chunkRows }

  /// Applies a collected gradient. Called after a barrier.
  @inline(__always)
  func applyCollected(
    _ group: WorkerGroup<some StepWorker>, _ coefficients: StepCoefficients, _ sums: inout EpochSums
  ) {
    clipAndUpdate.apply(group, coefficients, metrics: metrics, &sums)
    group.clock.mark(.update)
    group.wait()
  }

  /// Ends a step whose first layer is divided.
  @inline(__always)
  func endDividedStep(
    _ group: WorkerGroup<some StepWorker>, _ batch: Batch, _ coefficients: StepCoefficients, _ sums: inout EpochSums
  ) {
    if mustEndWithBarrier(batch) { group.wait() }
    if collects(batch) { applyCollected(group, coefficients, &sums) }
  }
}

// The barriers of these functions for a whole batch.
extension StepContext {
  private static func collects(_ plan: StepPlan, chunks: Int) -> Bool { chunks > 1 || plan.clipNorm != nil }

  /// The barriers of `applyCollected`; 0 if the step does not collect its gradient.
  static func collectedBarriers(_ plan: StepPlan, chunks: Int) -> Int {
    collects(plan, chunks: chunks) ? ClipAndUpdate.barriers(plan) + 1 : 0
  }

  /// The barriers of `endDividedStep`.
  static func dividedEndBarriers(_ plan: StepPlan, chunks: Int) -> Int {
    (collects(plan, chunks: chunks) || plan.needsFinalWeights ? 1 : 0) + collectedBarriers(plan, chunks: chunks)
  }
}
