extension String {
  /// The number of terminal columns that the text takes: two for East Asian wide characters and pictographs, one for the rest.
  ///
  /// The ranges are the wide ones of Unicode's `EastAsianWidth.txt`, blocks of letters simplified: labels and file names need no more.
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

  /// The text of at most `width` columns, its middle replaced by `…` if it is longer: a third of the rest comes before it, and the
  /// end, in which paths differ, after it.
  package func shortenedInMiddle(to width: Int) -> String {
    guard columns > width else { return self }
    guard width > 2 else { return truncated(to: width) }
    let before = (width - 1) / 3
    let beginning = before > 0 ? String(truncated(to: before + 1).dropLast()) : ""
    var end = ""
    var used = beginning.columns + 1
    for character in reversed() {
      used += character.columns
      guard used <= width else { break }
      end.append(character)
    }
    return beginning + "…" + String(end.reversed())
  }

  /// The text with spaces added up to `width` columns.
  package func padded(to width: Int, alignment: TextTable.Alignment) -> String {
    let spaces = String(repeating: " ", count: max(0, width - columns))
    return alignment == .left ? self + spaces : spaces + self
  }
}

extension Character {
  fileprivate var columns: Int {
    var scalars = unicodeScalars.makeIterator()
    guard let scalar = scalars.next() else { return 1 }
    if scalar.value >= 0x1100, scalar.isWide { return 2 }
    // A symbol with the selector of its colored form, which a digit or a registered sign has too, and a flag of two letters.
    guard let second = scalars.next()?.value else { return 1 }
    return second == 0xFE0F || (0x1F1E6...0x1F1FF).contains(scalar.value) ? 2 : 1
  }
}

extension Unicode.Scalar {
  fileprivate var isWide: Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      true
    // Pictographs among the symbols: a watch, a check mark, a star.
    case 0x231A...0x231B, 0x23E9...0x23EC, 0x23F0, 0x23F3, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F,
      0x2693, 0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE, 0x26D4, 0x26EA, 0x26F2...0x26F3,
      0x26F5, 0x26FA, 0x26FD, 0x2705, 0x270A...0x270B, 0x2728, 0x274C, 0x274E, 0x2753...0x2755, 0x2757,
      0x2795...0x2797, 0x27B0, 0x27BF, 0x2B1B...0x2B1C, 0x2B50, 0x2B55:
      true
    // Game tiles and squared words, vehicles, colored shapes, newer pictographs.
    case 0x1F004, 0x1F0CF, 0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F202, 0x1F210...0x1F23B, 0x1F240...0x1F248,
      0x1F250...0x1F251, 0x1F260...0x1F265, 0x1F680...0x1F6C5, 0x1F6CC, 0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6D8,
      0x1F6DC...0x1F6DF, 0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7EB, 0x1F7F0, 0x1FA70...0x1FAFF:
      true
    default: false
    }
  }
}
