import Networks
import Optimizers
import Training

/// The options that cannot be combined with an optimizer that searches the length of its steps. The search compares
/// values of one function of the parameters and follows its gradient: the function must not change between evaluations,
/// and only steps may change the parameters.
extension TrainOptions {
  /// - Throws: `UsageError` naming the option and the optimizer.
  func checkLineSearch() throws(UsageError) {
    guard type(of: optimization.optimizer).searchesStepLength,
      let first = refusedByLineSearch.first(where: \.isInEffect)
    else { return }
    throw .combination(
      options: [arguments.spelling(first.option), arguments.spelling(OptimizationOptions.optimizerOption)],
      reason: first.reason, expected: first.expected)
  }

  private typealias Refusal = (isInEffect: Bool, option: any OptionDeclaration, reason: String, expected: String)

  private var refusedByLineSearch: [Refusal] {
    let weights = optimization.weights
    return [
      (
        augmentation.augmentation != nil, AugmentationOptions.augmentOption, Self.isRandom,
        "no --augment, or another optimizer"
      ),
      (augmentation.noise > 0, AugmentationOptions.noiseOption, Self.isRandom, "--noise 0, or another optimizer"),
      (
        weights.dropout.contains { $0 > 0 }, WeightOptions.dropoutOption, Self.isRandom,
        "no --dropout, or another optimizer"
      ),
      (
        weights.maxNorm != nil, WeightOptions.maxNormOption, "the line search needs parameters that only steps change",
        "no --max-norm, or another optimizer"
      ),
      (
        weights.average != .none, WeightOptions.averageOption, "steps of the full batch have no noise to average",
        "--average none, or another optimizer"
      ),
      (
        optimization.clipNorm != nil, OptimizationOptions.clipNormOption,
        "the line search needs the gradient of the loss",
        "no --clip-norm, or another optimizer"
      ),
      (
        optimization.schedule.shape != .constant, OptimizationOptions.scheduleOption, Self.setsLength,
        "--schedule constant, or another optimizer"
      ),
      (
        optimization.schedule.warmupSteps > 0, OptimizationOptions.warmupOption, Self.setsLength,
        "--warmup 0, or another optimizer"
      ),
      (
        execution.precision == .bfloat16, ExecutionOptions.precisionOption,
        "the line search compares losses that are closer than bfloat16 rounds", "--precision float32"
      ),
      (
        execution.gradients == .partial, ExecutionOptions.gradientsOption,
        "its evaluations have the same bits for any number of workers", "--gradients owned"
      ),
    ]
  }

  private static let isRandom = "the line search compares losses, which must not change at random"
  private static let setsLength = "the line search sets the length of each step"
}
