import Files

extension String {
  /// The remedy for a text file with this path that a shell command makes: `sed 3d t.csv > NEW removes it`. For a stream, which the command
  /// could not read again, what is to be done in words: `remove it`.
  func edited(by command: String, _ verb: String, _ object: String) -> String {
    let isStream = self == PlainReader.standardInputName || hasPrefix("/dev/")
    return isStream ? "\(verb) \(object)" : "\(command) \(inShell) > NEW \(verb)s \(object)"
  }

  /// The text as one word of a shell.
  var inShell: String {
    let isPlain = !isEmpty && allSatisfy { $0.isLetter || $0.isNumber || "_.,/+-:@%".contains($0) }
    return isPlain ? self : "'\(replacing("'", with: "'\\''"))'"
  }
}
