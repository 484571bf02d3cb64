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
    let samples = try samples(array, request)
    let split = try samples.split(request)
    try contents.check()
    return RawSource(
      training: split, test: nil, defaultScale: samples.areByteImages ? 255 : 1, description: file.path)
  }

  /// True if an array has label or target columns besides a model's features.
  private func hasAnswers(_ array: NPYArray, _ request: DataRequest) -> Bool {
    guard !request.needsTargets else { return true }
    guard array.shape.count == 2 else { return false }
    if let inputs = request.inputs { return array.width == inputs + (request.targets ?? 1) }
    // Without `inputs`, images are resampled: a square number of columns means that all of them are pixels.
    let side = Int(Double(array.width).squareRoot().rounded())
    return side * side != array.width
  }

  private func samples(_ array: NPYArray, _ request: DataRequest) throws -> ArraySamples {
    guard hasAnswers(array, request) else {
      return try ArraySamples(path: file.path, features: array, inputs: request.inputs)
    }
    let columns = Array(0..<array.width)
    let answers: [Int]
    if let targets = request.targets {
      guard targets < array.width else {
        throw DataOptionError(
          .targets, "\(targets) of \(file.path)'s \(array.width) columns leave no feature; at most \(array.width - 1)")
      }
      answers = Array(columns.suffix(targets))
    } else {
      answers = [try labelColumn(request.options.label, width: array.width)]
    }
    let features = ColumnsOfArray(array: array, columns: columns.filter { !answers.contains($0) })
    guard request.needsTargets else {
      return try ArraySamples(path: file.path, features: features, inputs: request.inputs)
    }
    return try ArraySamples(
      path: file.path, features: features,
      answers: ColumnsOfArray(array: array, columns: answers), targets: request.targets)
  }

  private func labelColumn(_ label: LabelColumn?, width: Int) throws(DataOptionError) -> Int {
    switch label?.withPlainWords {
    case .last?: return width - 1
    case .index(let index)?:
      guard index < width else {
        throw DataOptionError(.label, "\(index) is not one of \(file.path)'s columns 0 to \(width - 1)")
      }
      return index
    case .name(let name)?:
      throw DataOptionError(.label, "'\(name)' names a column, and a .npy file has no names; give its number, from 0")
    default: return 0
    }
  }
}
