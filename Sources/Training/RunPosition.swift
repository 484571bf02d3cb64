import Networks
import Random

/// The position of a run and its figures so far: all state whose size does not depend on network or data.
package struct RunPosition: Sendable, Equatable {
  package var epochsDone = 0
  package var stepsDone = 0
  /// The seconds of training, without evaluation.
  package var seconds = 0.0
  /// The current epoch; nil between epochs.
  package var part: EpochPart?
  /// The generator of the next order.
  package var random: RandomSource
  /// The figures of the finished epochs.
  package var history = EpochHistory()
  package var bestValidationLoss = Double.infinity
  package var epochsWithoutBetter = 0
  /// The epoch of the best validation loss with its parameters, if the configuration keeps them.
  package var best: EpochParameters?
  /// The parameters after some epochs, in their order, if the configuration keeps such.
  package var snapshots: [EpochParameters] = []

  package init(random: RandomSource) { self.random = random }
}

/// The parameters after an epoch.
package struct EpochParameters: Sendable, Equatable {
  /// From 1.
  package var epoch: Int
  package var parameters: Parameters

  package init(epoch: Int, parameters: Parameters) {
    self.epoch = epoch
    self.parameters = parameters
  }
}
