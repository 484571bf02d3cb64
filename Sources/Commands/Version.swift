/// The program's version, said here only.
enum Version {
  static let current = "0.1.0"
  /// Of the manual page.
  static let date = "November 28, 2026"
}
