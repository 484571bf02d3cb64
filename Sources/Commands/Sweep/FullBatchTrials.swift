import Optimizers
import Training

/// The trials of optimizers that need the full batch, in a sweep that also searches others: with
/// `--optimizer 'adam|lbfgs' --batch-size '32|64'` the trials of `lbfgs` have the full batch, and each of their settings
/// is tried once.
struct FullBatchTrials: Sendable {
  /// The index of the searched optimizer among the dimensions.
  private let optimizer: Int
  /// By optimizer, the values that follow from it, by the index of their dimension.
  private let values: [String: [Int: String]]

  /// The optimizers that need the full batch.
  var names: [String] { values.keys.sorted() }

  /// - Returns: nil if no optimizer that needs the full batch is searched beside one that does not.
  init?(_ dimensions: [SearchSpace.Dimension]) {
    guard let index = dimensions.firstIndex(where: { $0.name == OptimizationOptions.optimizerOption.name }) else {
      return nil
    }
    var values: [String: [Int: String]] = [:]
    var hasOthers = false
    for name in dimensions[index].values.items {
      guard let type = try? OptimizerCatalog.type(named: name) else { continue }
      if type.needsFullBatch {
        values[name] = Self.followed(dimensions, searchesStepLength: type.searchesStepLength)
      } else {
        hasOthers = true
      }
    }
    guard hasOthers, !values.isEmpty else { return nil }
    optimizer = index
    self.values = values
  }

  /// The values that follow from an optimizer that needs the full batch, by the index of their dimension.
  private static func followed(_ dimensions: [SearchSpace.Dimension], searchesStepLength: Bool) -> [Int: String] {
    var values: [Int: String] = [:]
    for (index, dimension) in dimensions.enumerated() {
      values[index] = FullBatchCells.value(of: dimension.name, searchesStepLength: searchesStepLength)
    }
    return values
  }

  /// The dimensions with one for the batch size, which files and pages then name for each trial: the optimizers have
  /// different ones also where it is not searched.
  static func completed(
    _ dimensions: [SearchSpace.Dimension], _ arguments: Arguments
  ) -> [SearchSpace.Dimension] {
    let option = BudgetOptions.batchSizeOption
    guard FullBatchTrials(dimensions) != nil, !dimensions.contains(where: { $0.name == option.name }),
      let text = arguments.texts(option).last ?? option.defaultValue, !option.isSame(text, "full")
    else { return dimensions }
    return dimensions + [SearchSpace.Dimension(option: option, values: SearchValues(one: text))]
  }

  /// The values of a trial, with those that follow from its optimizer.
  func adjusted(_ texts: [String]) -> [String] {
    var texts = texts
    for (index, value) in values[texts[optimizer]] ?? [:] { texts[index] = value }
    return texts
  }

  /// The number of different combinations of lists and ranges of whole numbers; nil if an option has a range of numbers with
  /// fractions.
  func combinations(_ dimensions: [SearchSpace.Dimension]) -> Int? {
    var sum = 0
    for name in dimensions[optimizer].values.items {
      let followed = values[name] ?? [:]
      let free = dimensions.indices.filter { $0 != optimizer && followed[$0] == nil }.map { dimensions[$0] }
      guard let count = SearchSpace.product(free) else { return nil }
      sum = sum.addingReportingOverflow(count).overflow ? .max : sum + count
    }
    return sum
  }

  /// True for one of the combinations that become the same: the one with the first value of every option that follows.
  ///
  /// - Parameters:
  ///   - texts: the values before they are adjusted.
  ///   - digits: the index of each value among those of its dimension.
  func isKept(_ texts: [String], digits: [Int]) -> Bool {
    (values[texts[optimizer]] ?? [:]).keys.allSatisfy { digits[$0] == 0 }
  }
}
