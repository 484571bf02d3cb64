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
