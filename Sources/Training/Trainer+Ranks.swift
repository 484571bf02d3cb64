import Files
import Kernels
import Networks
import Optimizers
import Ranks

extension Trainer {
  /// Collects the optimizer's state of all parameters on every rank, since in a step each rank updates only that of its
  /// own slice. If ranks train alone (`averageEvery`), rank 0 collects the state of each rank; only on rank 0 is
  /// `state()` then the state of the run. All ranks must call this before `state()`. Without ranks it does nothing.
  package func gatherOptimizerState() throws {
    if let averaging { return try averaging.gatherStates() }
    guard let step = engine.context.ranks else { return }
    for state in engine.context.states { try step.messages(gathering: state).run() }
  }

  /// The optimizer's state that snapshots contain: that of this process; on rank 0 of ranks that train alone, those of
  /// all ranks.
  var optimizerStates: [AlignedBuffer<Float>] { averaging?.states ?? engine.context.states }

  /// The number of arrays of `optimizerStates`.
  var optimizerStateCount: Int { averaging?.stateCount ?? engine.context.states.count }

  /// The exchanges of a step between ranks: the seconds of all so far, the wait for other ranks included, and the mean
  /// of the bytes that this rank sends in a step. Nil for one process, and for ranks that train alone.
  package var exchange: (seconds: Double, bytesPerStep: Int)? {
    guard let step = engine.context.ranks else { return nil }
    let nanoseconds = step.traffic.reduce(0) { $0 + $1.nanoseconds }
    return (Double(nanoseconds) * 1e-9, step.traffic.reduce(0) { $0 + $1.bytesPerStep })
  }

  /// A decision of rank 0; without ranks, this process's own.
  func agreed(_ decision: Bool) throws -> Bool {
    guard let ranks else { return decision }
    return try ranks.broadcast(decision)
  }

  /// The error of ranks that can no longer communicate.
  var disconnection: any Error { ranks?.failure ?? RankError.failedCall(name: "communication", reason: "unknown") }

  /// Runs `body` on all ranks; if it fails on one, it throws on all. Without ranks, runs it in this process.
  static func together<Result>(_ ranks: RankGroup?, _ body: () throws -> Result) throws -> Result {
    guard let ranks else { return try body() }
    return try ranks.together(code: { if case TrainingError.ranks = $0 { 2 } else { 1 } }, body)
  }

  /// Compares data and initial parameters with those of rank 0.
  /// - Throws: on every rank, if a rank has other data or parameters.
  func compareRanks() throws {
    guard let ranks else { return }
    let data = dataFingerprint
    try ranks.compare([
      "\(data.training.grouped) training samples", "\(data.validation.grouped) validation samples",
      "\(data.test.grouped) test samples", "samples with the checksum \(String(data.checksum, radix: 16))",
      "class weights with the checksum \(String(data.weights ?? 0, radix: 16))",
      network.parameterFact,
    ])
  }
}

extension TrainingConfiguration {
  /// The number of cores that this process's workers may use.
  func availableCores(_ ranks: RankGroup?) -> Int {
    cores ?? ranks.map { min(Cores.share(of: $0), Cores.available) } ?? Cores.available
  }

  /// The largest number of steps between two means of the parameters.
  private static var maximumAverageInterval: Int { 1 << 40 }

  /// Checks that these ranks, or this process alone, can run this configuration.
  ///
  /// - Throws: `TrainingError.ranks` for a configuration that runs in one process only, or on several ranks only.
  func check(for ranks: RankGroup?, samples: Int) throws(TrainingError) {
    guard let ranks else {
      if averageEvery == nil { return }
      throw .ranks(found: "one process", expected: "at least two ranks with \(option: "averageEvery")")
    }
    if type(of: optimizer).searchesStepLength {
      throw .ranks(
        found: "\(option: "optimizer") \(type(of: optimizer).name)", expected: "an optimizer without a line search")
    }
    guard let averageEvery else { return }
    guard (1...Self.maximumAverageInterval).contains(averageEvery) else {
      throw .ranks(
        found: "\(option: "averageEvery") \(averageEvery)", expected: "1 to \(Self.maximumAverageInterval) steps")
    }
    if gradients == .owned {
      throw .ranks(
        found: "\(option: "gradients") owned with \(option: "averageEvery")",
        expected: "partial: ranks that train alone have no gradient of the whole batch")
    }
    if clipNorm != nil {
      throw .ranks(
        found: "\(option: "clipNorm") with \(option: "averageEvery")",
        expected: "one of them: no rank has the whole gradient")
    }
    if type(of: optimizer).needsFullBatch {
      throw .ranks(
        found: "\(type(of: optimizer).name) with \(option: "averageEvery")",
        expected: "an optimizer that does not need the gradient of all samples")
    }
    let batch = batches(samples: samples).size(of: 0)
    if batch < ranks.size {
      throw .ranks(
        found: "\(option: "batchSize") \(batch)", expected: "at least \(ranks.size) with \(option: "averageEvery")")
    }
  }
}

extension TrainingChoices {
  /// These choices with the values of rank 0, which every rank uses.
  /// - Throws: on every rank, if one lacks the instruction set.
  func ofRoot(_ ranks: RankGroup) throws -> TrainingChoices {
    let texts = try ranks.gather(text: "\(workers) \(input.rawValue) \(precision.rawValue) \(instructionSet.rawValue)")
    return try ranks.together {
      let words = texts[0].split(separator: " ").map(String.init)
      guard words.count == 4, let workers = Int(words[0]), let input = InputForm(rawValue: words[1]),
        let precision = Precision(rawValue: words[2]), let set = InstructionSet(rawValue: words[3]),
        set.isUsable
      else {
        throw RankError.cannotFollow(
          rank: ranks.name(ranks.rank),
          found: "the instruction sets \(InstructionSet.usable.map(\.rawValue).joined(separator: ", "))",
          expected: "\(words.last ?? "none"); name one that all have with \(option: "instructionSet")")
      }
      guard Precision.available(with: set).contains(precision) else {
        throw RankError.cannotFollow(
          rank: ranks.name(ranks.rank), found: "no \(precision.rawValue) with \(set.rawValue)",
          expected: "it, as rank 0 has; name a precision that all have with \(option: "precision")")
      }
      var choices = self
      (choices.workers, choices.input, choices.precision, choices.instructionSet) = (workers, input, precision, set)
      return choices
    }
  }
}
