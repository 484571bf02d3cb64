extension String {
  /// The text as one cell of comma-separated values (RFC 4180): quoted if it contains a separator, a quote or a line end.
  package var commaSeparatedCell: String {
    // Compares bytes, as readers of the file will: to Swift, CR LF is one character, and so is a comma followed by a combining mark.
    let quote = UInt8(ascii: "\"")
    let separators = [UInt8(ascii: ","), quote, UInt8(ascii: "\n"), UInt8(ascii: "\r")]
    guard utf8.contains(where: separators.contains) else { return self }
    let escaped = utf8.flatMap { $0 == quote ? [quote, quote] : [$0] }
    return "\"" + String(decoding: escaped, as: UTF8.self) + "\""
  }
}
