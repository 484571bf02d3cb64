/// The treatment of samples that do not fill a whole batch at the end of an epoch. Raw values are the names of
/// `--last-batch`.
public enum LastBatch: String, Sendable, CaseIterable {
  /// They form a smaller batch, with its own mean.
  case keep
  /// They are left out of this epoch; with shuffling, other samples are left out of the next one.
  case drop
  /// They are distributed over the epoch's batches, whose sizes then differ by one sample at most.
  case merge
}

/// The division of an epoch's samples into batches: successive ranges of the epoch's order.
///
/// With M samples and a batch size B ≤ M, `keep` makes ⌈M/B⌉ batches; `drop` and `merge` make ⌊M/B⌋. A merged batch has fewer than 2B
/// samples, and no two differ by more than one.
package struct BatchDivision: Sendable, Equatable {
  /// The number of samples of the training split.
  package let samples: Int
  /// The configured batch size; at most `samples`.
  package let batchSize: Int
  /// The treatment of samples that do not fill a batch.
  package let lastBatch: LastBatch
  /// The number of batches of an epoch, at least one.
  package let steps: Int

  /// - Parameters:
  ///   - samples: the number of samples of the training split, at least one.
  ///   - batchSize: at least one; values above `samples` mean all samples.
  package init(samples: Int, batchSize: Int, lastBatch: LastBatch) {
    precondition(samples > 0 && batchSize > 0, "samples and batch size must be positive")
    self.samples = samples
    self.batchSize = min(batchSize, samples)
    self.lastBatch = lastBatch
    let whole = samples / self.batchSize
    steps = lastBatch == .keep && !samples.isMultiple(of: self.batchSize) ? whole + 1 : whole
  }

  /// The index in the epoch's order of the first sample of batch `step`, from 0; for `steps`, the end of the last
  /// batch.
  @inline(__always)
  package func start(of step: Int) -> Int {
    switch lastBatch {
    case .keep: min(samples, step * batchSize)
    case .drop: step * batchSize
    // Larger batches come first.
    case .merge: step * (samples / steps) + min(step, samples % steps)
    }
  }

  /// The number of samples of batch `step`, from 0; 0 from `steps` on.
  @inline(__always)
  package func size(of step: Int) -> Int { step < steps ? start(of: step + 1) - start(of: step) : 0 }

  /// The number of samples of the largest batch.
  package var largest: Int { size(of: 0) }

  /// The number of samples that an epoch trains on.
  package var samplesPerEpoch: Int { start(of: steps) }

  /// The number of samples in the first `steps` steps of a run, counted again in each epoch.
  package func samples(after steps: Int) -> Int {
    steps / self.steps * samplesPerEpoch + start(of: steps % self.steps)
  }

  /// The number of steps after which a run has trained on at least `count` samples, counted again in each epoch.
  package func steps(seeing count: Int) -> Int {
    let rest = count % samplesPerEpoch
    // Batches differ by one sample at most, except for a smaller last one, so that the first guess is close.
    var steps = rest / largest
    while start(of: steps) < rest { steps += 1 }
    return count / samplesPerEpoch * self.steps + steps
  }
}
