#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The file that stands for an input to readers which take a path: in memory where the run's script has put its folder.
enum InputFile {
  private static let folder = getenv("DESCENT_FUZZ_SCRATCH").map { String(cString: $0) } ?? "/tmp"

  /// Writes the bytes, over those of the input before.
  /// - Returns: the file's path, with the ending by which its reader is chosen.
  static func write(_ bytes: some Collection<UInt8>, ending: String) -> String {
    let path = "\(folder)/input-\(getpid())\(ending)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    precondition(descriptor >= 0, "the folder for inputs takes files")
    let content = Array(bytes)
    var written = 0
    while written < content.count {
      written += content.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress! + written, $0.count - written) }
    }
    close(descriptor)
    return path
  }
}

/// `write(2)`, under a name that methods called `write` do not hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  let written = write(descriptor, bytes, count)
  precondition(written > 0, "the folder for inputs has room")
  return written
}
