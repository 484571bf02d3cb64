import Networks
import Optimizers
import Random

/// The position of a run, with its metrics and kept parameters so far.
package struct RunPosition: Sendable, Equatable {
  /// The number of finished epochs.
  package var epochsDone = 0
  /// The number of steps of the run so far.
  package var stepsDone = 0
  /// The seconds of training, without evaluation.
  package var seconds = 0.0
  /// The sums of the current epoch; nil between epochs.
  package var part: EpochSums?
  /// The random generator that shuffles the samples of the next epoch.
  package var random: RandomSource
  /// The metrics of the finished epochs.
  package var history = EpochHistory()
  /// The lowest validation loss after an epoch so far.
  package var bestValidationLoss = Double.infinity
  /// The number of consecutive epochs without a new best validation loss.
  package var epochsWithoutImprovement = 0
  /// The epoch of the best validation loss with its parameters, if the configuration keeps them.
  package var best: EpochParameters?
  /// The scalars of an optimizer with a line search, after its first step; its vectors are the optimizer's state.
  package var search: LBFGSPosition?
  /// The kept parameters of earlier epochs, in the order of the epochs; empty unless the configuration keeps snapshots.
  package var snapshots: [EpochParameters] = []

  /// The beginning of a run.
  package init(random: RandomSource) { self.random = random }
}

/// The parameters after an epoch.
package struct EpochParameters: Sendable, Equatable {
  /// The number of the epoch, from 1.
  package var epoch: Int
  /// The parameters after this epoch.
  package var parameters: Parameters

  package init(epoch: Int, parameters: Parameters) {
    self.epoch = epoch
    self.parameters = parameters
  }
}
