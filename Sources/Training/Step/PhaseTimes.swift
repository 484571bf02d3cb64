/// The parts of a training step, in their order.
package enum StepPhase: Int, Sendable, CaseIterable {
  /// Reading samples into rows, and computing the update's coefficients.
  case gather
  /// All layers' pre-activations and activations, except the output's.
  case forward
  /// The output layer's activations, losses and error signals, and their sums.
  case output
  /// The hidden layers' error signals.
  case backward
  /// Weight gradients; with `owned` the fused update, too.
  case gradient
  /// With `partial` the reduction and the update; with `owned` only the work for a measured or clipped gradient.
  case update
  /// Waiting for the other workers.
  case wait
}

/// The time of each phase of training steps, per thread; see `Trainer.phaseTimes`.
package struct PhaseTimes: Sendable, Equatable {
  /// For each thread the seconds in each phase, in the order of `StepPhase.allCases`.
  package var threads: [[Double]]

  package init(threads: [[Double]]) { self.threads = threads }

  /// The difference from earlier times of the same run.
  package func since(_ earlier: PhaseTimes) -> PhaseTimes {
    PhaseTimes(threads: zip(threads, earlier.threads).map { zip($0, $1).map { $0 - $1 } })
  }

  /// The fraction of all threads' time spent in a phase; 0 before the first step.
  package func share(of phase: StepPhase) -> Double {
    let total = threads.reduce(0) { $0 + $1.reduce(0, +) }
    return total > 0 ? threads.reduce(0) { $0 + $1[phase.rawValue] } / total : 0
  }
}
