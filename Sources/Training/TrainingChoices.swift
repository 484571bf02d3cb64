import Kernels
import Networks

/// The values of the options that can be chosen automatically, as a run uses them.
public struct TrainingChoices: Sendable, Equatable {
  /// The number of workers of each rank.
  public var workers: Int
  /// The number of ranks: processes that share the run's steps.
  public var ranks = 1
  /// The gradient strategy.
  public var gradients: GradientStrategy
  /// The input form.
  public var input: InputForm
  /// The instruction set of the kernels.
  public var instructionSet: InstructionSet
  /// The precision of the operands of dense products.
  public var precision = Precision.float32
  /// The number of samples per step, at most those of the training split.
  public var batchSize: Int
  /// The treatment of samples that do not fill a whole batch at the end of an epoch.
  public var lastBatch = LastBatch.keep
  /// The number of steps of a whole epoch.
  public var stepsPerEpoch: Int
  /// The fraction of inputs that are nonzero.
  public var inputDensity: Double

  /// The most ranks of a state that is accepted, so that a damaged one asks for no absurd number of arrays.
  static let maximumRanks = 1 << 20
}
