import Platform
import Random
import Reports

/// The values among which a sweep searches: `log:A..B`, `A..B` or `V|V|…`.
struct SearchValues: Sendable, Equatable {
  /// The text as given, without spaces.
  let text: String
  let form: Form

  enum Form: Sendable, Equatable {
    /// Numbers drawn uniformly or with a uniform logarithm; if the option takes whole numbers only, each stands for the numbers
    /// that round to it, so that the ends are as probable as the others.
    case range(low: Double, high: Double, isLogarithmic: Bool, isWhole: Bool)
    /// Different values as text for the command line; at least two if they are searched.
    case list([String])
  }

  /// The values of an option with one value, which trials of some optimizers replace.
  init(one text: String) {
    self.text = text
    form = .list([text])
  }

  private static let logarithmic = "log:"

  /// - Returns: nil for a text that is one value, not several.
  /// - Throws: `UsageError.value` for an invalid range or list, or one with values that the option does not allow.
  init?(_ text: String, of option: any OptionDeclaration) throws(UsageError) {
    let plain = Self.withoutSpaces(text)
    if plain.contains("|") {
      form = .list(try Self.list(plain, of: option))
    } else if plain.lowercased().hasPrefix(Self.logarithmic) || plain.contains("..") {
      form = try Self.range(plain, of: option)
    } else {
      return nil
    }
    if case .list(let items) = form { self.text = items.joined(separator: "|") } else { self.text = plain.lowercased() }
  }

  /// The text without spaces at its ends and around bars, colons and the dots of a range.
  private static func withoutSpaces(_ text: String) -> String {
    var result = text.trimmed
    for separator in ["|", ":", ".."] {
      result = result.components(separatedBy: separator).map(\.trimmed).joined(separator: separator)
    }
    return result
  }

  private static func list(_ text: String, of option: any OptionDeclaration) throws(UsageError) -> [String] {
    var items: [String] = []
    var meanings: Set<String> = []
    for item in text.split(separator: "|", omittingEmptySubsequences: false) {
      let value = try option.canonical(String(item)).text
      guard meanings.insert(try option.meaning(of: value)).inserted else {
        throw .values(option: option.name, found: "\(item) twice in \(text)", allowed: "each value once")
      }
      items.append(value)
    }
    return items
  }

  private static func range(_ text: String, of option: any OptionDeclaration) throws(UsageError) -> Form {
    let isLogarithmic = text.lowercased().hasPrefix(logarithmic)
    let ends = (isLogarithmic ? String(text.dropFirst(logarithmic.count)) : text).split(separator: "..", maxSplits: 1)
    let error = UsageError.value(
      option: option.name, found: text,
      allowed: isLogarithmic ? "log:A..B with numbers 0 < A < B" : "A..B with numbers A < B", nearest: nil)
    guard ends.count == 2, let low = Double(ends[0]), let high = Double(ends[1]), low < high, (high - low).isFinite,
      !isLogarithmic || low > 0
    else { throw error }
    for end in ends { _ = try option.canonical(String(end)) }
    // A number with a fraction between the ends shows if the option takes whole numbers only.
    let middle = low + (high - low) / 2
    let between = middle == middle.rounded() ? middle + (high - low) / 8 : middle
    let isWhole = (try? option.canonical("\(between)")) == nil
    return .range(low: low, high: high, isLogarithmic: isLogarithmic, isWhole: isWhole)
  }

  /// The number of values; nil for a range of numbers with fractions.
  var count: Int? {
    switch form {
    case .list(let items): items.count
    case .range(let low, let high, _, true): Int(exactly: high.rounded(.down) - low.rounded(.up) + 1)
    case .range: nil
    }
  }

  /// A value as text for the command line.
  ///
  /// - Parameter index: less than `count`.
  func value(_ index: Int) -> String {
    switch form {
    case .list(let items): items[index]
    case .range(let low, _, _, _): "\(Int(low.rounded(.up)) + index)"
    }
  }

  var isRange: Bool { if case .range = form { true } else { false } }
  /// The values of a list; empty for a range.
  var items: [String] { if case .list(let items) = form { items } else { [] } }
  var isLogarithmic: Bool { if case .range(_, _, let isLogarithmic, _) = form { isLogarithmic } else { false } }

  /// A random value as text for the command line: of a range, with three or four significant digits.
  func draw(_ random: inout RandomSource) -> String {
    switch form {
    case .list(let items): return items[Int(random.below(UInt64(items.count)))]
    case .range(let low, let high, let isLogarithmic, let isWhole):
      let part = random.uniform()
      let (start, end) = isWhole ? (low - 0.5, high + 0.5) : (low, high)
      let value = isLogarithmic ? start * exp(part * log(end / start)) : start + part * (end - start)
      if isWhole { return "\(Int(min(max(value.rounded(), low), high)))" }
      let text = NumberText.significant(value, isLogarithmic ? 3 : 4)
      let rounded = Double(text) ?? value
      return rounded < low ? "\(low)" : rounded > high ? "\(high)" : text
    }
  }
}
