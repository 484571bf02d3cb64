import Files
import Training

/// The division of the cores among the networks of `train --seeds N`.
///
/// Networks side by side need no barrier between their steps, which workers of one network need several times a step. On two virtual
/// cores of an AMD EPYC (Zen 3), with other work on them, four networks took 1.9 times as long one after another with two workers as
/// side by side with one for 784-128-10 at batch 64, 1.6 times for 784-800-10 at 128, and two of 784-2500-2000-1500-1000-500-10 at 256 1.1
/// times (medians of three rounds in turns). Three large networks took 0.9 times as long while the last one had one core of two: it has both.
struct SeedDivision: Sendable, Equatable {
  /// The number of networks that are trained at a time.
  let slots: Int
  /// The number of cores of each network, in the order of the seeds; empty if each has the workers of a network alone.
  private(set) var cores: [Int] = []

  init(slots: Int) { self.slots = slots }

  /// Divides the cores evenly, so that as many networks as possible are trained at a time.
  ///
  /// A network must have the bits of its seed alone. They depend on the number of workers with `partial`: its networks keep the workers
  /// of a single one, and so do those with a given number and those that are resumed.
  ///
  /// - Parameters:
  ///   - plan: the plan of one network, alone.
  ///   - earlier: the choices of the run that is resumed; nil without one.
  ///   - sharesData: false if each network reads and divides the source anew: then as many are trained at a time as have the workers of a
  ///     single one, since each has its own copy of the samples.
  static func of(
    _ networks: Int, _ plan: TrainPlan, resuming earlier: TrainingChoices? = nil, sharesData: Bool = true,
    available: Int = Cores.available
  ) -> SeedDivision {
    func choices(_ cores: Int) -> TrainingChoices {
      var configuration = plan.configuration
      configuration.cores = cores
      return TrainingChoices(configuration, topology: plan.topology, training: plan.data.training)
    }
    let alone = earlier ?? choices(available)
    let isAutomatic = plan.options.execution.workers == nil
    if isAutomatic, earlier == nil, sharesData, alone.gradients == .owned {
      let bytes = plan.configuration.stepBytes(
        alone, topology: plan.topology, samples: plan.data.training.count)
      let endTogether = plan.configuration.stop == StopCriteria()
      let division = SeedDivision(networks: networks, available: available, endTogether: endTogether) {
        MemoryLimit.exceeded(by: Double($0) * bytes) == nil
      }
      // Fewer workers can make `partial` the automatic choice.
      if Set(division.cores).allSatisfy({ choices($0).gradients == .owned }) { return division }
    }
    let slots = min(networks, max(1, available / alone.workers))
    guard slots > 1, earlier != nil, isAutomatic else { return SeedDivision(slots: slots) }
    // A network that has no checkpoint yet has no more than its share of the cores, if its bits allow that.
    let share = available / slots
    guard [available, share].allSatisfy({ choices($0).gradients == .owned }) else { return SeedDivision(slots: 1) }
    var division = SeedDivision(slots: slots)
    division.cores = Array(repeating: share, count: networks)
    return division
  }

  /// - Parameters:
  ///   - endTogether: false if some networks may take fewer epochs than others: the next one begins when any ends.
  ///   - fits: true if memory is sufficient for so many networks at a time.
  init(networks: Int, available: Int, endTogether: Bool = true, fits: (Int) -> Bool) {
    var slots = min(networks, available)
    while slots > 1, !fits(slots) { slots -= 1 }
    self.init(slots: slots)
    guard slots > 1 else { return }
    // The last networks, fewer than slots, would leave cores idle.
    let rest = endTogether ? networks % slots : 0
    cores = (0..<networks).map { available / ($0 < networks - rest ? slots : rest) }
  }
}
