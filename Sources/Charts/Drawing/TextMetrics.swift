/// Estimates text widths without a font: an upper bound, so that laid out text never overlaps or leaves the drawing.
///
/// The widths are those of DejaVu Sans, the widest of the fonts commonly used for `system-ui` and `sans-serif`.
package enum TextMetrics {
  static let fontFamily =
    "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif"

  /// The width in pixels of one line of text of this size; `isBold` adds a tenth.
  package static func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
    text.reduce(0) { $0 + ems($1) } * size * (isBold ? 1.1 : 1)
  }

  private static func ems(_ character: Character) -> Double {
    switch character {
    case " ", "i", "j", "l", "I", ".", ",", ":", ";", "|", "'", "\u{A0}", "\u{202F}": 0.34
    case "f", "t", "r", "(", ")", "[", "]", "/", "-", "\"", "·", "!": 0.42
    case "m", "w", "M", "W", "%", "@", "—", "…", "&", "G", "O", "Q", "→": 1.0
    case "A"..."Z", "+", "=", "<", ">", "~", "×", "−", "±", "#": 0.84
    case "0"..."9", "a"..."z", "–", "_", "?", "$": 0.64
    // Wide scripts and replacement characters.
    default: character.unicodeScalars.first.map { $0.value >= 0x2E80 || $0.value < 0x20 ? 1.2 : 0.85 } ?? 0.85
    }
  }

  /// The text, its end replaced by `…` if wider than `width` pixels. Reads no further than that: labels come from files,
  /// and may have any length.
  package static func truncated(_ text: String, to width: Double, size: Double, isBold: Bool = false) -> String {
    let pixels = size * (isBold ? 1.1 : 1)
    var used = 0.0
    // The end of the longest prefix that leaves space for `…`.
    var end = text.startIndex
    for index in text.indices {
      used += ems(text[index])
      if used * pixels > width { return text[..<end] + "…" }
      if (used + ems("…")) * pixels <= width { end = text.index(after: index) }
    }
    return text
  }

  /// The text in lines of at most `width` pixels, broken at spaces; a wider word is cut.
  package static func wrapped(_ text: String, to width: Double, size: Double, isBold: Bool = false) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      let candidate = lines.last.map { $0 + " " + word } ?? String(word)
      if !lines.isEmpty, self.width(candidate, size: size, isBold: isBold) <= width {
        lines[lines.count - 1] = candidate
      } else {
        lines.append(truncated(String(word), to: width, size: size, isBold: isBold))
      }
    }
    return lines
  }
}
