extension LibSVMParser {
  /// True if every line has one or more labels, then pairs of index and number, or of what is probably meant to be one. The parser checks
  /// the numbers and their order, and reports errors.
  ///
  /// A text whose pairs all look like times of day (`12:30`) is not libsvm text. A last line without a line end may be incomplete, and is
  /// ignored unless it is the only one.
  package static func isBeginning(_ bytes: [UInt8]) -> Bool {
    var lines = bytes.dropFirst(byteOrderMarks(bytes)).split(maxSplits: 50, omittingEmptySubsequences: false) {
      $0 == 0x0A
    }
    if lines.count > 1 { lines.removeLast() }
    var pairs = 0
    var times = 0
    for line in lines {
      let words = line.prefix { $0 != UInt8(ascii: "#") }.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      guard let label = words.first else { continue }
      let isLabel = !label.contains(UInt8(ascii: ",")) || label.allSatisfy { $0 == UInt8(ascii: ",") || $0 &- 48 < 10 }
      guard isLabel else { return false }
      for word in words.dropFirst(label.contains(UInt8(ascii: ":")) ? 0 : 1) where !word.starts(with: "qid:".utf8) {
        let parts = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard Int(String(decoding: parts[0], as: UTF8.self)) != nil, isValue(parts.dropFirst()) else { return false }
        pairs += 1
        if parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { $0 &- 48 < 10 } }) { times += 1 }
      }
    }
    return pairs > times
  }

  /// True for texts that may follow an index: a number, or a flaw for which the parser has an explanation (nothing, a decimal
  /// comma, libffm's second colon).
  private static func isValue(_ parts: ArraySlice<ArraySlice<UInt8>>) -> Bool {
    guard (1...2).contains(parts.count), let last = parts.last else { return false }
    let text = String(decoding: last, as: UTF8.self)
    if parts.count == 2 {
      // `12:30:15.5`: libffm's fields and indices are rarely all of two digits.
      let isTime = parts.allSatisfy { $0.prefix { $0 != UInt8(ascii: ".") }.count == 2 }
      return !isTime && Int(String(decoding: parts[parts.startIndex], as: UTF8.self)) != nil && Double(text) != nil
    }
    return text.isEmpty || TableCell.value(text, hasDecimalComma: true) != nil
  }

  /// The number of bytes of byte-order marks at the beginning.
  static func byteOrderMarks(_ bytes: some Collection<UInt8>) -> Int {
    var rest = bytes[...]
    while rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    return bytes.count - rest.count
  }
}
