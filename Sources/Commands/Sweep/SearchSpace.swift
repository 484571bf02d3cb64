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
    var key: String { String(name.map { $0 == "-" ? "_" : $0 }) }
  }

  let dimensions: [Dimension]
  private let seed: UInt64
  /// The combinations in the order of trials, each once; nil if values are drawn.
  private let order: [Int]?

  /// The largest number of combinations that are listed. With more, each trial draws one, and may draw an earlier one.
  private static let mostListed = 100_000

  /// - Parameters:
  ///   - trials: the largest number of trials; nil for all combinations.
  ///   - bracket: the number of trials that are compared first; nil for all of them.
  init(_ dimensions: [Dimension], trials: Int?, bracket: Int? = nil, seed: UInt64) {
    self.dimensions = dimensions
    self.seed = seed
    // A list of combinations would not have the distribution of a logarithmic range, unless all of them are tried.
    guard let count = Self.combinations(dimensions), count <= Self.mostListed,
      !dimensions.contains(where: \.values.isLogarithmic) || (bracket ?? trials).map({ $0 >= count }) ?? true
    else {
      order = nil
      return
    }
    var order = Array(0..<count)
    // A sweep whose budget ends it has tried the first ones only: not the smallest numbers of a range.
    if trials.map({ $0 < count }) ?? false || dimensions.contains(where: \.values.isRange) {
      var random = RandomSource(seed: seed, purpose: .sampling, index: UInt64.max)
      order.shuffle(using: &random)
    }
    self.order = order
  }

  /// The number of combinations; nil if an option has a range of numbers with fractions.
  static func combinations(_ dimensions: [Dimension]) -> Int? {
    var product = 1
    for dimension in dimensions {
      guard let count = dimension.values.count else { return nil }
      product = product.multipliedReportingOverflow(by: count).overflow ? .max : product * count
    }
    return product
  }

  /// The values of a trial, one for each dimension, as text for the command line. They depend only on the seed and the trial's number.
  func texts(_ trial: Int) -> [String] {
    if let order {
      var rest = order[trial % order.count]
      var texts: [String] = []
      for dimension in dimensions.reversed() {
        guard let count = dimension.values.count else { continue }
        texts.insert(dimension.values.value(rest % count), at: 0)
        rest /= count
      }
      return texts
    }
    var random = RandomSource(seed: seed, purpose: .sampling, index: UInt64(trial))
    return dimensions.map { $0.values.draw(&random) }
  }

  /// A trial's values for files.
  func members(_ trial: Int) -> [JSONValue.Member] {
    zip(dimensions, texts(trial)).map { JSONValue.Member($0.key, $0.option.json($1)) }
  }

  /// `learning-rate 0.02, hidden 64`.
  func title(_ trial: Int) -> String {
    zip(dimensions, texts(trial)).map { "\($0.name) \($1)" }.joined(separator: ", ")
  }
}
