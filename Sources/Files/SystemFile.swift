import Platform

/// The small files below `/proc` and `/sys` that describe the system.
package enum SystemFile {
  /// The first 16 KiB; nil if the file cannot be read.
  package static func text(_ file: String) -> String? {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = read(descriptor, &bytes, bytes.count)
    return count >= 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }

  /// The number in the first line.
  package static func number(_ file: String) -> Double? {
    text(file)?.split(separator: "\n").first.flatMap { Double($0) }
  }

  /// The value of a key in bytes: "MemAvailable:   24000000 kB", "VmSize:\t   50000 kB".
  static func kilobytes(_ key: String, in file: String) -> Double? {
    let line = text(file)?.split(separator: "\n").first { $0.hasPrefix(key) }
    return line?.dropFirst(key.count).split(whereSeparator: \.isWhitespace).first.flatMap { Double($0) }
      .map { $0 * 1024 }
  }
}
