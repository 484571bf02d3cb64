import Networks
import Random

/// All that a run is between two steps. A trainer that goes on from it computes the bits of one that was never interrupted.
public struct TrainingState: Sendable, Equatable {
  /// Inputs, then each layer's outputs.
  public var widths: [Int]
  public var parameters: Parameters
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
    widths: [Int], parameters: Parameters, optimizerStates: [Parameters], order: [Int32], position: RunPosition,
    choices: TrainingChoices, optimizer: String, data: DataFingerprint
  ) {
    self.widths = widths
    self.parameters = parameters
    self.optimizerStates = optimizerStates
    self.order = order
    self.position = position
    self.choices = choices
    self.optimizer = optimizer
    self.data = data
  }
}

/// Where a run stands, and what it has found so far: all of its state that does not grow with network or data.
public struct RunPosition: Sendable, Equatable {
  public var epochsDone = 0
  public var stepsDone = 0
  /// Of training alone.
  public var seconds = 0.0
  /// The epoch in work; nil between two.
  public var part: EpochPart?
  /// What draws the next order.
  public var random: RandomSource
  /// Of the epochs done.
  public var history = EpochHistory()
  public var bestValidationLoss = Double.infinity
  public var epochsWithoutBetter = 0
  /// The epoch of the best validation loss with its parameters, where the configuration keeps them.
  public var best: BestEpoch?

  public init(random: RandomSource) { self.random = random }
}

/// The figures of an epoch's steps so far.
public struct EpochPart: Sendable, Equatable {
  public var steps = 0
  public var samples = 0
  /// Σ over samples of the objective before their step.
  public var loss = 0.0
  /// Samples whose answer was correct before their step.
  public var correct = 0.0
  /// Of the last step that was measured.
  public var gradientNorm = 0.0
  /// Σ over samples of (a − t)², one an output; empty where targets are classes.
  public var squaredErrors: [Double] = []
  /// Of training alone.
  public var seconds = 0.0

  public init() {}
}

/// The parameters after an epoch.
public struct BestEpoch: Sendable, Equatable {
  /// From 1.
  public var epoch: Int
  public var parameters: Parameters

  public init(epoch: Int, parameters: Parameters) {
    self.epoch = epoch
    self.parameters = parameters
  }
}
