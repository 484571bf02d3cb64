/// The best settings of a comparison by a figure: all whose figures have the same text as the smallest one, so that terminal and page
/// name the same ones.
package struct BestSettings: Equatable {
  /// The smallest figure.
  package let value: Double
  /// `sgd and adam`, or their number if they are many.
  package let names: String

  /// The largest number of equal settings that are named.
  private static let maximumNamed = 3

  /// - Parameters:
  ///   - figures: the settings by name with their figures, of which the smallest is the best.
  ///   - kind: the word for many of them.
  ///   - text: a figure as it is compared.
  /// - Returns: nil without figures.
  package init?(_ figures: [(name: String, value: Double)], kind: String = "settings", text: (Double) -> String) {
    guard let least = figures.map(\.value).min() else { return nil }
    value = least
    let equal = figures.filter { text($0.value) == text(least) }.map(\.name)
    names =
      equal.count > Self.maximumNamed
      ? "\(equal.count) \(kind)"
      : (equal.dropLast().isEmpty ? "" : equal.dropLast().joined(separator: ", ") + " and ") + (equal.last ?? "")
  }
}
