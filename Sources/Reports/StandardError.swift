#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The stream of progress and diagnostics. Whether anybody reads it changes nothing: a failed write is let go.
public enum StandardError {
  /// Writes the text as it is.
  public static func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let start = rest.baseAddress, rest.count > 0 {
        #if canImport(Darwin)
          let count = Darwin.write(STDERR_FILENO, start, rest.count)
        #elseif canImport(Glibc)
          let count = Glibc.write(STDERR_FILENO, start, rest.count)
        #else
          let count = Musl.write(STDERR_FILENO, start, rest.count)
        #endif
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  /// One line; control characters within it, line ends too, become spaces: a message is one line whatever a file or
  /// an argument is called.
  public static func line(_ text: String) {
    write(singleLine(text) + "\n")
  }

  static func singleLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : $0 }))
  }
}
