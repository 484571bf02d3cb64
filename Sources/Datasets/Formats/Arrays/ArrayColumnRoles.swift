import Files

/// The columns of an array with features and labels or targets, which have no names: those of options, else those of a model by their
/// places, else the first as labels or the last as targets.
struct ArrayColumnRoles {
  let features: [Int]
  /// The class column, or the target columns.
  let answers: [Int]
  let content: ArrayContent

  /// - Throws: `DataOptionError` for columns that the array does not have; `FileError` for a test file of another width than its training table.
  init(_ array: NPYArray, _ request: DataRequest, path: String) throws {
    let (width, options) = (array.width, request.options)
    // Of a test file, options have the columns of the training data, whose places are known.
    let isGiven = (options.label != nil || options.targets != nil) && request.trainingFile == nil
    let places = isGiven ? nil : request.columns?.places(among: width)
    if places == nil { try Self.checkWidth(width, request, path: path) }
    let isPlaced = places.map { $0.answers.count == request.targets ?? 1 } ?? false
    if let places, isPlaced {
      (features, answers) = places
    } else {
      answers = try Self.answers(width, request, path: path)
      let taken = Set(answers)
      features = (0..<width).filter { !taken.contains($0) }
    }
    let label = request.targets == nil ? answers[0] : nil
    var content = ArrayContent()
    content.labelRule = isPlaced || isGiven && options.label != .auto ? .given : .first
    if request.needsTargets {
      content.labelText = label.map { content.labelRule.text("\($0)") }
      var columns = TableColumns(count: features.count)
      (columns.label, columns.labelIndex) = (label.map { .index($0) }, label)
      columns.setPlaces(features: features, targets: label == nil ? answers : [], width: width)
      content.columns = columns
    } else if let label {
      let cells = (0..<min(array.rows, 100)).lazy.compactMap { Self.cell(array, $0, label) }
      let labels = request.use.appliedModel?.labels
      let note = content.labelRule.note(leavingOut: "\(label)", cells, labels: labels, path: path)
      content.notes = [note].compactMap(\.self)
    }
    self.content = content
  }

  /// The text of a label, which may be infinity; nil for a missing one.
  private static func cell(_ array: NPYArray, _ row: Int, _ column: Int) -> String? {
    if let label = array.label(row, column) { return label }
    let isMissing = array.isText || array.number(row, column).isNaN
    return isMissing ? nil : "\(array.number(row, column))"
  }

  /// - Throws: `FileError` for a test file in which the columns of its training table have no place.
  private static func checkWidth(_ width: Int, _ request: DataRequest, path: String) throws(FileError) {
    guard let file = request.trainingFile, let columns = request.columns, let expected = columns.width,
      let features = columns.featureCount
    else { return }
    let used = features + (request.targets ?? 1)
    throw FileError(
      file: path, found: width.counted("column"),
      expected: "\(expected), as \(file) has" + (used < expected ? ", or the \(used) that training uses" : ""),
      hint: "Samples to test on need the columns of those of training.")
  }

  private static func answers(
    _ width: Int, _ request: DataRequest, path: String
  ) throws(DataOptionError) -> [Int] {
    guard let targets = request.targets else { return [try labelColumn(request.options.label, width, path: path)] }
    guard targets < width else {
      throw DataOptionError(
        .targets, "\(targets) of \(path)'s \(width) columns leave no feature; at most \(width - 1)")
    }
    return Array((width - targets)..<width)
  }

  private static func labelColumn(
    _ label: LabelColumn?, _ width: Int, path: String
  ) throws(DataOptionError) -> Int {
    switch label?.withPlainWords {
    case .last?: return width - 1
    case .index(let index)?:
      guard index < width else {
        throw DataOptionError(.label, "\(index) is not one of \(path)'s columns 0 to \(width - 1)")
      }
      return index
    case .name(let name)?:
      throw DataOptionError(.label, "'\(name)' names a column, and a .npy file has no names; give its number, from 0")
    case .auto?, .first?, nil: return 0
    }
  }
}
