import Kernels
import Networks

/// The values in force of the options that a run can choose by itself.
public struct TrainingChoices: Sendable, Equatable {
  /// The number of workers of each rank.
  public var workers: Int
  /// The number of processes that share the run's steps.
  public var ranks = 1
  /// The gradient strategy.
  public var gradients: GradientStrategy
  /// The form of input.
  public var input: InputForm
  /// The instruction set of the kernels.
  public var instructionSet: InstructionSet
  /// Samples per step, as configured.
  public var batchSize: Int
  /// The treatment of an epoch's last, smaller batch.
  public var lastBatch = LastBatch.keep
  /// The number of steps of a whole epoch.
  public var stepsPerEpoch: Int
  /// The fraction of inputs that are nonzero.
  public var inputDensity: Double
}
