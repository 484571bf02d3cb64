import Training

/// A search for the setting with the lowest validation loss, by successive halving.
///
/// Trials whose steps are too small to divide are trained side by side, with one worker each. Results depend on the
/// settings alone, not on times, unless there is a time budget: then the sweep continues, with new trials in every
/// bracket, until the time is spent.
package struct Sweep: Sendable {
  /// The number of trials in a bracket, among which the rounds select.
  package var bracket: Int
  /// The number of trials in all brackets, at least 1.
  package var trials: Int
  /// One in this number of trials continues after a round; nil trains all of them for the whole length.
  package var reduction: Int?
  /// The time budget in seconds; nil for none.
  package var seconds: Double?
  /// The results of an earlier process.
  package var known: [SweepRecord] = []
  /// The setting of a trial, by its number.
  package var setting: @Sendable (Int) throws -> SweepSetting

  package init(
    bracket: Int, trials: Int, reduction: Int?, seconds: Double?,
    setting: @escaping @Sendable (Int) throws -> SweepSetting
  ) {
    self.bracket = bracket
    self.trials = trials
    self.reduction = reduction
    self.seconds = seconds
    self.setting = setting
  }

  /// The events of a sweep, reported on the calling thread.
  package enum Event: Sendable {
    /// The training of a trial starts, in round `round` of `rounds`.
    case start(trial: Int, round: Int, rounds: Int)
    /// A trial reached the end of a round.
    case end(SweepRecord)
  }

  /// Runs the sweep.
  ///
  /// - Parameters:
  ///   - shouldStop: called before a trial and after each of its steps; the sweep ends if it returns true, with the result so far.
  ///   - note: called for every event; an error that it throws ends the sweep.
  /// - Throws: errors of `setting`, of `note` and of the trainer's initializer.
  package func run(
    shouldStop: @escaping @Sendable () -> Bool, note: (Event) throws -> Void
  ) throws -> SweepResult {
    let end = seconds.map { ContinuousClock.Instant.end(ofLimit: $0) }
    let stop: @Sendable () -> Bool = { shouldStop() || end.map { ContinuousClock.now >= $0 } ?? false }
    var result = SweepResult()
    var first = 0
    while first < trials, !result.isCut {
      let numbers = first..<min(trials, first + bracket)
      try runBracket(numbers, stop, note, &result)
      first = numbers.upperBound
    }
    result.trials.sort { $0.number < $1.number }
    return result
  }

  private func runBracket(
    _ numbers: Range<Int>, _ stop: @escaping @Sendable () -> Bool, _ note: (Event) throws -> Void,
    _ result: inout SweepResult
  ) throws {
    let rounds = SweepRounds(trials: numbers.count, reduction: reduction)
    var records: [Int: [SweepRecord]] = [:]
    var ends: [Int: SweepTrial.Outcome] = [:]
    var alive = Array(numbers)
    var states: [Int: TrainingState] = [:]
    for (index, fraction) in rounds.fractions.enumerated() where !alive.isEmpty {
      let isLast = index == rounds.fractions.count - 1
      let round = SweepRound(
        sweep: self, number: index + 1, count: rounds.fractions.count, fraction: fraction,
        kept: isLast ? 0 : rounds.kept(of: alive.count), states: states)
      let outcome = try round.run(alive, shouldStop: stop, note)
      for record in outcome.records {
        let isCut = outcome.cut.contains(record.trial)
        // The figures of a whole round can be compared with those of other trials, those of a part of one cannot.
        if isCut, records[record.trial] != nil { continue }
        records[record.trial, default: []].append(record)
        ends[record.trial] = isCut ? .cut : record.validationLoss == nil ? .diverged(round: index + 1) : .ended
      }
      states = outcome.states
      let ranked = outcome.records.filter { $0.validationLoss != nil && !outcome.cut.contains($0.trial) }
        .sorted(by: SweepRecord.isBetter).map(\.trial)
      let going = isLast ? ranked : Array(ranked.prefix(rounds.kept(of: alive.count)))
      result.isCut = outcome.isCut
      if isLast { for trial in going { ends[trial] = .finished } }
      if outcome.isCut { break }
      for trial in ranked where !going.contains(trial) { ends[trial] = .dropped(round: index + 1) }
      alive = going.sorted()
    }
    result.trials += records.keys.sorted().map {
      SweepTrial(records: records[$0] ?? [], outcome: ends[$0] ?? .ended)
    }
  }
}

/// One round of a bracket.
struct SweepRound {
  let sweep: Sweep
  /// The number of the round, from 1.
  let number: Int
  /// The number of rounds of the bracket.
  let count: Int
  /// The fraction of a whole training at the end of the round.
  let fraction: Double
  /// The number of trials that continue.
  let kept: Int
  /// The states of trials after the previous round, as far as they were kept.
  let states: [Int: TrainingState]

  struct Outcome {
    /// The records of the trials that were trained, in any order.
    var records: [SweepRecord] = []
    /// The best records, best first, at most as many as the trials that continue.
    private(set) var best: [SweepRecord] = []
    /// The states of the best trials, which continue.
    var states: [Int: TrainingState] = [:]
    /// Trials whose training was cut by the end of the sweep.
    var cut: Set<Int> = []
    var isCut = false

    /// Adds the record of a trial to those that are compared.
    ///
    /// - Parameters:
    ///   - kept: the number of trials that continue.
    ///   - state: the state of the trial; nil for one of an earlier process.
    mutating func add(_ record: SweepRecord, kept: Int, state: TrainingState? = nil) {
      records.append(record)
      // Found by halving, since a sweep may have tens of thousands of trials.
      var range = best.startIndex..<best.endIndex
      while !range.isEmpty {
        let middle = (range.lowerBound + range.upperBound) / 2
        range =
          SweepRecord.isBetter(record, best[middle]) ? range.lowerBound..<middle : (middle + 1)..<range.upperBound
      }
      guard range.lowerBound < kept else { return }
      best.insert(record, at: range.lowerBound)
      states[record.trial] = state
      // Only the best are kept, so that memory does not grow with the number of trials.
      if best.count > kept { states[best.removeLast().trial] = nil }
    }
  }

  /// Trains the trials, as many side by side as the cores allow for their numbers of workers.
  func run(
    _ trials: [Int], shouldStop: @escaping @Sendable () -> Bool, _ note: (Sweep.Event) throws -> Void
  ) throws -> Outcome {
    let known = Dictionary(sweep.known.filter { $0.round == number }.map { ($0.trial, $0) }) { first, _ in first }
    var outcome = Outcome()
    for trial in trials { if let record = known[trial] { outcome.add(record, kept: kept) } }
    var rest = trials.filter { known[$0] == nil }[...]
    while !rest.isEmpty, !outcome.isCut {
      try prepareAndRun(rest.prefix(Self.maximumPrepared), shouldStop, note, &outcome)
      rest = rest.dropFirst(Self.maximumPrepared)
    }
    return outcome
  }

  /// The number of trials whose settings are made before the first of them is trained: enough for all cores, and so few that the time to
  /// make them, about 10 ms each with MNIST, does not use up a time budget.
  static let maximumPrepared = max(32, 4 * Cores.available)

  private func prepareAndRun(
    _ trials: ArraySlice<Int>, _ shouldStop: @escaping @Sendable () -> Bool, _ note: (Sweep.Event) throws -> Void,
    _ outcome: inout Outcome
  ) throws {
    var bySlots: [Int: [(trial: Int, setting: SweepSetting)]] = [:]
    for trial in trials {
      guard !shouldStop() else {
        outcome.isCut = true
        return
      }
      var setting = try sweep.setting(trial)
      let choices = TrainingChoices(setting.configuration, topology: setting.topology, training: setting.training)
      setting.configuration.workers = choices.workers
      bySlots[max(1, Cores.available / choices.workers), default: []].append((trial, setting))
    }
    for (slots, work) in bySlots.sorted(by: { $0.key > $1.key }) {
      try run(work, slots: slots, shouldStop, note, &outcome)
    }
  }

  private func run(
    _ work: [(trial: Int, setting: SweepSetting)], slots: Int, _ shouldStop: @escaping @Sendable () -> Bool,
    _ note: (Sweep.Event) throws -> Void, _ outcome: inout Outcome
  ) throws {
    let trainings = work.map { trial, setting in
      SweepTraining(
        setting: setting, trial: trial, round: number, fraction: fraction, state: states[trial],
        isBesideOthers: slots > 1)
    }
    let bench = SweepBench(trainings, shouldStop: shouldStop)
    try bench.run(slots: min(slots, work.count)) { report in
      switch report {
      case .start(let trial): try note(.start(trial: trial, round: number, rounds: count))
      case .end(let training): try add(training, to: &outcome, note)
      case .cut: outcome.isCut = true
      case .failure(let error): throw error
      }
    }
  }

  private func add(
    _ training: SweepTraining.Outcome, to outcome: inout Outcome, _ note: (Sweep.Event) throws -> Void
  ) throws {
    if training.isCut {
      outcome.records.append(training.record)
      outcome.cut.insert(training.record.trial)
      outcome.isCut = true
      return
    }
    outcome.add(training.record, kept: kept, state: training.state)
    try note(.end(training.record))
  }
}
