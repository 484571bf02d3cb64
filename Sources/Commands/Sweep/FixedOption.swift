/// An option of `train` that a sweep does not search: it has one value for all trials.
struct FixedOption: WrappedOption {
  /// The option of `train`.
  let element: any OptionDeclaration

  init(_ element: any OptionDeclaration) { self.element = element }

  /// - Throws: also for a list or range of values, with the reason.
  func canonical(_ text: String) throws(UsageError) -> CanonicalText {
    do throws(UsageError) {
      return try element.canonical(text)
    } catch {
      guard text.contains("|") || text.contains("..") || text.hasPrefix("log:") else { throw error }
      throw .elsewhere(
        "--\(name): \(text) is a list or a range, and this option has one value for all trials of a sweep; run 'descent sweep' "
          + "once for each value.")
    }
  }
}
