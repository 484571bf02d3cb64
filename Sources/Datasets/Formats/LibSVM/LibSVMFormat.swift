import Files

/// Text of libsvm and SVMlight: `label index:value index:value …`; omitted features are zero. The label may be missing
/// if it is not needed.
///
/// Indices start as in training; in a text for training at 0 if one is 0, else at 1. Text after `#` is a comment, and `qid:N` is ignored.
struct LibSVMFormat: DataFormat {
  static var name: String { "libsvm text" }
  static var options: Set<DataOption> { [.targets] }
  static var endings: [String] { [".libsvm", ".svm"] }

  private let file: SourceFile

  init?(_ source: OpenedSource) {
    guard case .file(let file) = source, LibSVMParser.isBeginning(file.beginning) else { return nil }
    self.file = file
  }

  func load(_ request: DataRequest) throws -> RawSource {
    if let targets = request.targets, targets != 1 {
      throw DataOptionError(
        .targets, "\(file.path) is libsvm text, which has one target per line, but \(targets) were requested")
    }
    let contents = try file.contents()
    var parser = LibSVMParser(
      path: file.path, hasLabels: request.targets == nil, needsTargets: request.needsTargets,
      firstIndex: request.firstIndex)
    try parser.parse(contents.bytes)
    try contents.check()
    let (rows, units) = try parser.rows(request.columnUnits)
    let (targets, origins, sizes) = parser.targets(request.targetOrigins)
    var split = RawSplit(storage: .floats(rows), targets: targets, imageShape: nil)
    (split.units, split.targetOrigins, split.targetSizes) = (units, origins, sizes)
    split.mayBeWidened = true
    split.firstIndex = parser.firstIndex
    split.sparseNote = parser.emptyLinesNote
    return RawSource(training: split, test: nil, defaultScale: 1, description: file.path)
  }
}
