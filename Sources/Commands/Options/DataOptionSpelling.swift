import Datasets

extension DataOptionError {
  /// The message, with the option and the source of the data as a command line has them: the two that do not go together.
  ///
  /// - Parameter words: the command line.
  func spelled(in words: [String]) -> String {
    let options = (option == "--data" ? [option] : [option, "--data"]).compactMap { Self.spelling(of: $0, in: words) }
    return (options.isEmpty ? option : options.joined(separator: " with ")) + ": \(message)"
  }

  /// `--label 3` for the last such option; nil where there is none.
  private static func spelling(of option: String, in words: [String]) -> String? {
    for (place, word) in words.enumerated().reversed() {
      if word.hasPrefix(option + "=") { return "\(option) \(Quoted(String(word.dropFirst(option.count + 1))))" }
      guard word == option else { continue }
      let next = place + 1 < words.count ? words[place + 1] : "--"
      return next.hasPrefix("--") ? option : "\(option) \(Quoted(next))"
    }
    return nil
  }
}
