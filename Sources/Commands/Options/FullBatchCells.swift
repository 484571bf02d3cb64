import Optimizers
import Training

/// The cells of optimizers that need the full batch, in a grid with other batch sizes: `--optimizer sgd,lbfgs` with a
/// list of batch sizes runs `lbfgs` with the full batch only.
struct FullBatchCells {
  private let axes: [GridAxis]
  /// The axes with default values, which the user did not ask for.
  private let defaults: Set<String>

  /// - Parameter arguments: the command line.
  init(_ arguments: Arguments, _ axes: [GridAxis]) {
    self.axes = axes
    defaults = Set(axes.filter { !arguments.isGiven($0.option) }.map(\.name))
  }

  /// Adjusts a combination of values.
  ///
  /// - Returns: false for a combination to omit: the same as one with the full batch, or with the strategy `owned`.
  ///   Values that were asked for and are impossible remain, for the error message.
  func adjust(_ point: inout Arguments, _ texts: inout [String]) throws(UsageError) -> Bool {
    let optimizer = try point.value(OptimizationOptions.optimizerOption)
    guard optimizer.needsFullBatch else { return true }
    var isKept = true
    for (index, axis) in axes.enumerated() {
      let wanted: String
      switch axis.name {
      case BudgetOptions.batchSizeOption.name: wanted = "full"
      case ExecutionOptions.gradientsOption.name where optimizer.searchesStepLength:
        wanted = GradientStrategy.owned.rawValue
      default: continue
      }
      if axis.texts.contains(wanted) {
        isKept = isKept && texts[index] == wanted
      } else if defaults.contains(axis.name) {
        isKept = isKept && texts[index] == axis.texts[0]
        texts[index] = wanted
        point = point.replacing(axis.option, with: wanted)
      }
    }
    return isKept
  }
}
