import Files

extension DataLoader {
  /// Reads the source's files, and the test split in another file if there is one.
  func loadRaw(_ request: DataRequest) throws -> RawSource {
    let format = try DataFormats.recognize(OpenedSource(source))
    try checkOptions(of: format)
    var raw = try format.load(request)
    raw.formatOptions = type(of: format).options
    if let testFile = options.testFile { try addTest(testFile, to: &raw, request) }
    return raw
  }

  /// Checks targets for training: those of a model's units need no check, as a few of them may be small.
  /// - Throws: `FileError` for a column of the training split whose targets are too small for floats.
  func checkTargetSizes(_ raw: RawSource) throws(FileError) {
    guard let column = raw.training.targetSizes?.tinyColumn else { return }
    let names = raw.training.table?.columns.targetNames
    throw FileError(
      file: raw.description,
      found: "only targets below 1e-30 in " + (names.map { "column \($0[column].excerpt())" } ?? "output \(column)"),
      expected: "some of 1e-30 or more: floats end at 1e-38, also for the weights in their units",
      hint: "Multiply the targets by a power of ten.")
  }

  /// Checks that training and test data are not both standard input, which can be read only once.
  func checkTestFile(_ path: String, of source: DataSource) throws(DataOptionError) {
    guard path == "-", source == .file("-") else { return }
    throw DataOptionError(.test, "standard input is the training data; the test data are in a file or another stream")
  }

  /// The request for a test file: the columns of the training table, if it has been read.
  private func testRequest(_ request: DataRequest, _ training: RawSplit) -> DataRequest {
    var request = request
    request.targetOrigins = training.targetOrigins ?? []
    request.columnUnits = training.table?.columnUnits ?? training.units
    request.columns = training.columns ?? request.columns
    request.trainingFile = training.columns == nil ? nil : source.text
    request.firstIndex = training.firstIndex?.value ?? request.firstIndex
    return request
  }

  /// The file of the `test` option becomes the source's test split.
  private func addTest(_ path: String, to raw: inout RawSource, _ request: DataRequest) throws {
    guard raw.test == nil else { throw DataOptionError(.test, "\(source.text) has a test split of its own") }
    try checkTestFile(path, of: source)
    // Options for the form of a file are those of the training file, which has been checked for them; this one may be of another format.
    let format = try DataFormats.recognize(OpenedSource(DataSource(path, option: .test)))
    let more = try format.load(testRequest(request, raw.training))
    guard more.test == nil else {
      throw DataOptionError(.test, "'\(path)' has a training and a test split; expected samples to test on alone")
    }
    var test = more.training
    try checkOrder(of: test, path, as: raw.training)
    // A text column has an input for each of its texts: zeros would be none of them.
    let hasTexts = raw.training.columns?.categories.isEmpty == false
    try raw.training.widen(to: test.storage?.width ?? 0, for: raw.description)
    if !hasTexts { try test.widen(to: raw.training.storage?.width ?? 0, for: path) }
    if let width = raw.training.storage?.width, let other = test.storage?.width, width != other {
      throw FileError(
        file: path, found: "\(other.counted("feature")) per sample", expected: "\(width), as in \(source.text)",
        hint: hasTexts
          ? "Test data with columns of texts are a table: each text is an input."
          : "Samples to test on need the features of those of training.")
    }
    guard raw.training.targets.isLikeKind(of: test.targets) else {
      throw FileError(
        file: path, found: "other targets", expected: "targets as in \(source.text)",
        hint: "Samples to test on need class labels if those of training have them, and else as many target columns.")
    }
    test.imageShape = test.imageShape ?? raw.training.imageShape
    raw.test = test
  }

  /// Checks that features in another order than that of the training table's columns are found by the columns' names or places.
  /// - Throws: `FileError` for a test file of features alone, or an array of another width.
  private func checkOrder(of test: RawSplit, _ path: String, as training: RawSplit) throws(FileError) {
    guard let columns = training.columns, columns.isReordered else { return }
    guard test.table == nil, test.columns?.width != columns.width else { return }
    throw FileError(
      file: path, found: "features without names and places of columns",
      expected: "those of \(source.text), of which training has the features in the order "
        + ClassNumbering.shown(columns.orderedNames),
      hint: "Test data for features in another order are a table, or a .npy file of all its columns.")
  }
}
