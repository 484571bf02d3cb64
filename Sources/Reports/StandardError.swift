import Files
import Platform

/// The stream of progress and diagnostics. Failed writes are ignored: a missing reader must not change a run. A reader that does not read is
/// waited for, as is usual for pipes.
package enum StandardError {
  /// Writes the text as it is.
  package static func write(_ text: String) {
    var text = text
    text.withUTF8 { _ = writeAll(UnsafeRawBufferPointer($0), to: STDERR_FILENO) }
  }

  /// Writes one line. Control characters and line ends become spaces, so that a message stays on one line with any name of a file or
  /// argument.
  package static func line(_ text: String) {
    write(text.singleLine + "\n")
  }
}
