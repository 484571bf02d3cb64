import Kernels
import Networks
import SampleData

extension InputStageMemory {
  /// The stage of a run; nil if its configuration has neither augmentation nor noise.
  convenience init?(
    _ configuration: TrainingConfiguration, _ samples: Samples, _ choices: TrainingChoices, _ masks: MaskLayout,
    _ kernels: Kernels
  ) {
    guard configuration.augmentation != nil || configuration.noise > 0 else { return nil }
    self.init(
      samples, configuration.augmentation, seed: configuration.seed,
      firstCleanEpoch: configuration.firstCleanEpoch(stepsPerEpoch: choices.stepsPerEpoch), noise: configuration.noise,
      words: choices.input == .masked ? masks.words : 0, workers: choices.workers, kernels: kernels)
  }
}
