import Reports

/// The capabilities of a terminal for charts drawn in characters.
package struct TerminalStyle: Sendable, Equatable {
  /// The available columns.
  package var width: Int
  /// The number of rows of the plotting area.
  package var rows: Int
  package var hasColor: Bool
  package var hasUnicode: Bool

  package init(width: Int, rows: Int = 14, hasColor: Bool, hasUnicode: Bool) {
    self.width = width
    self.rows = rows
    self.hasColor = hasColor
    self.hasUnicode = hasUnicode
  }

  /// The capabilities of a stream; in a pipe 80 columns without color.
  package init(_ terminal: Terminal) {
    self.init(
      width: terminal.isInteractive ? terminal.width : 80, hasColor: terminal.hasColor, hasUnicode: terminal.hasUnicode)
  }

  /// The text in the color of a series.
  func colored(_ text: String, _ series: Int) -> String {
    guard hasColor, !text.isEmpty else { return text }
    let colors = Self.colors
    return "\u{1B}[38;5;\(colors[((series % colors.count) + colors.count) % colors.count])m\(text)\u{1B}[0m"
  }

  /// Blue, orange, green, magenta, teal, red, gray and brown of the 256 colors, in the order of a page's. The theme of a
  /// terminal does not change them, and on white and on black their contrast is at least 3.3; of the first 16, xterm's
  /// blue has 2.2 on black and its yellow 1.7 on white.
  private static let colors = [33, 166, 29, 133, 31, 160, 244, 136]

  /// The symbol of a series, used without colors; none is part of an axis (`|`, `+`, `-`).
  func sign(_ series: Int) -> String {
    let signs = hasUnicode ? ["●", "▲", "■", "◆", "○", "△", "□", "◇"] : ["*", "^", "o", "x", "#", "@", "%", "&"]
    return signs[((series % signs.count) + signs.count) % signs.count]
  }
}
