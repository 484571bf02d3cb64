/// The sums over an epoch's steps so far.
package struct EpochSums: Sendable, Equatable {
  /// The number of finished steps.
  package var steps = 0
  /// The number of their samples.
  package var samples = 0
  /// Σ over samples of the objective, before the sample's step.
  package var loss = 0.0
  /// Σ over samples of the loss in the units of standardized targets, divided by its mean factor, minus the objective: see
  /// `StandardizedLoss`; else 0.
  package var surplus = 0.0
  /// The number of samples classified correctly, before the sample's step.
  package var correct = 0.0
  /// The gradient norm of the last measured step.
  package var gradientNorm = 0.0
  /// Σ over samples of (a − t)² for each output, with activation a and target t; empty for classification.
  package var squaredErrors: [Double] = []
  /// The seconds of training, without evaluation.
  package var seconds = 0.0

  package init() {}
}
