import Training

/// The training of one trial up to the end of a round.
struct SweepTraining: Sendable {
  let setting: SweepSetting
  let trial: Int
  let round: Int
  /// The fraction of a whole training at the round's end.
  let fraction: Double
  /// The state after the round before; nil to train from the beginning, with the same bits.
  let state: TrainingState?
  /// True if other trials are trained at the same time, so that evaluation uses one core.
  let isBesideOthers: Bool

  struct Outcome: Sendable {
    var record: SweepRecord
    /// The state for the next round; nil for a trial that diverged, was cut, or is trained for the whole length.
    var state: TrainingState?
    /// True if the training ended before the end of the round.
    var isCut: Bool
  }

  /// Trains and evaluates the trial.
  ///
  /// - Parameter shouldStop: called after each step.
  /// - Throws: `TrainingError` if samples and network do not match.
  func run(shouldStop: @escaping @Sendable () -> Bool) throws -> Outcome {
    let trainer = try Trainer(
      setting.topology, parameters: setting.initialParameters, training: setting.training,
      configuration: setting.configuration, resuming: state)
    let end = setting.steps(at: fraction)
    var isCut = false
    do {
      while trainer.stepsDone < end, !isCut {
        if case .ended = try trainer.advance(steps: end - trainer.stepsDone, until: { _ in shouldStop() }) { break }
        isCut = shouldStop() && trainer.stepsDone < end
      }
    } catch TrainingError.diverged {
      return outcome(trainer, loss: nil, accuracy: nil, isCut: false)
    }
    let evaluator = Evaluator(
      trainer.evaluatedNetwork, setting.validation, form: trainer.choices.input, workers: isBesideOthers ? 1 : nil)
    let evaluation = evaluator.evaluate()
    var outcome = outcome(
      trainer, loss: evaluation.loss.isFinite ? evaluation.loss : nil, accuracy: evaluation.accuracy, isCut: isCut)
    if fraction < 1, !isCut, outcome.record.validationLoss != nil, trainer.isResumable {
      outcome.state = trainer.state()
    }
    return outcome
  }

  private func outcome(_ trainer: Trainer, loss: Double?, accuracy: Double?, isCut: Bool) -> Outcome {
    Outcome(
      record: SweepRecord(
        trial: trial, round: round, steps: trainer.stepsDone, seconds: trainer.seconds, validationLoss: loss,
        validationAccuracy: loss == nil ? nil : accuracy), state: nil, isCut: isCut)
  }
}
