import Files
import Platform

/// A data source. The format of a file is recognized by its content when it is read (`DataFormats`).
public enum DataSource: Sendable, Equatable {
  /// Synthetic digits: the number of training and of test samples.
  case synthetic(training: Int, test: Int)
  /// A folder of files; `prefix` selects a set in a folder with several, such as EMNIST's.
  case folder(String, prefix: String?)
  /// A file or a stream; `-` is standard input.
  case file(String)

  /// The numbers of digits of `synthetic` without counts.
  package static let defaultSynthetic = DataSource.synthetic(training: 60000, test: 10000)

  /// The largest number of digits per split, of 784 bytes each.
  package static let maximumSynthetic = 10_000_000

  /// Reads the text of a source. Uses the file system only to distinguish folders from files.
  /// - Parameter option: the option with this text, for the error.
  /// - Throws: `DataOptionError` for a word that names neither a file or folder nor synthetic digits. No error for a path (a
  ///   text with a slash or a file extension) at which there is nothing: opening the file fails later.
  public init(_ text: String, option: DataOption = .source) throws(DataOptionError) {
    try self.init(text, option: option, isArgument: false)
  }

  /// The same for an argument that is no option's value.
  package init(argument text: String) throws(DataOptionError) {
    try self.init(text, option: .source, isArgument: true)
  }

  private init(_ text: String, option: DataOption, isArgument: Bool) throws(DataOptionError) {
    if text == "synthetic" {
      self = .defaultSynthetic
    } else if !fileExists(text), let plain = DataSource.plainSynthetic(text) {
      self = try DataSource(plain, option: option)
    } else if text.hasPrefix("synthetic:") {
      self = try DataSource.synthetic(counts: text.dropFirst("synthetic:".count), option)
    } else if isFolder(text) == true {
      self = .folder(text, prefix: nil)
    } else if text == "-" || fileExists(text) || DataSource.looksLikeFile(text) {
      self = .file(text)
    } else if let (folder, prefix) = DataSource.folderAndPrefix(text) {
      self = .folder(folder, prefix: prefix)
    } else if let hint = unexpandedHint(text) {
      throw DataOptionError(option, "no such file or folder '\(text)'. \(hint)")
    } else if text.contains("/") {
      // There is nothing at this path. Opening it fails with a file error, which is not a usage error.
      self = .file(text)
    } else {
      if text.lowercased() != "mnist", let command = PublishedDataset.fetchCommand(for: text) {
        throw DataOptionError(option, "no such file or folder '\(text)'. \(command)")
      }
      throw DataOptionError(
        option,
        "no such file or folder '\(text)'. \(Self.remedy(option, isArgument: isArgument)); sources are a folder of "
          + "IDX files, FOLDER/PREFIX, a file in any format that is read, - for standard input, synthetic and "
          + "synthetic:TRAIN,TEST.")
    }
  }

  /// The remedy for a word that may have been meant as MNIST.
  private static func remedy(_ option: DataOption, isArgument: Bool) -> OptionText {
    switch (hasDefault, isArgument) {
    case (true, true): "MNIST is in \(defaultFolder)"
    case (true, false): "MNIST is in \(defaultFolder): \(option, defaultFolder)"
    case (false, true): "For MNIST run 'descent data fetch', then give \(defaultFolder)"
    case (false, false): "For MNIST run 'descent data fetch' and omit \(option)"
    }
  }

  /// The text that `init(_:option:)` reads.
  public var text: String {
    switch self {
    case .synthetic(let training, let test): "synthetic:\(training),\(test)"
    case .folder(let folder, let prefix): prefix.map { folder == "/" ? "/\($0)" : "\(folder)/\($0)" } ?? folder
    case .file(let path): path
    }
  }

  /// True unless the source is a path without a file extension at which there is nothing.
  package var mayExist: Bool {
    guard case .file(let path) = self else { return true }
    return path == "-" || fileExists(path) || DataSource.looksLikeFile(path)
  }

  /// The text of a source that can be read again; nil for a stream.
  public var lastingText: String? {
    if case .file(let path) = self, path == "-" || path.hasPrefix("/dev/") || path.hasPrefix("/proc/") { return nil }
    return text
  }

  private static func synthetic(counts: Substring, _ option: DataOption) throws(DataOptionError) -> DataSource {
    let parts = counts.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let training = parts[0], let test = parts[1],
      (1...maximumSynthetic).contains(training), (0...maximumSynthetic).contains(test)
    else {
      throw DataOptionError(
        option,
        "'synthetic:\(counts)' is not synthetic:TRAIN,TEST with 1 to \(maximumSynthetic) training and 0 to "
          + "\(maximumSynthetic) test digits")
    }
    return .synthetic(training: training, test: test)
  }

  /// The text of synthetic digits in lower case, without spaces around the numbers; nil for other texts.
  private static func plainSynthetic(_ text: String) -> String? {
    func trimmed(_ text: some StringProtocol) -> String {
      String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()).lowercased()
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard trimmed(parts[0]) == "synthetic" else { return nil }
    guard parts.count == 2 else { return "synthetic" }
    let counts = parts[1].split(separator: ",", omittingEmptySubsequences: false).map { trimmed($0) }
    let plain = "synthetic:" + counts.joined(separator: ",")
    return plain == text ? nil : plain
  }

  private static func folderAndPrefix(_ text: String) -> (String, String)? {
    guard !fileExists(text), let slash = text.lastIndex(of: "/") else { return nil }
    let prefix = String(text[text.index(after: slash)...])
    let folder = slash == text.startIndex ? "/" : String(text[..<slash])
    return !prefix.isEmpty && isFolder(folder) == true ? (folder, prefix) : nil
  }

  /// True if a text ends with a file extension, which distinguishes a file from `FOLDER/PREFIX`.
  private static func looksLikeFile(_ text: String) -> Bool {
    guard let name = text.split(separator: "/").last, let dot = name.lastIndex(of: "."), dot > name.startIndex else {
      return false
    }
    let ending = name[name.index(after: dot)...]
    return !ending.isEmpty && ending.count <= 8 && ending.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }

}

extension DataSource {
  /// The default folder of MNIST, used if no source is named.
  public static let defaultFolder = "Data/mnist"

  /// True if MNIST is in its default folder.
  package static var hasDefault: Bool { (try? IDXFolder(defaultFolder, prefix: nil).testImages) != nil }

  /// The choice if no source is named and MNIST is missing.
  public enum Fallback: Sendable {
    /// Use the synthetic digits.
    case synthetic
    /// Throw an error: figures of a trained model on synthetic digits would be misleading.
    case ask
  }

  /// The default source: MNIST if it exists, else by `fallback`.
  ///
  /// - Returns: the source, and a line for the user that names it and the alternative.
  /// - Throws: `FileError` for `.ask` without MNIST.
  public static func byDefault(
    _ fallback: Fallback, folder: String = defaultFolder
  ) throws(FileError) -> (source: DataSource, explanation: OptionText) {
    let missing: FileError
    do throws(FileError) {
      guard try IDXFolder(folder, prefix: nil).testImages != nil else {
        throw FileError(file: folder, found: "no test images", expected: "MNIST's four files")
      }
      return (
        .folder(folder, prefix: nil),
        "Data: MNIST in \(folder) (for synthetic digits: \(DataOption.source, "synthetic"))"
      )
    } catch { missing = error }
    let fetch = "descent data fetch brings MNIST to \(folder)"
    switch fallback {
    case .synthetic:
      return (.defaultSynthetic, "Data: synthetic digits, since \(folder) does not hold MNIST's four files (\(fetch))")
    case .ask:
      throw FileError(
        file: folder, found: missing.found, expected: "MNIST's four files",
        hint:
          "Name the data with \(DataOption.source, "SOURCE"), or run 'descent data fetch', which brings MNIST to \(folder)."
      )
    }
  }
}
