import Files

/// An error that ends training.
public enum TrainingError: OptionTextError, Equatable, Sendable {
  /// The loss, its gradient or an updated parameter is not finite, at this epoch and step, both from 1.
  case diverged(epoch: Int, step: Int)
  /// The run was stopped by `Trainer.stop`.
  case stopped
  /// The training split is empty.
  case noSamples
  /// The number of features of the samples is not that of the network's inputs.
  case width(found: Int, expected: Int)
  /// The number of classes or target columns is not that of the network's outputs.
  case targets(found: Int, expected: Int)
  /// A number of the configuration is out of its range, or the processor lacks what it asks for; by the name of the
  /// property, or of the optimizer's hyperparameter.
  case configuration(property: String, found: String, expected: String)
  /// The rows, targets or weights of a split contradict each other, or its classes are not those of the training split.
  case samples(split: String, found: String, expected: String)
  /// Training needs more memory than available, both in bytes; `limit` is the memory that is limited.
  case memory(widths: String, needed: Double, available: Double, limit: LimitedMemory)
  /// The samples cannot be distorted, or not with these labels.
  case augmentation(found: String, expected: String)
  /// Several ranks with a configuration that runs in one process only, or one process with `averageEvery`.
  case ranks(found: OptionText, expected: OptionText)
  /// An optimizer that sets the length of its steps, and an option that would have no effect on them; or one with a line search, and
  /// an option that changes the objective from one evaluation to the next, or the step.
  case optimizerConflict(optimizer: String, found: OptionText, expected: OptionText)
  /// A state of a run with another network, other data or other options.
  case state(found: String, expected: String)

  public var message: OptionText {
    switch self {
    case .diverged(let epoch, let step):
      "the loss or its gradient is not finite in epoch \(epoch), step \(step): training diverged. Try a smaller \(option: "learningRate"), or \(option: "clipNorm")."
    case .stopped: "training was stopped."
    case .state(let found, let expected): "the run to resume: found \(found), expected \(expected)."
    case .ranks(let found, let expected): "several ranks: found \(found), expected \(expected)."
    case .optimizerConflict(let optimizer, let found, let expected):
      "the optimizer \(optimizer): found \(found), expected \(expected)."
    case .augmentation(let found, let expected):
      "\(option: "augment"): found \(found), expected \(expected)."
    case .noSamples: "found no samples to train on, expected at least one."
    case .width(let found, let expected):
      "found samples of \(found) features, expected \(expected), the network's inputs."
    case .targets(let found, let expected):
      "found \(found) classes or target columns, expected \(expected), the network's outputs."
    case .configuration(let property, let found, let expected):
      "\(option: property): found \(found), expected \(expected)."
    case .samples(let split, let found, let expected): "the \(split) samples: found \(found), expected \(expected)."
    case .memory(let widths, let needed, let available, let limit):
      "the network \(widths) takes \(MemoryLimit.text(needed)) of memory to train, and \(limit.name) leaves "
        + "\(MemoryLimit.text(available)): try smaller widths of \(option: "hidden") layers"
        + (limit == .free ? "." : ", or raise that limit.")
    }
  }
}
