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
    let codes = [34, 33, 32, 35, 36, 31, 90, 37]
    return "\u{1B}[\(codes[((series % codes.count) + codes.count) % codes.count])m\(text)\u{1B}[0m"
  }

  /// The symbol of a series, used without colors.
  func sign(_ series: Int) -> String {
    let signs = hasUnicode ? ["●", "▲", "■", "◆", "○", "△", "□", "◇"] : ["*", "+", "o", "x", "#", "@", "%", "&"]
    return signs[((series % signs.count) + signs.count) % signs.count]
  }
}
