import Platform

/// True if there is a folder at the path, also through symbolic links; nil if there is nothing.
package func isFolder(_ path: String) -> Bool? {
  var information = stat()
  guard stat(path, &information) == 0 else { return nil }
  return information.st_mode & S_IFMT == S_IFDIR
}

/// True if there is a file of any kind at the path, also through symbolic links.
package func fileExists(_ path: String) -> Bool { isFolder(path) != nil }

/// Folders that were created for output files.
package struct CreatedFolders: Sendable {
  /// The paths, innermost first.
  fileprivate var paths: [String] = []

  /// Removes those that are empty, so that a command that wrote nothing leaves none.
  package func removeEmpty() {
    for path in paths where rmdir(path) != 0 && errno != ENOENT { return }
  }
}

/// Writes the names in a folder to the disk. Errors are ignored, since some file systems cannot sync a folder.
package func syncFolder(_ path: String) {
  let number = open(path, O_RDONLY | O_CLOEXEC)
  guard number >= 0 else { return }
  _ = fsync(number)
  close(number)
}

/// Creates a folder and its missing ancestors. Their names are on the disk when this returns.
///
/// - Parameters:
///   - expected: the purpose of the folder, for the error.
///   - sync: writes the names in a folder to the disk; another one in tests.
/// - Returns: the folders that were missing.
/// - Throws: `FileError` with the system's reason, also if there is a file at the path.
@discardableResult
package func makeFolder(
  _ path: String, expected: String = "a folder to write to", sync: (String) -> Void = syncFolder
) throws(FileError) -> CreatedFolders {
  if let isFolder = isFolder(path) {
    guard isFolder else {
      throw FileError(file: path, found: "a file", expected: expected, hint: "Name another one.")
    }
    return CreatedFolders()
  }
  var created = CreatedFolders()
  var missing = path[...]
  while !missing.isEmpty, isFolder(String(missing)) == nil {
    while missing.last == "/" { missing.removeLast() }
    created.paths.append(String(missing))
    missing = missing.lastIndex(of: "/").map { missing[..<$0] } ?? ""
  }
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    created.removeEmpty()
    let reason = ((error as? CocoaError)?.underlying as? POSIXError).map { systemText($0.code.rawValue) }
    throw FileError(
      file: path, found: "no folder, and it cannot be created" + (reason.map { " (\($0))" } ?? ""), expected: expected,
      hint: "Name another one.")
  }
  for folder in created.paths { sync(folder + "/..") }
  return created
}
