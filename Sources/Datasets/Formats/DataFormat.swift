import Files

/// A format of data sources. To add one, write a file with a conforming type and add a line to `DataFormats.all`.
protocol DataFormat: SendableMetatype {
  /// A noun phrase with its article, for messages: `a table`, `a MAT-file`.
  static var name: String { get }
  /// The format-specific options of this format.
  static var options: Set<DataOption> { get }

  /// Recognizes a source by its content.
  /// - Returns: nil if the source has another format.
  /// - Throws: `FileError` if the content has this format but is damaged or unsupported.
  init?(_ source: OpenedSource) throws

  /// Reads the splits that are needed.
  /// - Throws: `FileError` for files; `DataOptionError` for an option that does not match the content.
  func load(_ request: DataRequest) throws -> RawSource
}

extension DataFormat {
  static var options: Set<DataOption> { [] }
}

/// The list of all formats of data sources.
enum DataFormats {
  /// All formats, in the order in which they are tried; the table is last, since any text may be one.
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

  /// The formats that have a format-specific option; empty for other options.
  static func takers(of option: DataOption) -> [any DataFormat.Type] { all.filter { $0.options.contains(option) } }

  /// - Throws: the formats' errors for damaged content; `FileError` for files of other programs.
  static func recognize(_ source: OpenedSource) throws -> any DataFormat {
    for format in all {
      if let found = try format.init(source) { return found }
    }
    preconditionFailure("any file may be a table")
  }
}

/// A request to a format: splits and options.
struct DataRequest {
  let need: RawNeed
  let options: DataOptions
  /// The number of target columns, by option or of a model; nil for labels.
  let targets: Int?
  /// Called repeatedly with the bytes read and their total (0: unknown).
  let progress: (@Sendable (Int, Int) -> Void)?
  /// The columns of a model, or of the training table.
  var columns: TableColumns?
  /// The units of the feature columns of the table to which this source will be appended.
  var columnUnits: [ColumnUnit]?
  /// The numbers to subtract from target columns; empty for none, nil to decide by the targets.
  var targetOrigins: [Double]?
  /// True if labels or targets are read; else they may be missing.
  var needsTargets = true
  /// The number of a model's features; nil if unknown.
  var inputs: Int?

  /// The request for a table.
  var table: TableRequest {
    var table = options.tableRequest(targets: targets)
    table.model = columns
    table.units = columnUnits
    table.targetOrigins = targetOrigins
    table.needsTargets = needsTargets
    table.inputs = inputs
    return table
  }
}
