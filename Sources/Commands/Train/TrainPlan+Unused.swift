import Optimizers
import Reports
import Training

extension TrainPlan {
  /// Lines on options that have no effect in the epochs that the limits of the run allow.
  var unusedLines: [String] {
    [unusedActivation, unusedClipping, unusedAugmentation, unusedAverage, unreachedMomentum].compactMap(\.self)
  }

  /// A line for an activation where there is no hidden layer; nil for others.
  private var unusedActivation: String? {
    guard let activations = options.network.activations, topology.layers.count == 1 else { return nil }
    return
      "descent: --\(NetworkOptions.activationOption.name) \(activations.map(\.rawValue).joined(separator: ",")) has no effect: the network has no "
      + "hidden layer."
  }

  /// A line for clipping with an optimizer that uses signs of gradients alone; nil for others. A weight decay is added to the clipped gradient,
  /// so that clipping may change the sign of the sum.
  private var unusedClipping: String? {
    let optimizer = type(of: configuration.optimizer)
    guard let norm = configuration.clipNorm, optimizer.usesOnlySigns, configuration.optimizer.weightDecay == 0
    else { return nil }
    return
      "descent: --\(OptimizationOptions.clipNormOption.name) \(NumberText.significant(norm, 3)) has no effect: \(optimizer.name) uses only the "
      + "signs of the gradient."
  }

  /// A line for a run whose epochs are all without distortion; nil for others.
  var unusedAugmentation: String? {
    let options = options.augmentation
    let planned = configuration.plannedEpochs(stepsPerEpoch: stepsPerEpoch)
    guard options.augmentation != nil, options.cleanEpochs > 0, options.cleanEpochs >= planned else { return nil }
    return
      "descent: --\(AugmentationOptions.cleanEpochsOption.name) \(options.cleanEpochs) with \(limit): no epoch has the distortion of "
      + "--\(AugmentationOptions.augmentOption.name)."
  }

  /// A line for a run that ends before the first epoch of a mean of weights; nil for others.
  private var unusedAverage: String? {
    let average = configuration.average
    let whole = configuration.wholeEpochs(stepsPerEpoch: stepsPerEpoch)
    guard case .epochEnds(let start) = average, start > whole else { return nil }
    return
      "descent: --\(WeightOptions.averageOption.name) \(average.optionText) with \(limit): the run has no whole epoch \(start), and "
      + "its weights are not averaged."
  }

  /// A line for a run that ended early, before the first epoch of a mean of weights; nil for others, and if `unusedAverage` said so
  /// before the run.
  ///
  /// - Parameter stepsPerEpoch: those of the run.
  func unusedAverage(_ end: RunEnd, stepsPerEpoch: Int) -> String? {
    guard unusedAverage == nil, case .epochEnds(let start) = configuration.average,
      start > end.steps / max(stepsPerEpoch, 1)
    else { return nil }
    return
      "--\(WeightOptions.averageOption.name) \(configuration.average.optionText): the run ended before the end of epoch \(start), and its "
      + "weights are not averaged."
  }

  /// A line for a run that ends before its momentum has its last value; nil for others.
  private var unreachedMomentum: String? {
    let steps = configuration.totalSteps(stepsPerEpoch: stepsPerEpoch)
    guard let schedule = configuration.momentum, schedule.from != schedule.to, steps > 0,
      steps / stepsPerEpoch < schedule.epochs
    else { return nil }
    let last = schedule.momentum(step: steps - 1, stepsPerEpoch: stepsPerEpoch)
    return
      "descent: --\(OptimizationOptions.momentumOption.name) \(schedule.optionText) with \(limit): the momentum of the last step is "
      + "\(NumberText.significant(last, 3)); it would be \(schedule.to) after \(schedule.epochs.counted("epoch"))."
  }

  private var stepsPerEpoch: Int { configuration.batches(samples: data.training.count).steps }

  /// The limit that ends the run: `--epochs 2`.
  private var limit: String {
    let (epochs, steps) = (options.budget.epochs, options.budget.steps)
    guard let steps, epochs.map({ $0 > steps / stepsPerEpoch }) ?? true else {
      return "--\(BudgetOptions.epochsOption.name) \(epochs ?? 0)"
    }
    return "--\(BudgetOptions.stepsOption.name) \(steps)"
  }
}
