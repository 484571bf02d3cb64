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

  /// The value of an option that follows from an optimizer that needs the full batch; nil for other options.
  ///
  /// - Parameter searchesStepLength: true if the optimizer uses a line search.
  static func value(of option: String, searchesStepLength: Bool) -> String? {
    switch option {
    case BudgetOptions.batchSizeOption.name: "full"
    case ExecutionOptions.gradientsOption.name where searchesStepLength: GradientStrategy.owned.rawValue
    default: nil
    }
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
      guard let wanted = Self.value(of: axis.name, searchesStepLength: optimizer.searchesStepLength) else { continue }
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
