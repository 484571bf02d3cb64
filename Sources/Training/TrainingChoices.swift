import Kernels
import Networks

/// The values in force of the options that a run can choose by itself.
public struct TrainingChoices: Sendable, Equatable {
  public var workers: Int
  public var gradients: GradientStrategy
  public var input: InputForm
  public var instructionSet: InstructionSet
  /// Samples per step, as configured.
  public var batchSize: Int
  public var lastBatch = LastBatch.keep
  /// The number of steps of a whole epoch.
  public var stepsPerEpoch: Int
  /// The fraction of inputs that are nonzero.
  public var inputDensity: Double
}
