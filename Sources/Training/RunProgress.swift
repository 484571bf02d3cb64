import Synchronization

/// How far a run has come, for another thread to look at while an epoch is under way.
///
/// The training thread writes, once a step; any thread reads. Figures of one reading may stem from two adjacent steps.
public final class RunProgress: Sendable {
  private let epochNumber = Atomic<Int>(0)
  private let earlierSteps = Atomic<Int>(0)
  private let earlierSamples = Atomic<Int>(0)
  private let epochSteps = Atomic<Int>(0)
  private let epochSamples = Atomic<Int>(0)
  private let lossBits = Atomic<UInt64>(0)
  private let correctBits = Atomic<UInt64>(0)

  /// One look at a run.
  public struct Reading: Sendable, Equatable {
    /// The epoch in work, from 1; 0 before the first.
    public var epoch: Int
    /// Steps of the run.
    public var steps: Int
    /// Samples that the run has trained on, those of later epochs again.
    public var samples: Int
    /// Samples of this epoch so far.
    public var epochSamples: Int
    /// The mean loss of this epoch so far; nil before its first step.
    public var loss: Double?
    /// The share of this epoch's samples whose answer was correct; nil before its first step, without meaning where outputs are no classes.
    public var accuracy: Double?
  }

  /// The state of the run now.
  public var reading: Reading {
    let samples = epochSamples.load(ordering: .relaxed)
    func mean(_ sum: borrowing Atomic<UInt64>) -> Double? {
      samples > 0 ? Double(bitPattern: sum.load(ordering: .relaxed)) / Double(samples) : nil
    }
    return Reading(
      epoch: epochNumber.load(ordering: .relaxed),
      steps: earlierSteps.load(ordering: .relaxed) + epochSteps.load(ordering: .relaxed),
      samples: earlierSamples.load(ordering: .relaxed) + samples, epochSamples: samples, loss: mean(lossBits),
      accuracy: mean(correctBits))
  }

  /// An epoch begins, after `steps` steps of the run.
  func begin(epoch: Int, steps: Int) {
    epochSteps.store(0, ordering: .relaxed)
    earlierSamples.wrappingAdd(epochSamples.exchange(0, ordering: .relaxed), ordering: .relaxed)
    earlierSteps.store(steps, ordering: .relaxed)
    epochNumber.store(epoch, ordering: .relaxed)
  }

  /// Steps of the run.
  var steps: Int { earlierSteps.load(ordering: .relaxed) + epochSteps.load(ordering: .relaxed) }

  /// A run goes on in an epoch of which a part is done.
  func resume(epoch: Int, steps: Int, part: EpochPart) {
    begin(epoch: epoch, steps: steps - part.steps)
    epochSteps.store(part.steps, ordering: .relaxed)
    epochSamples.store(part.samples, ordering: .relaxed)
    lossBits.store(part.loss.bitPattern, ordering: .relaxed)
    correctBits.store(part.correct.bitPattern, ordering: .relaxed)
  }

  /// One more step.
  ///
  /// - Parameter part: the epoch so far; losses, correct answers and samples include this step, `steps` not yet.
  @inline(__always)
  func note(_ part: borrowing EpochPart) {
    epochSteps.store(part.steps + 1, ordering: .relaxed)
    epochSamples.store(part.samples, ordering: .relaxed)
    lossBits.store(part.loss.bitPattern, ordering: .relaxed)
    correctBits.store(part.correct.bitPattern, ordering: .relaxed)
  }
}
