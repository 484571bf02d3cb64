import Files

/// A table: text with one sample per line.
struct TableData: DataFormat {
  static var name: String { "a table" }
  static var options: Set<DataOption> { Set([.label, .targets] + DataOptions.ofTables) }
  static var endings: [String] { [".csv", ".tsv", ".data", ".txt"] }

  private let file: SourceFile

  /// - Throws: `FileError` for a binary file of another program.
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
