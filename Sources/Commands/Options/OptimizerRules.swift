import Datasets
import Files
import Optimizers
import Training

extension TrainOptions {
  /// Checks that no option is in effect that the optimizer excludes (`OptimizerConflict`).
  ///
  /// - Throws: `UsageError` naming the option and the optimizer.
  func checkOptimizer() throws(UsageError) {
    guard let conflict = configuration.optimizerConflict else { return }
    let spelling = DataOption(conflict.property).spelling
    let option = Self.declared.first { "--" + $0.name == spelling }
    // An option with a few values has one that goes with a line search.
    let another = conflict.value == nil ? ", or another optimizer" : ""
    throw .combination(
      options: [option.map(arguments.spelling) ?? spelling, arguments.spelling(OptimizationOptions.optimizerOption)],
      reason: conflict.reason, expected: conflict.expected.spelled + another)
  }
}
