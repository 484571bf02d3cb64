import Kernels

/// What a `partial` step tells of its gradient's noise. A worker writes the squares of its shard's gradient before the
/// step's first barrier, and those of its share of the whole gradient between the two; worker 0 reads each after the
/// barrier that follows, before it comes to the next one, and only past that one are they written again.
extension StepEngine {
  /// Σ g² over the worker's own gradient, a sum over its shard.
  func measureShard(_ worker: StepWorker) {
    var squares = 0.0
    for block in gradientBlocks {
      squares += network.kernels.elementwise.sumOfSquares(
        UnsafePointer(worker.gradient.pointer + block.offset), block.count)
    }
    shared.noiseSquares.pointer[8 * worker.index] = squares
  }

  /// Adds a piece of the reduced gradient, a sum over the batch, to the worker's share of Σ g².
  @inline(__always)
  func measureReduced(_ worker: StepWorker, _ piece: UnsafePointer<Float>, _ count: Int) {
    shared.noiseSquares.pointer[8 * worker.index + 1] += network.kernels.elementwise.sumOfSquares(piece, count)
  }

  /// Worker 0, between the step's barriers: the shards' part, as means over shards of |g_w|² and 1/b_w.
  func shardNoise(_ batch: BatchView) -> (squares: Double, inverse: Double) {
    var (squares, inverse, shards) = (0.0, 0.0, 0.0)
    for index in 0..<plan.workers {
      let rows = batch.rows * (index + 1) / plan.workers - batch.rows * index / plan.workers
      guard rows > 0 else { continue }
      squares += shared.noiseSquares.pointer[8 * index] / Double(rows) / Double(rows)
      inverse += 1 / Double(rows)
      shards += 1
    }
    return (squares / shards, inverse / shards)
  }

  /// Worker 0, after the step's last barrier: |g|² of the batch's mean gradient.
  func batchNoise(_ batch: BatchView) -> Double {
    var squares = 0.0
    for index in 0..<plan.workers { squares += shared.noiseSquares.pointer[8 * index + 1] }
    return squares / Double(batch.rows) / Double(batch.rows)
  }
}
