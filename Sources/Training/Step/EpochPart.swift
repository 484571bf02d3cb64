/// The figures of an epoch's steps so far.
public struct EpochPart: Sendable, Equatable {
  public var steps = 0
  public var samples = 0
  /// Σ over samples of the objective, before the sample's step.
  public var loss = 0.0
  /// The number of samples classified correctly, before the sample's step.
  public var correct = 0.0
  /// The gradient norm of the last measured step.
  public var gradientNorm = 0.0
  /// Σ over samples of (a − t)² for each output; empty for classes.
  public var squaredErrors: [Double] = []
  /// The seconds of training, without evaluation.
  public var seconds = 0.0

  public init() {}
}
