import Files

/// A file with one NumPy array: a matrix of numbers, with one or more columns of labels or targets.
struct NPYFormat: DataFormat {
  static var name: String { "a NumPy array (.npy)" }
  static var options: Set<DataOption> { [.label, .targets] }
  static var endings: [String] { [".npy"] }

  private let file: SourceFile

  init?(_ source: OpenedSource) {
    guard case .file(let file) = source, file.begins(with: NPYHeader.magic) else { return nil }
    self.file = file
  }

  func load(_ request: DataRequest) throws -> RawSource {
    let contents = try file.contents()
    let array = try NPYArray(contents)
    // Without rows, the width in the header is of any size, and memory for the indices of columns would be too.
    guard array.rows > 0 else {
      throw FileError(file: file.path, found: "an array of \(array.shapeText)", expected: "at least one sample")
    }
    guard !request.needsTargets || array.shape.count == 2 && array.width >= 2 else {
      throw FileError(
        file: file.path, found: "an array of \(array.shapeText)", expected: "a matrix with a column of labels",
        hint: "numpy.savez('FILE.npz', X=X, y=y) keeps features and labels in one file.")
    }
    let roles = try hasAnswers(array, request) ? ArrayColumnRoles(array, request, path: file.path) : nil
    let samples = try samples(array, roles, request)
    var split = try samples.split(request)
    split.array = roles?.content
    try contents.check()
    return RawSource(
      training: split, test: nil, defaultScale: samples.areByteImages ? 255 : 1, description: file.path)
  }

  /// True if an array has label or target columns besides a model's features.
  private func hasAnswers(_ array: NPYArray, _ request: DataRequest) -> Bool {
    guard !request.needsTargets else { return true }
    guard array.shape.count == 2 else { return false }
    if let columns = request.columns, columns.width == array.width { return true }
    if let inputs = request.inputs { return array.width == inputs + (request.targets ?? 1) }
    // Without `inputs`, images are resampled: a square number of columns means that all of them are pixels.
    return !ImageShape.isSquare(pixels: array.width)
  }

  private func samples(
    _ array: NPYArray, _ roles: ArrayColumnRoles?, _ request: DataRequest
  ) throws -> ArraySamples {
    guard let roles else { return try ArraySamples(path: file.path, features: array, inputs: request.inputs) }
    let features = ColumnsOfArray(array: array, columns: roles.features)
    guard request.needsTargets else {
      return try ArraySamples(path: file.path, features: features, inputs: request.inputs)
    }
    return try ArraySamples(
      path: file.path, features: features,
      answers: ColumnsOfArray(array: array, columns: roles.answers), targets: request.targets)
  }
}
