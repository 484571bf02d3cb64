/// What samples are for. It decides which split is used by default, whether targets are read, and by whose statistics samples are prepared.
package enum SampleUse: Sendable {
  /// Training, of a new network or of a model whose training is continued.
  case training(continuing: ModelInput?)
  /// The loss and its gradient, of a model or of a new network.
  case gradient(ModelInput?)
  /// The figures of a model on samples with targets.
  case evaluation(ModelInput)
  /// The outputs of a model for samples that may have no targets.
  case prediction(ModelInput)
  /// Samples of a model's training, to be shown with it.
  case export(ModelInput)
  /// The samples themselves.
  case inspection

  /// The model whose columns and preprocessing are the defaults; nil to determine both from the source.
  package var model: ModelInput? {
    switch self {
    case .training(let model), .gradient(let model): model
    case .evaluation(let model), .prediction(let model), .export(let model): model
    case .inspection: nil
    }
  }

  /// The model that is applied to the samples, and determines the numbers of classes; nil for one whose training is continued.
  package var appliedModel: ModelInput? { isTraining ? nil : model }

  /// True if a part of the source may be held out as its test split.
  package var isTraining: Bool {
    if case .training = self { true } else { false }
  }

  /// The split that is used by default, if the source has two.
  package var usualSplit: DataSplit {
    switch self {
    case .training, .gradient, .inspection: .train
    case .evaluation, .prediction: .test
    case .export: .all
    }
  }

  /// True if samples are prepared as those of a new network: tables are standardized, and targets must be large enough for floats.
  package var preparesAsTraining: Bool {
    switch self {
    case .training, .gradient(nil): true
    case .gradient, .evaluation, .prediction, .export, .inspection: false
    }
  }

  /// True if the samples may standardize themselves. Those of an evaluation or a prediction may be few, and statistics of few samples other
  /// ones for each; those of a gradient are those of training.
  package var ownStatistics: Bool {
    switch self {
    case .training, .gradient, .export, .inspection: true
    case .evaluation, .prediction: false
    }
  }

  /// True if labels or targets are read; else they are placeholders.
  package func needsTargets(_ options: DataOptions) -> Bool {
    guard case .prediction = self else { return true }
    // These options choose samples by their labels.
    return options.classes != nil || options.limitPerClass != nil
  }
}
