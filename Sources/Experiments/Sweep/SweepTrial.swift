/// The figures of a trial at the end of a round.
package struct SweepRecord: Sendable, Equatable {
  /// The number of the trial, from 0.
  package var trial: Int
  /// The number of the round, from 1.
  package var round: Int
  /// Steps of the trial so far.
  package var steps: Int
  /// Seconds of training of the trial so far, without evaluation.
  package var seconds: Double
  /// The mean loss over the validation part; nil for a trial that diverged.
  package var validationLoss: Double?
  /// The accuracy on the validation part, 0 to 1; nil for a trial that diverged, and for regressions.
  package var validationAccuracy: Double?

  package init(
    trial: Int, round: Int, steps: Int, seconds: Double, validationLoss: Double?, validationAccuracy: Double?
  ) {
    self.trial = trial
    self.round = round
    self.steps = steps
    self.seconds = seconds
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
  }

  /// The order of ranks: the lower loss first, then the lower number; trials that diverged last.
  static func isBetter(_ one: SweepRecord, _ other: SweepRecord) -> Bool {
    let (a, b) = (one.validationLoss ?? .infinity, other.validationLoss ?? .infinity)
    return a == b ? one.trial < other.trial : a < b
  }
}

/// A trial of a sweep: its last figures, and the round it was dropped in.
package struct SweepTrial: Sendable, Equatable {
  /// The figures at the end of each round that it was in; at least one.
  package var records: [SweepRecord]
  /// The round after which it was dropped, in which it diverged, or in which the sweep ended; nil for a whole training.
  package var stopped: Int?

  package var number: Int { last.trial }
  package var last: SweepRecord { records[records.count - 1] }
}

/// The result of a sweep.
package struct SweepResult: Sendable, Equatable {
  /// The trials in the order of their numbers.
  package var trials: [SweepTrial] = []
  /// True if the time budget or a request ended the sweep before all rounds were finished.
  package var isCut = false

  /// The number of trials that were trained for the whole length.
  package var wholeTrainings: Int { trials.count { $0.stopped == nil } }

  /// The indices of the trials, best first: those trained for the whole length, then those dropped in the last round, and so on,
  /// each by validation loss; at the end those that diverged.
  package var ranking: [Int] {
    func round(_ trial: SweepTrial) -> Int { trial.last.validationLoss == nil ? 0 : trial.stopped ?? .max }
    return trials.indices.sorted { one, other in
      let (a, b) = (trials[one], trials[other])
      return round(a) == round(b) ? SweepRecord.isBetter(a.last, b.last) : round(a) > round(b)
    }
  }

  /// The index of the best trial; nil if all diverged.
  package var best: Int? { ranking.first.flatMap { trials[$0].last.validationLoss == nil ? nil : $0 } }
}
