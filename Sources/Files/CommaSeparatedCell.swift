extension String {
  /// The text as one cell of comma-separated values (RFC 4180): quoted if it contains a separator, a quote or a line end.
  package var commaSeparatedCell: String {
    // Compares bytes, as readers of the file will: to Swift, CR LF is one character, and so is a comma followed by a combining mark.
    let separators = [UInt8(ascii: ","), Self.quote, UInt8(ascii: "\n"), UInt8(ascii: "\r")]
    return utf8.contains(where: separators.contains) ? quotedCell : self
  }

  private static var quote: UInt8 { UInt8(ascii: "\"") }

  fileprivate var quotedCell: String {
    let escaped = utf8.flatMap { $0 == Self.quote ? [Self.quote, Self.quote] : [$0] }
    return "\"" + String(decoding: escaped, as: UTF8.self) + "\""
  }

  /// True if a line that begins with the text may be a comment.
  fileprivate var beginsAsComment: Bool { utf8.first == UInt8(ascii: "#") || utf8.first == UInt8(ascii: "%") }
}

extension Sequence where Element == String {
  /// The texts as one line of comma-separated values, in which a first text that begins as a comment does is quoted, too.
  package var commaSeparatedLine: String {
    enumerated().map { index, text in
      index == 0 && text.beginsAsComment ? text.quotedCell : text.commaSeparatedCell
    }.joined(separator: ",")
  }
}
