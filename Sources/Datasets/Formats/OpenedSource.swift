import Files
import Platform

/// A source ready for recognition: files and streams are open, and their first bytes have been read.
enum OpenedSource {
  case synthetic(training: Int, test: Int)
  case folder(String, prefix: String?)
  case file(SourceFile)

  /// - Throws: `FileError` if a file cannot be opened or read.
  init(_ source: DataSource) throws(FileError) {
    switch source {
    case .synthetic(let training, let test): self = .synthetic(training: training, test: test)
    case .folder(let folder, let prefix): self = .folder(folder, prefix: prefix)
    case .file(let path):
      guard path == "-" || fileExists(path) || errno != ENOENT else {
        throw FileError(
          file: path, found: "no such file or folder", expected: nil,
          hint: PublishedDataset.fetchCommand(for: path).map { OptionText($0 + ".") } ?? unexpandedHint(path))
      }
      self = .file(try SourceFile(path))
    }
  }

  /// The name in messages.
  var name: String {
    switch self {
    case .synthetic(let training, let test): DataSource.synthetic(training: training, test: test).text
    case .folder(let folder, let prefix): DataSource.folder(folder, prefix: prefix).text
    case .file(let file): file.path
    }
  }
}
