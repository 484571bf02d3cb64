import Networks
import Random

/// The position of a run and its figures so far: all state whose size does not depend on network or data.
public struct RunPosition: Sendable, Equatable {
  public var epochsDone = 0
  public var stepsDone = 0
  /// The seconds of training, without evaluation.
  public var seconds = 0.0
  /// The current epoch; nil between epochs.
  public var part: EpochPart?
  /// The generator of the next order.
  public var random: RandomSource
  /// The figures of the finished epochs.
  public var history = EpochHistory()
  public var bestValidationLoss = Double.infinity
  public var epochsWithoutBetter = 0
  /// The epoch of the best validation loss with its parameters, if the configuration keeps them.
  public var best: BestEpoch?

  public init(random: RandomSource) { self.random = random }
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
