extension Int {
  /// The number with its noun: `1 feature`, `12 features`.
  ///
  /// - Parameter word: the singular; the plural adds an s.
  package func counted(_ word: String) -> String { "\(self) \(word)\(self == 1 ? "" : "s")" }
}
