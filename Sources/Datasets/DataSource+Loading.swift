extension DataSource {
  /// The source's splits, ready for training: `try DataSource("Data/mnist").load()`.
  ///
  /// - Throws: `FileError` for what is wrong with files, `DataOptionError` for options that are wrong or do not go together.
  public func load(_ options: DataOptions = DataOptions()) throws -> LoadedData {
    try DataLoader(source: self, options: options).loadForTraining()
  }
}
