import Files

/// A table: text, one sample a line.
struct TableData: DataFormat {
  static var name: String { "a table" }
  static var options: Set<DataOption> { Set([.label, .targets] + DataOptions.ofTables) }

  private let file: SourceFile

  /// - Throws: `FileError` for a file of another program, whose bytes are no text.
  init?(_ source: OpenedSource) throws {
    guard case .file(let file) = source else { return nil }
    if let error = ForeignFile.refusal(file) { throw error }
    self.file = file
  }

  func load(_ request: DataRequest) throws -> RawSource {
    let table = TableSource(
      path: file.path, request: request.table, reader: file.reader, progress: request.progress)
    return RawSource(training: try table.load(), test: nil, defaultScale: 1, description: file.path)
  }
}
