import Files

extension String {
  /// The remedy for a text file with this path that a shell command makes: `sed 3d t.csv > NEW removes it`. For a stream, which the command
  /// could not read again, what is to be done in words: `remove it`. A compressed file is unpacked before.
  ///
  /// - Parameter command: a command that takes a file as last argument, or, with `<` at its end, from standard input.
  func edited(by command: String, _ verb: String, _ object: String) -> String {
    let isStream = self == PlainReader.standardInputName || hasPrefix("/dev/")
    if isStream { return "\(verb) \(object)" }
    let isCompressed = lowercased().hasSuffix(".gz")
    let filter = command.hasSuffix(" <") ? String(command.dropLast(2)) : command
    let call = isCompressed ? "gzip -dc \(shellWord) | \(filter)" : "\(command) \(shellWord)"
    return "\(call) > NEW \(verb)s \(object)"
  }
}
