import Datasets
import Networks
import Training

/// A run of a comparison in progress.
final class CompareRunner {
  let setting: Int
  private(set) var isDone = false
  private let seed: UInt64
  private let learningRate: Double
  private let training: BudgetedTrainer
  private let trainLoss: ObjectiveEvaluator
  private let test: Evaluator?
  private let schedule: EvaluationSchedule
  private let target: Double?
  private var curve: [ComparePoint] = []
  /// The noise sums at each point.
  private var noise: [GradientNoise] = []
  private var isDiverged = false
  private var stepsToTarget: Int?
  private var nextEvaluation = 0

  init(
    _ comparison: Comparison, setting index: Int, learningRate: Double, seed: UInt64, trainSamples: Samples
  ) throws {
    let setting = comparison.settings[index]
    self.setting = index
    self.seed = seed
    self.learningRate = learningRate
    training = try BudgetedTrainer(
      setting, learningRate: learningRate, seed: seed, training: comparison.training, budget: comparison.budget,
      gradientNoise: true)
    let trainer = training.trainer
    trainLoss = ObjectiveEvaluator(
      trainer, samples: trainSamples,
      terms: setting.configuration.regularization.divided(by: Double(comparison.training.count)))
    test = comparison.test.map { Evaluator(trainer.evaluatedNetwork, $0, form: trainer.choices.input) }
    schedule = comparison.schedule
    target = comparison.targetAccuracy
  }

  /// The fraction of the budget that is spent, 0 to 1.
  var fraction: Double { isDone ? 1 : training.fraction }

  /// Trains one step range, and evaluates at scheduled steps.
  ///
  /// - Returns: the new point of the curve, if there is one.
  func advance() throws -> ComparePoint? {
    if curve.isEmpty { return evaluate() }
    switch try training.advance(to: nextEvaluation) {
    case .paused: return training.updates >= nextEvaluation ? evaluate() : nil
    case .spent:
      isDone = true
      return evaluate()
    case .diverged:
      (isDone, isDiverged) = (true, true)
      return nil
    }
  }

  private func evaluate() -> ComparePoint? {
    let trainer = training.trainer
    let test = test?.evaluate()
    var point = ComparePoint(
      samples: training.samples, updates: training.updates, evaluations: trainer.gradientEvaluations,
      seconds: trainer.seconds, trainLoss: trainLoss.evaluate(), testLoss: test?.loss, testAccuracy: test?.accuracy)
    guard point.isFinite else {
      (isDone, isDiverged) = (true, true)
      return nil
    }
    if let sums = trainer.gradientNoise {
      // Averaged over half of the run: with few measurements the ratio would vary strongly.
      let start = curve.lastIndex { $0.updates <= point.updates / 2 }
      point.gradientNoiseScale = start.flatMap { sums.since(noise[$0]).scale }
      noise.append(sums)
    }
    if stepsToTarget == nil, let target, let accuracy = point.testAccuracy, accuracy >= target {
      stepsToTarget = point.updates
    }
    curve.append(point)
    nextEvaluation = schedule.next(after: point.updates)
    if training.isSpent { isDone = true }
    return point
  }

  var result: CompareRun {
    var run = CompareRun(
      setting: setting, seed: seed, batchSize: training.trainer.choices.batchSize, learningRate: learningRate,
      choices: training.trainer.choices, updates: training.updates, isDiverged: isDiverged,
      stepsToTarget: stepsToTarget, gradientNoiseScale: training.trainer.gradientNoise?.scale, curve: curve)
    run.processorUse = training.trainer.processorUse
    return run
  }
}

/// The objective over samples, in the units of the targets: their mean loss, with label smoothing, plus the regularization terms.
private struct ObjectiveEvaluator {
  private let trainer: Trainer
  private let evaluator: Evaluator
  /// The regularization terms, each λ divided by the number M of training samples.
  private let terms: Regularization

  init(_ trainer: Trainer, samples: Samples, terms: Regularization) {
    self.trainer = trainer
    evaluator = Evaluator(
      trainer.evaluatedNetwork, samples, labelSmoothing: trainer.configuration.labelSmoothing,
      form: trainer.choices.input)
    self.terms = terms
  }

  func evaluate() -> Double {
    let loss = evaluator.evaluate().loss
    return terms.isEmpty
      ? loss : loss + trainer.termFactor * terms.value(of: trainer.parameters.layers.map(\.weight))
  }
}
