import KernelInterface
import Kernels
import Networks

/// The measurement of a data-parallel step's gradient noise.
///
/// A worker writes the squares of its shard's gradient before the step's first barrier, and those of its slices of the
/// whole gradient between the two barriers. Worker 0 reads each of them after the barrier that follows the writing, and
/// before the next one; workers write them again only after that.
final class NoiseMeasurement: @unchecked Sendable {
  // Unchecked: see above.
  private let kernels: Kernels
  private let workers: Int
  private let blocks: [FlatRange]
  /// Each worker's Σ g² over its shard's gradient and over its slices of the batch's gradient, 64 bytes apart.
  private let squares: AlignedBuffer<Double>
  /// Means over the shards of the current step.
  private var shards = (squares: 0.0, inverse: 0.0)
  /// The sums over the run.
  private(set) var noise = GradientNoise()

  init(_ network: FastNetwork, workers: Int, blocks: [FlatRange]) {
    kernels = network.kernels
    self.workers = workers
    self.blocks = blocks
    squares = AlignedBuffer(count: 8 * workers)
  }

  /// Computes Σ g² of a worker's gradient, which is a sum over its shard.
  func measureShard(_ worker: Int, _ gradient: AlignedBuffer<Float>) {
    var sum = 0.0
    for block in blocks {
      sum += kernels.elementwise.sumOfSquares(UnsafePointer(gradient.pointer + block.offset), block.count)
    }
    squares.pointer[8 * worker] = sum
  }

  /// Sets a worker's Σ g² of the batch's gradient to zero, before it measures its slices.
  func clear(_ worker: Int) { squares.pointer[8 * worker + 1] = 0 }

  /// Adds the squares of a piece of the reduced gradient, which is a sum over the batch, to a worker's Σ g².
  @inline(__always)
  func measure(_ worker: Int, _ piece: Floats, _ count: Int) {
    squares.pointer[8 * worker + 1] += kernels.elementwise.sumOfSquares(piece, count)
  }

  /// Computes the means over shards of |g_w|² and 1/b_w. Called by worker 0 between the step's barriers.
  func meanOfShards(_ batch: Batch) {
    var (sum, inverse, count) = (0.0, 0.0, 0.0)
    for worker in 0..<workers {
      let rows = Shard(index: worker, count: workers).range(of: batch.rows).count
      guard rows > 0 else { continue }
      sum += squares.pointer[8 * worker] / Double(rows) / Double(rows)
      inverse += 1 / Double(rows)
      count += 1
    }
    shards = (sum / count, inverse / count)
  }

  /// Adds the step to `noise`. Called by worker 0 after the step's last barrier.
  func add(_ batch: Batch) {
    var sum = 0.0
    for worker in 0..<workers { sum += squares.pointer[8 * worker + 1] }
    noise.add(
      shardSquares: shards.squares, shardInverse: shards.inverse,
      batchSquares: sum / Double(batch.rows) / Double(batch.rows), samples: batch.rows)
  }
}
