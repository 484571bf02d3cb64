extension DataSource {
  /// The source's splits, ready for training: `try DataSource("Data/mnist").load()`.
  ///
  /// - Throws: `FileError` for files, `DataOptionError` for invalid or conflicting options.
  public func load(_ options: DataOptions = DataOptions()) throws -> LoadedData {
    try DataLoader(source: self, options: options).loadForTraining()
  }
}
