/// The treatment of samples that fill no whole batch at the end of an epoch. Raw values are the names of `--last-batch`.
public enum LastBatch: String, Sendable, CaseIterable {
  /// A smaller batch of their own, with its own mean.
  case keep
  /// Left out of this epoch; with shuffling, others are left out of the next one.
  case drop
  /// Spread over the epoch's batches, some of which have one sample more than others.
  case merge
}

/// The division of an epoch's samples into batches: each a range of the epoch's order, one after the other.
///
/// With M samples and a batch size B ≤ M, `keep` makes ⌈M/B⌉ batches; `drop` and `merge` make ⌊M/B⌋. A merged batch has fewer than 2B
/// samples, and no two differ by more than one.
public struct BatchDivision: Sendable, Equatable {
  /// Samples of the training split.
  public let samples: Int
  /// Samples a batch, as asked for; at most `samples`.
  public let batchSize: Int
  public let lastBatch: LastBatch
  /// Batches of an epoch, at least one.
  public let steps: Int

  /// - Parameters:
  ///   - samples: of the training split, at least one.
  ///   - batchSize: at least one; more than `samples` is all of them.
  public init(samples: Int, batchSize: Int, lastBatch: LastBatch) {
    precondition(samples > 0 && batchSize > 0, "batches have samples")
    self.samples = samples
    self.batchSize = min(batchSize, samples)
    self.lastBatch = lastBatch
    let whole = samples / self.batchSize
    steps = lastBatch == .keep && !samples.isMultiple(of: self.batchSize) ? whole + 1 : whole
  }

  /// The place in the epoch's order at which batch `step`, from 0, begins; of `steps`, the end of the last batch.
  @inline(__always)
  public func start(of step: Int) -> Int {
    switch lastBatch {
    case .keep: min(samples, step * batchSize)
    case .drop: step * batchSize
    // Larger batches come first.
    case .merge: step * (samples / steps) + min(step, samples % steps)
    }
  }

  /// Samples of batch `step`, from 0; none from `steps` on.
  @inline(__always)
  public func size(of step: Int) -> Int { step < steps ? start(of: step + 1) - start(of: step) : 0 }

  /// Samples of the largest batch.
  public var largest: Int { size(of: 0) }

  /// Samples that an epoch trains on.
  public var samplesPerEpoch: Int { start(of: steps) }

  /// Samples that `steps` steps of a run have seen, those of later epochs again.
  public func samples(after steps: Int) -> Int {
    steps / self.steps * samplesPerEpoch + start(of: steps % self.steps)
  }

  /// Steps with which a run has seen so many samples, those of later epochs again: the step that reaches them included.
  public func steps(seeing count: Int) -> Int {
    let rest = count % samplesPerEpoch
    // Batches differ by one sample at most, or by a smaller last one: a first guess is near.
    var steps = rest / largest
    while start(of: steps) < rest { steps += 1 }
    return count / samplesPerEpoch * self.steps + steps
  }
}
