import Foundation

/// Makes a folder, and those that it lies in, where they are missing.
///
/// - Parameter expected: what the folder is for, in the error.
/// - Throws: `FileError` with the system's reason, also where a file is at the path.
public func makeFolder(_ path: String, expected: String = "a folder to write to") throws(FileError) {
  var isFolder: ObjCBool = false
  if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
    guard isFolder.boolValue else {
      throw FileError(file: path, found: "a file", expected: expected, hint: "Name another one.")
    }
    return
  }
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    let reason = ((error as? CocoaError)?.underlying as? POSIXError).map { systemText($0.code.rawValue) }
    throw FileError(
      file: path, found: "no folder, and it cannot be made" + (reason.map { " (\($0))" } ?? ""), expected: expected,
      hint: "Name another one.")
  }
}
