extension Int {
  /// The number with its noun: `1 feature`, `12 features`.
  ///
  /// - Parameters:
  ///   - word: the singular; the plural adds an s.
  ///   - isGrouped: true to separate groups of three digits by commas, for text that is not parsed.
  package func counted(_ word: String, isGrouped: Bool = false) -> String {
    (isGrouped ? grouped : String(self)) + " " + word + (self == 1 ? "" : "s")
  }
}
