import Files

/// A MAT-file of level 5: a matrix of features, with one row or one column per sample, and one of labels or targets.
struct MATFormat: DataFormat {
  static var name: String { "a MAT-file" }
  static var options: Set<DataOption> { [.targets, .variables] }
  static var endings: [String] { [".mat"] }

  private let file: SourceFile

  init?(_ source: OpenedSource) {
    guard case .file(let file) = source else { return nil }
    let isNamed = FileNames.has(Self.endings, file.path)
    // Text with numbers is a table, whatever its name; a file without a beginning of any known kind is explained as a
    // MAT-file by its name.
    let isTable = MATVersion.isText(file.beginning) && file.beginning.contains { (0x30...0x39).contains($0) }
    guard MATVersion.isBeginning(file.beginning) || isNamed && !isTable else { return nil }
    self.file = file
  }

  func load(_ request: DataRequest) throws -> RawSource {
    let file = try MATFile(self.file.contents())
    if request.options.variables == nil, let structure = file.onlyStructure { throw file.refusal(structure) }
    let roles = try ArrayRoles(
      names: file.names, shapes: file.entries.map(\.text), variables: request.options.variables,
      needsAnswers: request.needsTargets, path: file.path)
    return try roles.load(request, path: file.path) { name throws(FileError) in try file.array(name) }
  }
}
