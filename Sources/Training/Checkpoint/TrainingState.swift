import Networks

/// The complete state of a run between two steps. A trainer resumes from it bit for bit as if never interrupted.
public struct TrainingState: Sendable, Equatable {
  /// The number of inputs, then of each layer's outputs.
  package var widths: [Int]
  /// The weights and biases.
  package var parameters: Parameters
  /// The average that is evaluated and saved instead of the parameters; nil if there is none.
  package var average: Parameters?
  /// The optimizer's state, `stateCount` arrays of the parameters' shape: moving averages, for example.
  package var optimizerStates: [Parameters]
  /// The order of samples in the current epoch, or between epochs in the last one; the next shuffle starts from it.
  package var order: [Int32]
  /// The position of the run, with its metrics.
  package var position: RunPosition
  /// The choices of the run, automatic or configured.
  package var choices: TrainingChoices
  /// The optimizer's name.
  package var optimizer: String
  /// The fingerprint of the samples trained and evaluated on.
  package var data: DataFingerprint

  package init(
    widths: [Int], parameters: Parameters, average: Parameters? = nil, optimizerStates: [Parameters], order: [Int32],
    position: RunPosition, choices: TrainingChoices, optimizer: String, data: DataFingerprint
  ) {
    self.widths = widths
    self.parameters = parameters
    self.average = average
    self.optimizerStates = optimizerStates
    self.order = order
    self.position = position
    self.choices = choices
    self.optimizer = optimizer
    self.data = data
  }
}
