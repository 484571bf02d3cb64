import Networks

/// All that a run is between two steps. A trainer that goes on from it computes the bits of one that was never interrupted.
public struct TrainingState: Sendable, Equatable {
  /// Inputs, then each layer's outputs.
  public var widths: [Int]
  public var parameters: Parameters
  /// The average that is evaluated and saved in the parameters' place; nil where there is none.
  public var average: Parameters?
  /// The optimizer's moving averages, each in the shape of the parameters; as many as its `stateCount`.
  public var optimizerStates: [Parameters]
  /// The samples' order in the epoch in work, else in the last one: the next shuffle begins from it.
  public var order: [Int32]
  public var position: RunPosition
  /// What the run had chosen or was told.
  public var choices: TrainingChoices
  /// The optimizer's name.
  public var optimizer: String
  /// Of the samples trained and evaluated on.
  public var data: DataFingerprint

  public init(
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
