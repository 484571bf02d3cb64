import Files

/// A folder of IDX files, as MNIST is published.
struct IDXFormat: DataFormat {
  static var name: String { "a folder of IDX files" }

  private let folder: String
  private let prefix: String?

  init?(_ source: OpenedSource) {
    guard case .folder(let folder, let prefix) = source else { return nil }
    (self.folder, self.prefix) = (folder, prefix)
  }

  func load(_ request: DataRequest) throws -> RawSource {
    let splits = try IDXSource(folder: IDXFolder(folder, prefix: prefix), need: request.need).load()
    let areBytes: Bool
    if case .floats? = splits.training.storage ?? splits.test?.storage { areBytes = false } else { areBytes = true }
    return RawSource(
      training: splits.training, test: splits.test, defaultScale: areBytes ? 255 : 1,
      description: DataSource.folder(folder, prefix: prefix).text)
  }
}
