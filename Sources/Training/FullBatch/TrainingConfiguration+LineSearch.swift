import Files
import Networks
import Optimizers

extension TrainingConfiguration {
  /// Checks the configuration of an optimizer that searches the length of its steps: the line search compares values
  /// of one function of the parameters, and follows its gradient.
  ///
  /// - Parameter samples: the number of training samples.
  /// - Throws: `TrainingError.lineSearch`.
  func checkForLineSearch(samples: Int) throws(TrainingError) {
    let optimizer = type(of: optimizer)
    guard optimizer.searchesStepLength else { return }
    let unsuited: [(isGiven: Bool, option: OptionText, expected: OptionText)] = [
      (batchSize.resolved(samples) < samples, "\(option: "batchSize") below \(samples)", "the full batch"),
      (gradients == .partial, "\(option: "gradients") partial", "owned, the same bits for any number of workers"),
      (augmentation != nil, "\(option: "augment")", "the same samples in every evaluation"),
      (noise > 0, "\(option: "noise")", "the same samples in every evaluation"),
      (dropout.contains { $0 > 0 }, "\(option: "dropout")", "the same network in every evaluation"),
      (precision == .bfloat16, "\(option: "precision") bfloat16", "float32: the search compares close losses"),
      (clipNorm != nil, "\(option: "clipNorm")", "the gradient of the loss"),
      (maxNorm != nil, "\(option: "maxNorm")", "parameters that only steps change"),
      (average != .none, "\(option: "average")", "the parameters themselves"),
      (schedule != .constant, "\(option: "schedule")", "constant: a line search sets the length of each step"),
    ]
    guard let first = unsuited.first(where: \.isGiven) else { return }
    throw .lineSearch(optimizer: optimizer.name, found: first.option, expected: first.expected)
  }
}
