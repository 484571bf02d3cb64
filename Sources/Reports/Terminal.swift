import Platform

/// The capabilities of one of the process's output streams.
package struct Terminal: Sendable, Equatable {
  /// The stream's file descriptor.
  package var descriptor: Int32
  /// True if long lines should be wrapped at words: a terminal, also a dumb one.
  package var wraps: Bool
  /// True if lines can be redrawn: a terminal, and not a dumb one.
  package var isInteractive: Bool
  /// True if colors may be used: an interactive terminal without `NO_COLOR`.
  package var hasColor: Bool
  /// True if more than ASCII can be shown, according to the locale's name.
  package var hasUnicode: Bool

  /// Creates a stream with the given capabilities.
  ///
  /// - Parameter wraps: as `isInteractive` by default.
  package init(descriptor: Int32, wraps: Bool? = nil, isInteractive: Bool, hasColor: Bool, hasUnicode: Bool) {
    self.descriptor = descriptor
    self.wraps = wraps ?? isInteractive
    self.isInteractive = isInteractive
    self.hasColor = hasColor
    self.hasUnicode = hasUnicode
  }

  /// Detects the capabilities from the system and the environment.
  package init(descriptor: Int32) {
    self.init(descriptor: descriptor, isTerminal: isatty(descriptor) == 1) { name in
      getenv(name).map { String(cString: $0) }
    }
  }

  /// Applies the rules of https://no-color.org (`NO_COLOR` set and not empty), of `TERM=dumb`, and of POSIX for the order of the
  /// locale variables.
  init(descriptor: Int32, isTerminal: Bool, environment: (String) -> String?) {
    let name = environment("TERM") ?? ""
    let wraps = isTerminal && !name.isEmpty
    let isInteractive = wraps && name != "dumb"
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
    let charset = locale.uppercased()
    self.init(
      descriptor: descriptor, wraps: wraps, isInteractive: isInteractive,
      hasColor: isInteractive && (environment("NO_COLOR") ?? "").isEmpty,
      hasUnicode: charset.hasSuffix("UTF-8") || charset.hasSuffix("UTF8"))
  }

  /// The current width of the window in columns; 80 if unknown.
  package var width: Int { size.columns }
  /// The current height of the window in rows; 24 if unknown.
  package var height: Int { size.rows }

  private var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
    return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
  }
}
