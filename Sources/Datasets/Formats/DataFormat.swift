import Files

/// A format of data sources. To add one, write a file with a conforming type and add a line to `DataFormats.all`.
protocol DataFormat: SendableMetatype {
  /// A noun phrase with its article, for messages: `a table`, `a MAT-file`.
  static var name: String { get }
  /// The format-specific options of this format.
  static var options: Set<DataOption> { get }
  /// The usual endings of such files' names, in lowercase, for messages about a file that is not opened; its content decides.
  static var endings: [String] { get }

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
  static var endings: [String] { [] }
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
