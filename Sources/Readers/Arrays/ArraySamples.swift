import Files

/// Samples from two arrays: features, one row per sample, and labels or target values.
///
/// Samples are in columns if the features have as many columns, but not as many rows, as there are labels; without labels, if they have as
/// many rows, but not as many columns, as a model has inputs.
package struct ArraySamples {
  let path: String
  private let features: any NumberArray
  /// nil if they are not needed.
  private let answers: (any NumberArray)?
  /// The number of last columns that are target values; nil for labels.
  private let targets: Int?

  /// Samples without labels or targets.
  ///
  /// - Parameters:
  ///   - answers: labels or targets, which distinguish rows from columns if they exist and match.
  ///   - inputs: the number of a model's features; nil if unknown.
  /// - Throws: `FileError` if the array has no features.
  package init(path: String, features: any NumberArray, inputs: Int?, answers: (any NumberArray)? = nil) throws {
    self.path = path
    targets = nil
    self.answers = nil
    let count = answers.map { $0.shape.count == 2 && $0.rows == 1 ? $0.width : $0.rows }
    let isInColumns =
      if let count, count == features.rows || count == features.width { features.rows != count } else {
        inputs != nil && features.width != inputs && features.rows == inputs
      }
    self.features = features.shape.count <= 2 && isInColumns ? TransposedArray(array: features) : features
    try check()
  }

  /// - Throws: `FileError` if the arrays do not match; `DataOptionError` for more targets than columns.
  package init(path: String, features: any NumberArray, answers: any NumberArray, targets: Int?) throws {
    self.path = path
    self.targets = targets
    var (features, answers) = (features, answers)
    if answers.shape.count == 2, answers.rows != features.rows, answers.width == features.rows || answers.rows == 1 {
      answers = TransposedArray(array: answers)
    }
    if features.shape.count == 2, features.rows != answers.rows, features.width == answers.rows {
      features = TransposedArray(array: features)
    }
    self.features = features
    self.answers = answers
    try check()
  }

  private func check() throws {
    guard features.rows > 0, features.width > 0 else {
      throw FileError(
        file: path, found: "\(features.name.isEmpty ? "an array" : features.name) of \(features.shapeText)",
        expected: "at least one sample")
    }
    guard features.width <= 1 << 24 else {
      throw FileError(
        file: path, found: "\(features.width.counted("feature")) per sample in \(features.name)",
        expected: "at most \(1 << 24)")
    }
    guard !features.isText else {
      throw FileError(
        file: path, found: features.name.isEmpty ? "texts" : "texts in \(features.name)", expected: "numbers",
        hint: "A table may have features of text.")
    }
    guard features.rows <= Int(Int32.max) else {
      throw FileError(file: path, found: "\(features.rows) rows in \(features.name)", expected: "at most \(Int32.max)")
    }
    guard let answers else { return }
    guard answers.rows == features.rows else {
      throw FileError(
        file: path, found: answers.rows.counted("row") + " in \(answers.name)",
        expected: "\(features.rows), as in \(features.name)",
        hint: "Each sample has a row in both; \(DataOption.variables, "FEATURES,LABELS") names others.")
    }
    if let targets {
      guard targets <= answers.width else {
        throw DataOptionError(
          .targets, "\(targets) are more than the \(answers.width) columns of \(answers.name) in \(path)")
      }
    } else if answers.width != 1 {
      throw FileError(
        file: path, found: "\(answers.name) of \(answers.shapeText)", expected: "one column, of labels",
        hint: "\(DataOption.targets, "\(answers.width)") takes them as target values.")
    }
  }

  /// - Parameters:
  ///   - request: the units of features and targets; without, they are chosen by the numbers.
  ///   - hasStorage: true if features are needed, not only targets.
  /// - Throws: `FileError` naming an element that is not a finite number.
  package func split(_ request: DataRequest, hasStorage: Bool = true) throws(FileError) -> RawSplit {
    let answers = answers.flatMap { answers in targets.map { (answers, (answers.width - $0)..<answers.width) } }
    let origins = TargetOrigins.checked(
      request.targetOrigins ?? answers.map { ArrayUnits($0, columns: $1).units.map(\.origin) } ?? [],
      width: targets ?? 0)
    var units: [ColumnUnit]?
    if hasStorage, features.bytes == nil {
      let given = request.columnUnits.flatMap { ArrayUnits.haveRoom($0, for: features) ? $0 : nil }
      units = given ?? ArrayUnits(features, columns: 0..<features.width).units
      if units?.allSatisfy(\.isTrivial) == true { units = nil }
    }
    var split = RawSplit(
      storage: hasStorage ? try storage(units) : nil, targets: try rawTargets(origins), imageShape: imageShape)
    (split.units, split.targetOrigins) = (units, origins)
    split.targetSizes = answers.map { Self.sizes($0, columns: $1, origins) }
    return split
  }

  private static func sizes(_ array: any NumberArray, columns: Range<Int>, _ origins: [Double]?) -> TargetSizes {
    var sizes = TargetSizes(width: columns.count)
    for row in 0..<array.rows {
      for (target, column) in columns.enumerated() {
        sizes.add(array.number(row, column) - (origins?[target] ?? 0), column: target)
      }
    }
    return sizes
  }

  /// The units of features that are stored as in the source.
  fileprivate var ownUnits: [ColumnUnit] { [ColumnUnit](repeating: ColumnUnit(), count: features.width) }

  /// True if features are byte images: at least three dimensions, or many features with values above 127.
  package var areByteImages: Bool {
    guard features.isBytes else { return false }
    if features.shape.count > 2 { return true }
    return features.width >= 64
      && (0..<features.rows).contains { row in (0..<features.width).contains { features.number(row, $0) > 127 } }
  }

  /// Height and width of gray images: `[N, height, width]`, optionally with one channel as the last dimension of an image, as in Keras, or
  /// as the first, as in PyTorch.
  private var imageShape: ImageShape? {
    let shape = features.shape
    if shape.count == 3 || shape.count == 4 && shape[3] == 1 { return ImageShape(height: shape[1], width: shape[2]) }
    guard shape.count == 4, shape[1] == 1 else { return nil }
    return ImageShape(height: shape[2], width: shape[3])
  }

  private func storage(_ units: [ColumnUnit]?) throws(FileError) -> SampleStorage {
    if let bytes = features.bytes { return .bytes(bytes) }
    let memory = try floats(features, columns: 0..<features.width, units)
    return .floats(FloatRows(adopting: memory, rows: features.rows, width: features.width))
  }

  private func rawTargets(_ origins: [Double]?) throws(FileError) -> RawTargets {
    guard let answers else { return .none(count: features.rows) }
    if let targets {
      let memory = try floats(
        answers, columns: (answers.width - targets)..<answers.width, origins?.map { ColumnUnit(origin: $0) })
      defer { FloatRows.release(memory) }
      return .values(Array(UnsafeBufferPointer(start: memory, count: answers.rows * targets)), width: targets)
    }
    var codes = LabelCodes()
    for row in 0..<answers.rows {
      guard let text = answers.label(row, 0) else {
        throw FileError(
          file: "\(path):\(answers.elementName(row, 0))",
          found: answers.isText ? "an empty text" : "\(answers.number(row, 0))", expected: "a label",
          hint: "Leave out samples without one; predictions need no labels.")
      }
      do throws(LabelCodes.Flaw) {
        codes.append(try codes.code(Array(text.utf8), text.utf8.count))
      } catch {
        throw FileError(
          file: path, found: "\(error.found) in \(answers.name)", expected: "classes",
          hint: "\(DataOption.targets, "1") takes target values.")
      }
    }
    return .labels(codes: codes.codes, names: codes.names)
  }

  /// These columns row by row, in memory from `malloc`.
  ///
  /// - Parameter units: the unit in which each column is stored; nil for the array's own.
  private func floats(
    _ array: any NumberArray, columns: Range<Int>, _ units: [ColumnUnit]?
  ) throws(FileError) -> UnsafeMutablePointer<Float> {
    let (count, overflow) = array.rows.multipliedReportingOverflow(by: columns.count * MemoryLayout<Float>.stride)
    guard !overflow else {
      throw FileError(
        file: path, found: "\(array.name) of \(array.shapeText)", expected: "an array that fits into memory")
    }
    let memory = try MemoryLimit.take(count, for: path, "the numbers of \(array.name)")
      .assumingMemoryBound(to: Float.self)
    if let flaw = Self.fill(memory, array, columns, units) {
      FloatRows.release(memory)
      guard !array.isText else {
        throw FileError(
          file: "\(path):\(array.elementName(flaw.row, flaw.column))", found: "a text", expected: "a number",
          hint: "Without \(DataOption.targets), texts are labels of classes.")
      }
      throw FileError(
        file: "\(path):\(array.elementName(flaw.row, flaw.column))", found: "\(array.number(flaw.row, flaw.column))",
        expected: "a finite number",
        hint: array.number(flaw.row, flaw.column).isFinite
          ? TargetOrigins.tooLarge
          : "Replace it, or leave the sample out; in a table \(DataOption.missing, "mean") replaces missing features."
      )
    }
    return memory
  }

  /// - Returns: the first element that is no finite Float.
  private static func fill(
    _ memory: UnsafeMutablePointer<Float>, _ array: some NumberArray, _ columns: Range<Int>,
    _ units: [ColumnUnit]?
  ) -> (row: Int, column: Int)? {
    var index = 0
    for row in 0..<array.rows {
      for column in columns {
        let number = array.number(row, column)
        let value = Float(units?[column - columns.lowerBound].stored(number) ?? number)
        if !value.isFinite { return (row, column) }
        (memory + index).initialize(to: value)
        index += 1
      }
    }
    return nil
  }
}

extension FloatRows {
  /// Frees memory whose ownership was not transferred to rows.
  static func release(_ memory: UnsafeMutablePointer<Float>) { _ = FloatRows(adopting: memory, rows: 0, width: 1) }
}

/// The arrays of features and of labels or targets in a file.
package enum ArrayRoles {
  case one(features: String, answers: String?)
  /// A training and a test split.
  case two(training: (String, String?), test: (String, String?))

  /// The arrays that the `variables` option names; else `X` and `y`; else Keras's `x_train`, `y_train`, `x_test`,
  /// `y_test`. Case matters only if both forms of a name exist.
  /// - Parameters:
  ///   - names: the names of all arrays.
  ///   - shapes: the names with their shapes, for the error.
  ///   - needsAnswers: true if labels or targets are required; else a single array of any name is accepted.
  package init(
    names: [String], shapes: [String], variables: [String]?, needsAnswers: Bool, path: String
  ) throws(FileError) {
    func find(_ wanted: String) -> String? {
      names.contains(wanted) ? wanted : names.first { $0.lowercased() == wanted.lowercased() }
    }
    let listed = shapes.isEmpty ? "no variables" : "variables \(ClassNumbering.shown(shapes))"
    if let variables {
      let needed = needsAnswers ? variables : Array(variables.prefix(1))
      guard let unknown = needed.first(where: { !names.contains($0) }) else {
        self = .one(
          features: variables[0], answers: variables.dropFirst().first.flatMap { names.contains($0) ? $0 : nil })
        return
      }
      throw FileError(file: path, found: listed, expected: "one called \(unknown.excerpt())")
    }
    let hasAnswers = !needsAnswers || find("y") != nil
    let haveAnswers = !needsAnswers || (find("y_train") != nil && find("y_test") != nil)
    if let features = find("X"), hasAnswers {
      self = .one(features: features, answers: find("y"))
    } else if let x = find("x_train"), let testX = find("x_test"), haveAnswers {
      self = .two(training: (x, find("y_train")), test: (testX, find("y_test")))
    } else if let x = find("x_train"), !needsAnswers || find("y_train") != nil, find("x_test") == nil,
      find("y_test") == nil
    {
      self = .one(features: x, answers: find("y_train"))
    } else if !needsAnswers, let only = find("x_test") ?? (names.count == 1 ? names[0] : nil) {
      self = .one(features: only, answers: find("y_test"))
    } else if !needsAnswers {
      throw FileError(
        file: path, found: listed, expected: "features called X",
        hint: "\(DataOption.variables, "FEATURES") names them.")
    } else {
      throw FileError(
        file: path, found: listed, expected: "X and y, or x_train, y_train, x_test and y_test",
        hint: "\(DataOption.variables, "FEATURES,LABELS") names the two.")
    }
  }

  /// Reads the splits that are needed.
  /// - Parameter array: an array by its name.
  package func load(
    _ request: DataRequest, path: String, _ array: (String) throws(FileError) -> any NumberArray
  ) throws -> RawSource {
    switch self {
    case .one(let features, let answers):
      let samples = try samples(request, path: path, features, answers, array)
      return RawSource(
        training: try samples.split(request), test: nil, defaultScale: samples.areByteImages ? 255 : 1,
        description: path)
    case .two(let trainingNames, let test):
      let first = try samples(request, path: path, trainingNames.0, trainingNames.1, array)
      let second = try samples(request, path: path, test.0, test.1, array)
      let scale: Double = first.areByteImages ? 255 : 1
      let training = try first.split(request, hasStorage: request.need != .test)
      var asked = request
      asked.targetOrigins = training.targetOrigins ?? []
      if request.need == .pooled { asked.columnUnits = training.units ?? first.ownUnits }
      var splits = (training, try second.split(asked, hasStorage: request.need != .training))
      if let one = splits.0.storage, let other = splits.1.storage {
        guard one.width == other.width else {
          throw FileError(
            file: path, found: "\(other.width.counted("feature")) per sample in \(test.0)",
            expected: "\(one.width), as in \(trainingNames.0)",
            hint: "Samples to test on need the features of those of training.")
        }
        if request.need == .pooled {
          guard splits.0.shareUnits(with: &splits.1) else {
            throw FileError(
              file: path, found: "bytes in one of \(trainingNames.0) and \(test.0)", expected: "numbers of one type",
              hint: "numpy's .astype('float32') makes both of one type.")
          }
          splits.0.storage = try one.joined(with: other, for: path)
          splits.0.targets = splits.0.targets.joined(with: splits.1.targets)
          return RawSource(training: splits.0, test: nil, defaultScale: scale, description: path)
        }
      }
      return RawSource(training: splits.0, test: splits.1, defaultScale: scale, description: path)
    }
  }

  private func samples(
    _ request: DataRequest, path: String, _ features: String, _ answers: String?,
    _ array: (String) throws(FileError) -> any NumberArray
  ) throws -> ArraySamples {
    guard request.needsTargets, let answers else {
      // Labels of an unsupported type are an error only if they are needed.
      return try ArraySamples(
        path: path, features: array(features), inputs: request.inputs, answers: answers.flatMap { try? array($0) })
    }
    return try ArraySamples(path: path, features: array(features), answers: array(answers), targets: request.targets)
  }
}
