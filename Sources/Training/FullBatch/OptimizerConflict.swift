import Files
import Networks
import Optimizers

/// A setting that cannot be combined with an optimizer of the full batch that sets the length of its steps.
///
/// A line search compares values of one function of the parameters and follows its gradient; it sets the length of the step. Step sizes that adapt to the signs of gradients start as the learning rate
/// and are not multiplied with it, so that a schedule would have no effect.
package struct OptimizerConflict: Sendable {
  /// The property of the configuration, by its name in an `OptionText`.
  package let property: String
  /// The property's value; nil if it is not one of a few words.
  package let value: String?
  /// The reason, as a clause.
  package let reason: String
  /// The expected setting.
  package let expected: OptionText

  fileprivate init(_ property: String, value: String? = nil, _ reason: String, expected: OptionText) {
    (self.property, self.value, self.reason, self.expected) = (property, value, reason, expected)
  }
}

extension TrainingConfiguration {
  /// The first setting that the optimizer excludes; nil if there is none.
  package var optimizerConflict: OptimizerConflict? {
    let type = type(of: optimizer)
    var conflicts: Conflicts = []
    if type.searchesStepLength {
      conflicts = searchConflicts + scheduleConflicts("the line search sets the length of each step")
    } else if type.readsLearningRateOnce {
      conflicts = scheduleConflicts(
        "\(type.name) adapts a step size for each parameter, which only starts as the learning rate")
    }
    return conflicts.first(where: \.isInEffect)?.conflict
  }

  private typealias Conflicts = [(isInEffect: Bool, conflict: OptimizerConflict)]

  private func scheduleConflicts(_ reason: String) -> Conflicts {
    [
      (schedule.shape != .constant, .init("schedule", reason, expected: "\(option: "schedule", "constant")")),
      (schedule.warmupSteps > 0, .init("warmup", reason, expected: "\(option: "warmup", "0")")),
    ]
  }

  private var searchConflicts: Conflicts {
    [
      (
        clipNorm != nil,
        .init("clipNorm", "the line search needs the gradient of the loss", expected: "no \(option: "clipNorm")")
      ),
      (
        precision == .bfloat16,
        .init(
          "precision", value: "bfloat16", "the line search compares losses that are closer than bfloat16 rounds",
          expected: "\(option: "precision", "float32")")
      ),
      (
        gradients == .partial,
        .init(
          "gradients", value: "partial", "its evaluations have the same bits for any number of workers",
          expected: "\(option: "gradients", "owned")")
      ),
    ]
  }

  /// - Throws: `TrainingError.optimizerConflict`.
  func checkForOptimizer() throws(TrainingError) {
    guard let conflict = optimizerConflict else { return }
    throw .optimizerConflict(
      optimizer: type(of: optimizer).name, found: "\(option: conflict.property, conflict.value)",
      expected: "\(conflict.expected): \(conflict.reason)")
  }
}
