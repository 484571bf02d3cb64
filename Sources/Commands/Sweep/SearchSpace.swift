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
  /// The combinations of lists in the order of trials; nil if values are drawn.
  private let order: [Int]?

  /// The largest number of combinations that are listed. With more, each trial draws one, and may draw an earlier one.
  private static let mostListed = 100_000

  /// - Parameter trials: number of trials; nil for all combinations.
  init(_ dimensions: [Dimension], trials: Int?, seed: UInt64) {
    self.dimensions = dimensions
    self.seed = seed
    guard let count = Self.combinations(dimensions), count <= Self.mostListed else {
      order = nil
      return
    }
    var order = Array(0..<count)
    if let trials, trials < count {
      var random = RandomSource(seed: seed, purpose: .sampling, index: UInt64.max)
      order.shuffle(using: &random)
    }
    self.order = order
  }

  /// The number of combinations; nil if an option has a range.
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
        guard case .list(let items) = dimension.values.form else { continue }
        texts.insert(items[rest % items.count], at: 0)
        rest /= items.count
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
