import Files

/// A table: text, one sample a line.
struct TableData: DataFormat {
  static var name: String { "a table" }
  static var options: Set<DataOption> { Set([.label, .targets] + DataOptions.ofTables) }

  private let file: SourceFile

  init?(_ source: OpenedSource) {
    guard case .file(let file) = source else { return nil }
    self.file = file
  }

  func load(_ request: DataRequest) throws -> RawSource {
    let table = TableSource(
      path: file.path, request: request.table, reader: file.reader, progress: request.progress)
    return RawSource(training: try table.load(), test: nil, defaultScale: 1, description: file.path)
  }
}
