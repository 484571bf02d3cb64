import Networks
import Reports
import Training

/// The training loss that grows.
extension LearningCheck {
  /// The mean training loss of an epoch beyond this multiple of that of the initial weights has grown within the epoch. Dropout, noise and
  /// distortions, which the initial weights are evaluated without, add less.
  private static let maximumMultiple = 3.0

  /// The growth of the training loss, with its remedy, for which more epochs are none; nil if the loss did not grow.
  static func growth(_ plan: TrainPlan, _ trainer: Trainer) -> String? {
    guard let first = trainer.history.first?.trainLoss, let last = trainer.history.last?.trainLoss else { return nil }
    func text(_ loss: Double) -> String { NumberText.significant(loss, 3) }
    let growth: String
    if last > first * (1 + minimumGain) {
      growth = "from \(text(first)) to \(text(last))"
    } else {
      // A resumed run has no file of its initial weights.
      if let initial = plan.initial, initial.areOfCheckpoint { return nil }
      let initial = initialLoss(plan, trainer)
      guard first > initial * maximumMultiple else { return nil }
      growth = "within epoch 1, from \(text(initial)) to \(text(first)) on average"
    }
    var remedies = ["a smaller --learning-rate (now \(text(plan.options.optimization.learningRate)))"]
    if plan.data.training.imageShape == nil, plan.data.preprocessing.standardization == nil {
      remedies.append("--standardize")
    }
    return "The training loss grew \(growth): try " + remedies.joined(separator: ", or ") + "."
  }

  /// The objective of the initial weights over the training split, in the units of an epoch's training loss.
  private static func initialLoss(_ plan: TrainPlan, _ trainer: Trainer) -> Double {
    let (samples, configuration) = (plan.data.training, plan.configuration)
    let parameters =
      plan.initialParameters
      ?? Parameters.initial(
        topology: plan.topology, initializer: configuration.initializer, seed: configuration.seed)
    let network = FastNetwork(plan.topology, parameters, kernels: trainer.keptNetwork.kernels)
    let loss = Evaluator(
      network, samples, labelSmoothing: plan.options.optimization.weights.labelSmoothing,
      workers: plan.evaluationWorkers(samples)
    ).evaluate().loss
    let terms = configuration.regularization.divided(by: Double(max(samples.count, 1)))
    return loss + trainer.termFactor * terms.value(of: parameters.layers.map(\.weight))
  }
}
