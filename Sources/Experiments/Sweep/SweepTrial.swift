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

/// A trial of a sweep: its figures, and how it ended.
package struct SweepTrial: Sendable, Equatable {
  /// The figures at the end of each round that it was in; at least one. Of a trial that was cut, those at the end of the sweep.
  package var records: [SweepRecord]
  package var outcome: Outcome

  /// The end of a trial; rounds are numbered from 1.
  package enum Outcome: Sendable, Equatable {
    /// It was trained for the whole length.
    case finished
    /// Others were better after this round.
    case dropped(round: Int)
    /// A loss was not finite in this round.
    case diverged(round: Int)
    /// The sweep ended before its next round, after which it could have gone on.
    case ended
    /// The sweep ended within its first round: its figures cannot be compared with those of others.
    case cut
  }

  package init(records: [SweepRecord], outcome: Outcome) {
    self.records = records
    self.outcome = outcome
  }

  package var number: Int { last.trial }
  package var last: SweepRecord { records[records.count - 1] }
  /// The round after which it was dropped, or in which it diverged; else nil.
  package var stopped: Int? {
    switch outcome {
    case .dropped(let round), .diverged(let round): round
    case .finished, .ended, .cut: nil
    }
  }

  /// `–` for a whole training, the number of the round in which it was dropped or diverged, or `sweep ended`.
  package var stoppedText: String {
    stopped.map(String.init) ?? (outcome == .finished ? "–" : "sweep ended")
  }
}

/// The result of a sweep.
package struct SweepResult: Sendable, Equatable {
  /// The trials in the order of their numbers, those that were cut included.
  package var trials: [SweepTrial] = []
  /// True if the time budget or a request ended the sweep before all rounds were finished.
  package var isCut = false

  /// The number of trials that were trained for the whole length.
  package var wholeTrainings: Int { trials.count { $0.outcome == .finished } }

  /// The indices of the trials, best first: those trained for the whole length, then those after most rounds, each by
  /// validation loss; at the end those that diverged. Without those that were cut.
  package var ranking: [Int] {
    func round(_ trial: SweepTrial) -> Int {
      switch trial.outcome {
      case .finished: .max
      case .diverged: 0
      case .dropped, .ended, .cut: trial.last.round
      }
    }
    return trials.indices.filter { trials[$0].outcome != .cut }.sorted { one, other in
      let (a, b) = (trials[one], trials[other])
      return round(a) == round(b) ? SweepRecord.isBetter(a.last, b.last) : round(a) > round(b)
    }
  }

  /// The index of the best trial; nil if all diverged.
  package var best: Int? { ranking.first.flatMap { trials[$0].last.validationLoss == nil ? nil : $0 } }
}
