extension String {
  /// The number of terminal columns that the text takes: two for East Asian wide characters and pictographs, one for the rest.
  ///
  /// The ranges are the wide blocks of Unicode's `EastAsianWidth.txt`, simplified: labels and file names need no more.
  package var columns: Int {
    reduce(0) { $0 + $1.columns }
  }

  /// The number of columns without the escape sequences that set colors.
  package var columnsWithoutColors: Int {
    var count = 0
    var isInside = false
    for character in self {
      if character == "\u{1B}" {
        isInside = true
      } else if isInside {
        isInside = character != "m"
      } else {
        count += String(character).columns
      }
    }
    return count
  }

  /// The text cut to at most `width` columns, its end replaced by `…` if anything was cut.
  package func truncated(to width: Int) -> String {
    guard columns > width else { return self }
    guard width > 0 else { return "" }
    var text = ""
    var used = 1
    for character in self {
      used += character.columns
      guard used <= width else { break }
      text.append(character)
    }
    return text + "…"
  }

  /// The text with spaces added up to `width` columns.
  package func padded(to width: Int, alignment: TextTable.Alignment) -> String {
    let spaces = String(repeating: " ", count: max(0, width - columns))
    return alignment == .left ? self + spaces : spaces + self
  }
}

extension Character {
  fileprivate var columns: Int {
    guard let scalar = unicodeScalars.first, scalar.value >= 0x1100 else { return 1 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
