/// The figures of an epoch, in the units of the targets.
extension Trainer {
  /// The metrics of an epoch so far; evaluates the network on the validation and the test split.
  func metrics(_ part: EpochSums, epoch: Int) -> EpochMetrics {
    let samples = Double(max(part.samples, 1))
    let hasClasses = engine.context.targets.countsCorrect(network.topology.output)
    let validation = validation?.evaluate()
    let test = test?.evaluate()
    return EpochMetrics(
      epoch: epoch, steps: part.steps, seconds: part.seconds, trainLoss: trainLoss(part),
      trainAccuracy: hasClasses ? part.correct / samples : nil,
      validationLoss: validation?.loss, validationAccuracy: validation?.accuracy,
      testLoss: test?.loss, testAccuracy: test?.accuracy,
      samplesPerSecond: Double(part.samples) / max(part.seconds, 1e-9),
      learningRate: configuration.learningRate
        * configuration.schedule.factor(
          step: stepsDone - 1, stepsPerEpoch: choices.stepsPerEpoch, totalSteps: engine.plan.totalSteps),
      gradientNorm: part.gradientNorm,
      regression: engine.context.targets.width > 0
        ? RegressionMetrics(
          trainRMSE: squaredErrors(part).reduce(0) { $0 + ($1 / samples).squareRoot() }
            / Double(max(part.squaredErrors.count, 1)),
          testRMSE: test?.rmse, testR2: test?.r2) : nil)
  }

  /// The sum of squared errors of each output, in the units of the targets.
  private func squaredErrors(_ part: EpochSums) -> [Double] {
    guard let units = samples.targetUnits else { return part.squaredErrors }
    return zip(part.squaredErrors, units.deviation).map { $0 * $1 * $1 }
  }

  /// The factor of regularization terms in the units of the targets, that of the loss: the square of the targets' standard deviation,
  /// or that of `StandardizedLoss`, for several targets its mean; 1 if targets are not standardized.
  package var termFactor: Double {
    guard let units = samples.targetUnits else { return 1 }
    if let loss = engine.context.targets.standardizedLoss { return loss.factor }
    return units.deviation.reduce(0) { $0 + $1 * $1 } / Double(units.deviation.count)
  }

  /// The mean loss in the units of the targets.
  private func trainLoss(_ part: EpochSums) -> Double {
    let samples = Double(max(part.samples, 1))
    guard self.samples.targetUnits != nil else { return part.loss / samples }
    if engine.context.targets.standardizedLoss != nil { return termFactor * (part.loss + part.surplus) / samples }
    let terms = part.loss - part.squaredErrors.reduce(0, +) / 2
    return (squaredErrors(part).reduce(0, +) / 2 + termFactor * terms) / samples
  }
}
