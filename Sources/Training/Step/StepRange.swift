/// A range of steps of one epoch that a team runs without a pause.
struct StepRange: @unchecked Sendable {
  // Unchecked: `order` is read-only and outlives the range.
  /// The epoch's samples, in order.
  let order: UnsafePointer<Int32>
  let batches: BatchDivision
  /// The index of the epoch in the run, from 0.
  let epoch: Int
  /// The index in the run of the epoch's first step.
  let firstStep: Int
  /// The indices of the steps in the epoch, from 0.
  var steps: Range<Int>
  /// The sums over the epoch's earlier steps.
  var earlier = EpochSums()
  var measures = StepMeasures()
  var observer = StepObserver()
  /// The shard of each batch that is trained on; nil for all of it.
  var shard: Shard?

  /// The samples of a step of the epoch.
  func batch(step: Int) -> Batch {
    var (start, rows, next) = (batches.start(of: step), batches.size(of: step), batches.size(of: step + 1))
    if let shard {
      let range = shard.range(of: rows)
      // The shard of the next batch does not follow.
      (start, rows, next) = (start + range.lowerBound, range.count, 0)
    }
    return Batch(
      order: order + start, rows: rows, next: next, epoch: epoch,
      measuresNorm: measures.allNorms || step == measures.normStep,
      measuresNoise: measures.noiseInterval.map { (firstStep + step) % $0 == 0 } ?? false)
  }
}

/// The measurements of a range's steps.
struct StepMeasures: Sendable {
  /// The index in the epoch of the step that reports its gradient norm, the epoch's last one; nil for none.
  var normStep: Int?
  /// True if every step measures its gradient norm, as clipping requires.
  var allNorms = false
  /// The interval in steps between measurements of gradient noise; nil for none.
  var noiseInterval: Int?
}

/// The receiver of a range's progress, and the reasons for which it may end early. Without any it runs to its end.
struct StepObserver: Sendable {
  var progress: RunProgress?
  /// A request that ends the range after the current step; nil for a range to be run to its end.
  var stop: StopRequest?
  /// Called by worker 0 after each step with the number of the run's steps; true ends the range.
  var shouldPause: (@Sendable (_ stepsDone: Int) -> Bool)?

  /// True if the range ends after the current step. Called by worker 0, on the thread of the task that may be canceled.
  var endsEarly: Bool {
    // `guard let` would hold the request during the calls below, and count a reference in every step.
    guard stop != nil else { return false }
    return stop?.isSet ?? false || Task.isCancelled || shouldPause?(progress?.steps ?? 0) ?? false
  }
}

extension StepRange {
  /// Adjacent steps of the range.
  ///
  /// - Parameter earlier: the sums over the epoch's steps before them.
  func subrange(_ steps: Range<Int>, after earlier: EpochSums) -> StepRange {
    var part = self
    (part.steps, part.earlier) = (steps, earlier)
    return part
  }

  /// Steps of the same epoch on a shard of each batch, without earlier figures, to be run to their end.
  ///
  /// - Parameter measuresNorm: true if the last step reports its gradient norm.
  func alone(_ steps: Range<Int>, _ shard: Shard, measuresNorm: Bool) -> StepRange {
    StepRange(
      order: order, batches: batches, epoch: epoch, firstStep: firstStep, steps: steps,
      measures: StepMeasures(normStep: measuresNorm ? steps.upperBound - 1 : nil), shard: shard)
  }
}

/// One of `count` adjacent parts of a batch's rows, or of blocks, panels or workers that threads divide among them; their
/// sizes differ by one at most.
struct Shard: Sendable {
  let index: Int
  let count: Int

  /// The part of the numbers 0..<`total`.
  @inline(__always)
  func range(of total: Int) -> Range<Int> { (total * index / count)..<(total * (index + 1) / count) }
}

/// The samples of a step.
struct Batch {
  let order: UnsafePointer<Int32>
  let rows: Int
  /// The number of samples of the next step, which follow in `order`.
  let next: Int
  /// The index of the epoch in the run, from 0.
  let epoch: Int
  /// True if the gradient norm is needed before the update.
  let measuresNorm: Bool
  /// True if the gradient noise is measured.
  let measuresNoise: Bool
}

/// A chunk of a batch: samples whose rows are in the buffers at the same time.
struct Chunk {
  let batch: Batch
  /// The index of its first row within the batch.
  let first: Int
  let count: Int
  /// The number of rows of the following chunk, in this batch or the next.
  let nextCount: Int
  /// The indices of its samples, then those of the next chunk.
  let order: UnsafePointer<Int32>

  /// - Parameter capacity: the largest number of rows of a chunk.
  @inline(__always)
  init(_ batch: Batch, first: Int, capacity: Int) {
    self.batch = batch
    self.first = first
    count = min(capacity, batch.rows - first)
    nextCount = max(0, min(capacity, batch.rows + batch.next - first - count))
    order = batch.order + first
  }

  var isWholeBatch: Bool { count == batch.rows }
  var endsBatch: Bool { first + count == batch.rows }
}
