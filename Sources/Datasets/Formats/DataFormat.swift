import Files

/// A format that data sources have. To add one: a file with a type that conforms, and a line in `DataFormats.all`.
protocol DataFormat: SendableMetatype {
  /// A noun phrase with its article, for messages: `a table`, `a MAT-file`.
  static var name: String { get }
  /// The options that this format takes, of those that not every source does.
  static var options: Set<DataOption> { get }

  /// Recognizes a source by its content.
  /// - Returns: nil where the source has another format.
  /// - Throws: `FileError` where the content is this format's, and broken or unsupported.
  init?(_ source: OpenedSource) throws

  /// Reads the splits that are needed.
  /// - Throws: `FileError` for what is wrong with files; `DataOptionError` for an option that does not fit the content.
  func load(_ request: DataRequest) throws -> RawSource
}

extension DataFormat {
  static var options: Set<DataOption> { [] }
}

/// Every format of data sources.
enum DataFormats {
  /// In the order in which they are tried: the table comes last, since any text may be one.
  static let all: [any DataFormat.Type] = [
    SyntheticFormat.self,
    IDXFormat.self,
    IDXFileFormat.self,
    MATFormat.self,
    NPYFormat.self,
    NPZFormat.self,
    LibSVMFormat.self,
    TableData.self,
  ]

  /// The formats that take an option; empty for an option of every source.
  static func takers(of option: DataOption) -> [any DataFormat.Type] { all.filter { $0.options.contains(option) } }

  /// - Throws: what formats throw for content that is theirs and broken; `FileError` for files of other programs.
  static func recognize(_ source: OpenedSource) throws -> any DataFormat {
    for format in all {
      if let found = try format.init(source) { return found }
    }
    preconditionFailure("any file may be a table")
  }
}

/// What is asked of a format: which part of a source, and by which options.
struct DataRequest {
  let need: RawNeed
  let options: DataOptions
  /// The number of target columns, by option or as a model has it; nil for labels.
  let targets: Int?
  /// Called now and then with the bytes read and their total (0: unknown).
  let progress: (@Sendable (Int, Int) -> Void)?
  /// The columns of a model, or of the table that this source is tested against.
  var columns: TableColumns?
  /// How the feature columns of a table that this source will be joined to are stored.
  var columnUnits: [ColumnUnit]?
  /// Whether labels or targets are read; else a source without them will do.
  var needsTargets = true
  /// The features of a sample that a model takes; nil where that is not known.
  var inputs: Int?

  /// What is asked of a table.
  var table: TableRequest {
    var table = options.tableRequest(targets: targets)
    table.model = columns
    table.units = columnUnits
    table.needsTargets = needsTargets
    return table
  }
}
