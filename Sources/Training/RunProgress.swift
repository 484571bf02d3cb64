import Synchronization

/// The progress of a run, readable from other threads during an epoch.
///
/// The training thread writes, once a step; any thread reads. The values of one reading may be from two adjacent steps.
public final class RunProgress: Sendable {
  private let epochNumber = Atomic<Int>(0)
  private let earlierSteps = Atomic<Int>(0)
  private let earlierSamples = Atomic<Int>(0)
  private let epochSteps = Atomic<Int>(0)
  private let epochSamples = Atomic<Int>(0)
  private let lossBits = Atomic<UInt64>(0)
  private let correctBits = Atomic<UInt64>(0)
  private let factorBits = Atomic<UInt64>(1.0.bitPattern)

  /// One reading of a run's progress.
  public struct Reading: Sendable, Equatable {
    /// The current epoch, from 1; 0 before the first.
    public var epoch: Int
    /// The number of steps of the run.
    public var steps: Int
    /// The number of samples that the run has trained on, counted again in each epoch.
    public var samples: Int
    /// The number of samples of this epoch so far.
    public var epochSamples: Int
    /// The mean loss of this epoch so far; nil before its first step. In the units of the targets; with squared error on several
    /// standardized targets the loss on these, times the mean of the targets' variances.
    public var loss: Double?
    /// The fraction of this epoch's samples classified correctly; nil before its first step; undefined if outputs are
    /// not classes.
    public var accuracy: Double?
  }

  /// The current progress.
  public var reading: Reading {
    let samples = epochSamples.load(ordering: .relaxed)
    func mean(_ sum: borrowing Atomic<UInt64>) -> Double? {
      samples > 0 ? Double(bitPattern: sum.load(ordering: .relaxed)) / Double(samples) : nil
    }
    return Reading(
      epoch: epochNumber.load(ordering: .relaxed),
      steps: earlierSteps.load(ordering: .relaxed) + epochSteps.load(ordering: .relaxed),
      samples: earlierSamples.load(ordering: .relaxed) + samples, epochSamples: samples,
      loss: mean(lossBits).map { $0 * Double(bitPattern: factorBits.load(ordering: .relaxed)) },
      accuracy: mean(correctBits))
  }

  /// Sets the factor of losses in the units of the targets. To be called before the run begins.
  func setFactor(_ factor: Double) { factorBits.store(factor.bitPattern, ordering: .relaxed) }

  /// Starts an epoch after `steps` steps of the run.
  func begin(epoch: Int, steps: Int) {
    epochSteps.store(0, ordering: .relaxed)
    earlierSamples.wrappingAdd(epochSamples.exchange(0, ordering: .relaxed), ordering: .relaxed)
    earlierSteps.store(steps, ordering: .relaxed)
    epochNumber.store(epoch, ordering: .relaxed)
  }

  /// The number of steps of the run.
  var steps: Int { earlierSteps.load(ordering: .relaxed) + epochSteps.load(ordering: .relaxed) }

  /// Continues an earlier run.
  ///
  /// - Parameters:
  ///   - epoch: the current epoch, from 1; between epochs, the last one.
  ///   - steps: the number of steps of the epochs before `part`.
  ///   - samples: the number of their samples.
  ///   - part: the sums of the current epoch.
  func resume(epoch: Int, steps: Int, samples: Int, part: EpochSums) {
    begin(epoch: epoch, steps: steps)
    earlierSamples.store(samples, ordering: .relaxed)
    epochSteps.store(part.steps, ordering: .relaxed)
    epochSamples.store(part.samples, ordering: .relaxed)
    lossBits.store((part.loss + part.surplus).bitPattern, ordering: .relaxed)
    correctBits.store(part.correct.bitPattern, ordering: .relaxed)
  }

  /// Adds one step.
  ///
  /// - Parameter part: the epoch so far. Losses, correct answers and samples include this step, `steps` does not.
  @inline(__always)
  func note(_ part: borrowing EpochSums) {
    epochSteps.store(part.steps + 1, ordering: .relaxed)
    epochSamples.store(part.samples, ordering: .relaxed)
    lossBits.store((part.loss + part.surplus).bitPattern, ordering: .relaxed)
    correctBits.store(part.correct.bitPattern, ordering: .relaxed)
  }
}

extension RunProgress {
  /// Notes the epoch so far, with all of its steps.
  func noteAll(_ part: EpochSums) {
    var before = part
    before.steps -= 1
    note(before)
  }
}

/// A request to stop, set by one thread and read by another.
package final class StopRequest: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A request that is not set.
  package init() {}

  /// True once the request has been set; visible to other threads soon.
  package var isSet: Bool { flag.load(ordering: .relaxed) }
  /// Requests the stop. Can be called from any thread.
  package func set() { flag.store(true, ordering: .relaxed) }
}
