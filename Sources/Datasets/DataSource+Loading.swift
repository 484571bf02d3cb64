extension DataSource {
  /// The number of IDX files of a folder, where `load` looks for them; nil for another source.
  package var idxFiles: Int? {
    guard case .folder(let folder, let prefix) = self else { return nil }
    return IDXFolder.count(in: folder, prefix: prefix)
  }

  /// The source's splits, ready for training: `try DataSource("Data/mnist").load()`.
  ///
  /// - Throws: `FileError` for files, `DataOptionError` for invalid or conflicting options.
  public func load(_ options: DataOptions = DataOptions()) throws -> LoadedData {
    try DataLoader(source: self, options: options).loadForTraining()
  }
}
