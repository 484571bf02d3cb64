import Files
import Platform

/// The folders of a path that do not exist yet, to remove those that are empty after a failure.
struct EmptyFolders {
  /// The missing folders, the innermost first.
  private let missing: [String]

  /// - Parameter path: a folder that will be made with its ancestors.
  init(before path: String) {
    var missing: [String] = []
    var rest = Substring(path)
    while !rest.isEmpty {
      while rest.count > 1, rest.hasSuffix("/") { rest = rest.dropLast() }
      let folder = String(rest)
      guard !fileExists(folder) else { break }
      missing.append(folder)
      guard let slash = rest.lastIndex(of: "/") else { break }
      rest = rest[..<slash]
    }
    self.missing = missing
  }

  /// Removes the folders that are empty.
  func remove() {
    // A folder with files in it is not removed.
    for folder in missing where rmdir(folder) != 0 { return }
  }
}
