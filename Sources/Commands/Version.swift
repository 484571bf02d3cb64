/// The program's version, said here only.
enum Version {
  static let current = "0.1.0"
}
