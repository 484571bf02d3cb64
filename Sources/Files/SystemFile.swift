import Platform

/// The small files below `/proc` and `/sys` that describe the system.
package enum SystemFile {
  /// The bytes that are read at most. `/proc/stat` has about 70 for each processor, and 10 for each interrupt.
  static let largest = 1 << 22

  /// The contents, at most the first 4 MiB; nil if the file cannot be read.
  package static func text(_ file: String) -> String? {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    var length = 0
    while true {
      // These files have no size, and a read may end before their end.
      let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + length, $0.count - length) }
      guard count >= 0 else { return nil }
      length += count
      if count == 0 || length == largest { return String(decoding: bytes[..<length], as: UTF8.self) }
      if length == bytes.count { bytes += [UInt8](repeating: 0, count: length) }
    }
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
