extension String {
  /// The text as one word of a shell: in single quotes if a shell would interpret it (POSIX.1-2017, XCU 2.2.2), else unchanged.
  package var shellWord: String {
    let isPlain =
      !isEmpty && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_=+,./:@%^".contains($0)) }
    return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}
