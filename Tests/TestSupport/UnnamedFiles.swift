import Foundation

/// True if files without a name can be created in a folder: on local file systems of Linux.
package func hasUnnamedFiles(in folder: String) -> Bool {
  #if os(Linux)
    // O_TMPFILE.
    let number = open(folder, 0o20000000 | O_DIRECTORY | O_RDWR | O_CLOEXEC, 0o600)
    if number >= 0 { close(number) }
    return number >= 0
  #else
    return false
  #endif
}
