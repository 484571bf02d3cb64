import Networks
import Training

extension TrainOptions {
  /// The training configuration of these options.
  var configuration: TrainingConfiguration {
    TrainingConfiguration {
      $0.initializer = network.initializer
      $0.optimizer = optimization.optimizer
      $0.learningRate = optimization.learningRate
      $0.schedule = optimization.schedule
      $0.clipNorm = optimization.clipNorm
      $0.batchSize = budget.batchSize
      $0.epochs = budget.epochs
      $0.steps = budget.steps
      $0.stop = StopCriteria(
        loss: budget.stopLoss, gradientNorm: budget.stopGradientNorm, accuracy: budget.targetAccuracy,
        patience: budget.patience)
      $0.workers = execution.workers
      $0.gradients = execution.gradients.strategy
      $0.input = execution.input.form
      $0.averageEvery = execution.averageEvery
      $0.instructionSet = execution.instructionSet
      $0.precision = execution.precision
      $0.seed = seed
      $0.shuffles = shuffles
      $0.regularization = optimization.regularization
      $0.keepsBest = budget.savesBest
      $0.snapshots = budget.snapshots ?? 0
      $0.lastBatch = budget.lastBatch
      $0.momentum = optimization.momentum
      $0.labelSmoothing = optimization.weights.labelSmoothing
      $0.maxNorm = optimization.weights.maxNorm
      $0.dropout = optimization.weights.dropout
      $0.average = optimization.weights.average
      $0.augmentation = augmentation.augmentation
      $0.cleanEpochs = augmentation.cleanEpochs
      $0.noise = augmentation.noise
    }
  }
}
