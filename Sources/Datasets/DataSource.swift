import Files

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where samples come from: what `--data` names.
public enum DataSource: Sendable, Equatable {
  /// Four IDX files in a folder; `prefix` where one folder holds several sets, as EMNIST's does.
  case idx(folder: String, prefix: String?)
  /// Digits drawn here, this many for training and for testing.
  case synthetic(training: Int, test: Int)
  /// A table of numbers as text, one sample a line; maybe packed with gzip.
  case table(path: String)
  /// A MAT-file of level 5.
  case mat(path: String)

  /// How many digits `synthetic` alone stands for.
  public static let defaultSynthetic = DataSource.synthetic(training: 60000, test: 10000)

  /// Most digits that can be asked for in one split: beyond it 784 bytes each are no longer a machine's memory.
  public static let greatestSynthetic = 10_000_000

  private static let tableSuffixes = [".csv", ".txt", ".data"].flatMap { [$0, $0 + ".gz"] }

  /// Takes a source apart as a person names it. Looks at the file system only to tell folders from files.
  /// - Parameter option: the option that named it, for the error.
  /// - Throws: `DataOptionError` where the text names no kind of source.
  public init(_ text: String, option: String = "--data") throws(DataOptionError) {
    if text == "synthetic" {
      self = .defaultSynthetic
    } else if text.hasPrefix("synthetic:") {
      self = try DataSource.synthetic(counts: text.dropFirst("synthetic:".count))
    } else if DataSource.isFolder(text) {
      self = .idx(folder: text, prefix: nil)
    } else if DataSource.tableSuffixes.contains(where: text.lowercased().hasSuffix) {
      self = .table(path: text)
    } else if text.lowercased().hasSuffix(".mat") {
      self = .mat(path: text)
    } else if let (folder, prefix) = DataSource.folderAndPrefix(text) {
      self = .idx(folder: folder, prefix: prefix)
    } else {
      throw DataOptionError(
        option,
        "'\(text)' is no source; sources are a folder of IDX files that exists, FOLDER/PREFIX, synthetic, synthetic:TRAIN,TEST, "
          + "or a file in .csv, .txt, .data (each also with .gz) or .mat")
    }
  }

  /// What `--data` would say for it.
  public var text: String {
    switch self {
    case .idx(let folder, let prefix): prefix.map { folder == "/" ? "/\($0)" : "\(folder)/\($0)" } ?? folder
    case .synthetic(let training, let test): "synthetic:\(training),\(test)"
    case .table(let path), .mat(let path): path
    }
  }

  private static func synthetic(counts: Substring) throws(DataOptionError) -> DataSource {
    let parts = counts.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let training = parts[0], let test = parts[1],
      (1...greatestSynthetic).contains(training), (0...greatestSynthetic).contains(test)
    else {
      throw DataOptionError(
        "--data",
        "'synthetic:\(counts)' is not synthetic:TRAIN,TEST with 1 to \(greatestSynthetic) training and 0 to "
          + "\(greatestSynthetic) test digits")
    }
    return .synthetic(training: training, test: test)
  }

  private static func folderAndPrefix(_ text: String) -> (String, String)? {
    var information = stat()
    guard stat(text, &information) != 0, let slash = text.lastIndex(of: "/") else { return nil }
    let prefix = String(text[text.index(after: slash)...])
    let folder = slash == text.startIndex ? "/" : String(text[..<slash])
    return !prefix.isEmpty && isFolder(folder) ? (folder, prefix) : nil
  }

  static func isFolder(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }
}

extension DataSource {
  /// Where MNIST is looked for when no source is named.
  public static let defaultFolder = "Data/mnist"

  /// What to do where neither `--data` nor MNIST is there.
  public enum Fallback: Sendable {
    /// Take the synthetic digits.
    case synthetic
    /// Ask for `--data`: a trained model's figures on other data than its own would mislead.
    case ask
  }

  /// The source for a command that was given none: MNIST where it is, else by `fallback`.
  ///
  /// - Returns: the source, and the line that tells a person which it is and how to get the other.
  /// - Throws: `FileError` for `.ask` without MNIST.
  public static func byDefault(
    _ fallback: Fallback, folder: String = defaultFolder
  ) throws(FileError) -> (source: DataSource, explanation: String) {
    let missing: FileError
    do throws(FileError) {
      _ = try IDXFolder(folder, prefix: nil)
      return (
        .idx(folder: folder, prefix: nil),
        "Data: MNIST in \(folder) (--data synthetic draws digits instead)"
      )
    } catch { missing = error }
    let fetch = "descent data fetch brings MNIST to \(folder)"
    switch fallback {
    case .synthetic:
      return (.defaultSynthetic, "Data: synthetic digits, since \(folder) does not hold MNIST's four files (\(fetch))")
    case .ask:
      throw FileError(
        file: folder, found: missing.found, expected: "MNIST's four files, or --data SOURCE",
        hint: "Name the data with --data, or: \(fetch).")
    }
  }
}
