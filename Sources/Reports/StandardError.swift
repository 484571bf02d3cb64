import Files
import Platform

/// The stream of progress and diagnostics. Failed writes are ignored: a missing reader must not change a run.
package enum StandardError {
  /// Writes the text as it is.
  package static func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let start = rest.baseAddress, rest.count > 0 {
        let count = Platform.write(STDERR_FILENO, start, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  /// Writes one line. Control characters and line ends become spaces, so that a message stays on one line with any name of a file or
  /// argument.
  package static func line(_ text: String) {
    write(text.singleLine + "\n")
  }
}
