/// The noise of mini-batch gradients, summed over training steps: McCandlish, Kaplan, Amodei et al. (2018), "An
/// Empirical Model of Large-Batch Training", appendix A.1.
///
/// A mean gradient over b samples has E|g|² = |G|² + tr Σ / b, where G is the true gradient and Σ the covariance of one
/// sample's. Two batch sizes give two equations. The shards of a `partial` step are the small batches, their union is
/// the large one:
///
///     tr Σ = (mean over shards |g_w|² − |g|²) / (mean over shards 1/b_w − 1/B)
///     |G|² = |g|² − tr Σ / B
///
/// which is the paper's estimator for shards of equal size. Both are unbiased; their ratio is not, so numerator and
/// denominator are summed separately. The gradients are those of the samples: without regularization terms, before
/// clipping. A full batch, too, is regarded as a random draw of samples.
public struct GradientNoise: Sendable, Equatable {
  /// Σ over steps of the estimate of |G|².
  public var squaredNorm: Double
  /// Σ over steps of the estimate of tr Σ.
  public var trace: Double
  /// The number of measured steps: those with at least two shards.
  public var steps: Int

  package init(squaredNorm: Double = 0, trace: Double = 0, steps: Int = 0) {
    self.squaredNorm = squaredNorm
    self.trace = trace
    self.steps = steps
  }

  /// The simple noise scale, tr Σ / |G|²: the batch size, in samples, above which larger batches save few steps. nil
  /// before the first measured step, and while the estimate of |G|² is not positive, as can happen after few
  /// measurements.
  public var scale: Double? {
    let ratio = trace / squaredNorm
    return steps > 0 && squaredNorm > 0 && ratio.isFinite ? max(0, ratio) : nil
  }

  /// The difference from earlier sums of the same run.
  package func since(_ earlier: GradientNoise) -> GradientNoise {
    GradientNoise(
      squaredNorm: squaredNorm - earlier.squaredNorm, trace: trace - earlier.trace, steps: steps - earlier.steps)
  }

  /// Adds one step.
  ///
  /// - Parameters:
  ///   - shardSquares: the mean over shards of |g_w|², the squared norm of a shard's mean gradient.
  ///   - shardInverse: the mean over shards of 1/b_w, with b_w samples per shard.
  ///   - batchSquares: |g|², of the batch's mean gradient.
  ///   - samples: B, greater than every b_w.
  @inline(__always)
  mutating func add(shardSquares: Double, shardInverse: Double, batchSquares: Double, samples: Int) {
    let inverse = 1 / Double(samples)
    let variance = (shardSquares - batchSquares) / (shardInverse - inverse)
    // A step that diverges must not make the sums of earlier steps NaN.
    guard variance.isFinite, batchSquares.isFinite else { return }
    trace += variance
    squaredNorm += batchSquares - variance * inverse
    steps += 1
  }
}
