import JSON
import Random

/// The options that a sweep searches, and the values that each trial has of them.
struct SearchSpace: Sendable {
  /// An option of `train` with its values.
  struct Dimension: Sendable {
    var option: any OptionDeclaration
    var values: SearchValues
    var name: String { option.name }
    /// The name in files.
    var key: String { option.key }
  }

  let dimensions: [Dimension]
  private let seed: UInt64
  /// The values that follow from an optimizer; nil if none do.
  private let fullBatch: FullBatchTrials?
  /// The combinations in the order of trials, each once; nil if values are drawn.
  private let order: [Int]?

  /// The largest number of combinations that are listed. With more, each trial draws one, and may draw an earlier one.
  private static let maximumListed = 100_000

  /// - Parameters:
  ///   - trials: the largest number of trials; nil for all combinations.
  ///   - bracket: the number of trials that are compared first; nil for all of them.
  init(_ dimensions: [Dimension], trials: Int?, bracket: Int? = nil, seed: UInt64) {
    self.dimensions = dimensions
    self.seed = seed
    fullBatch = FullBatchTrials(dimensions)
    // A list of combinations would not have the distribution of a logarithmic range, unless all of them are tried.
    guard let count = Self.combinations(dimensions), let product = Self.product(dimensions),
      product <= Self.maximumListed,
      !dimensions.contains(where: \.values.isLogarithmic) || (bracket ?? trials).map({ $0 >= count }) ?? true
    else {
      order = nil
      return
    }
    var order = Array(0..<product)
    if let fullBatch {
      order = order.filter { number in
        let digits = Self.digits(number, dimensions)
        return fullBatch.isKept(zip(dimensions, digits).map { $0.values.value($1) }, digits: digits)
      }
    }
    // A sweep whose budget ends it has tried the first ones only: not the smallest numbers of a range.
    if trials.map({ $0 < count }) ?? false || dimensions.contains(where: \.values.isRange) {
      var random = RandomSource(seed: seed, purpose: .sampling, index: UInt64.max)
      order.shuffle(using: &random)
    }
    self.order = order
  }

  /// The number of different combinations; nil if an option has a range of numbers with fractions.
  static func combinations(_ dimensions: [Dimension]) -> Int? {
    FullBatchTrials(dimensions).map { $0.combinations(dimensions) } ?? product(dimensions)
  }

  /// The product of the numbers of values; nil if an option has a range of numbers with fractions.
  static func product(_ dimensions: [Dimension]) -> Int? {
    var product = 1
    for dimension in dimensions {
      guard let count = dimension.values.count else { return nil }
      product = product.multipliedReportingOverflow(by: count).overflow ? .max : product * count
    }
    return product
  }

  /// The values of a trial, one for each dimension, as text for the command line. They depend only on the seed and the trial's number.
  func texts(_ trial: Int) -> [String] {
    let texts: [String]
    if let order {
      texts = zip(dimensions, Self.digits(order[trial % order.count], dimensions)).map { $0.values.value($1) }
    } else {
      var random = RandomSource(seed: seed, purpose: .sampling, index: UInt64(trial))
      texts = dimensions.map { $0.values.draw(&random) }
    }
    return fullBatch?.adjusted(texts) ?? texts
  }

  /// The index of each value of a combination among those of its dimension; the last one changes fastest.
  private static func digits(_ combination: Int, _ dimensions: [Dimension]) -> [Int] {
    var rest = combination
    var digits: [Int] = []
    for dimension in dimensions.reversed() {
      let count = dimension.values.count ?? 1
      digits.append(rest % count)
      rest /= count
    }
    return digits.reversed()
  }

  /// The searched optimizers that have the full batch whatever the batch size; empty unless others are searched beside them.
  var fullBatchOptimizers: [String] { fullBatch?.names ?? [] }

  /// A trial's values for files.
  func members(_ trial: Int) -> [JSONValue.Member] {
    zip(dimensions, texts(trial)).map { JSONValue.Member($0.key, $0.option.jsonAmongSeveral($1)) }
  }

  /// `learning-rate 0.02, hidden 64`.
  func title(_ trial: Int) -> String {
    zip(dimensions, texts(trial)).map { "\($0.name) \($1)" }.joined(separator: ", ")
  }
}
