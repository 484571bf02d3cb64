import Files

/// A MAT-file of level 5.
struct MATFormat: DataFormat {
  static var name: String { "a MAT-file" }
  static var options: Set<DataOption> { [.targets, .variables] }

  private let file: SourceFile

  init?(_ source: OpenedSource) {
    guard case .file(let file) = source,
      file.path.lowercased().hasSuffix(".mat") || file.begins(with: Array("MATLAB 5.0".utf8))
    else { return nil }
    self.file = file
  }

  func load(_ request: DataRequest) throws -> RawSource {
    let source = MATSource(
      path: file.path, contents: try file.contents(), variables: request.options.variables ?? ["X", "y"],
      targets: request.targets, needsTargets: request.needsTargets)
    return RawSource(training: try source.load(), test: nil, defaultScale: 1, description: file.path)
  }
}

/// Reads samples from a MAT-file: a matrix of features, one row a sample, and one of labels or targets.
struct MATSource {
  let path: String
  /// Of the file; mapped by the path where there is none.
  var contents: SourceContents?
  /// The names of both matrices.
  let variables: [String]
  let targets: Int?
  /// Whether the second matrix is read; it may be missing else.
  var needsTargets = true

  /// - Throws: `FileError` with the variable, row and column, from 1 as MATLAB counts; `DataOptionError` for too many targets.
  func load() throws -> RawSplit {
    let file = try contents.map { contents throws(FileError) in try MATFile(contents) } ?? MATFile(path)
    let features = try file.matrix(variables[0])
    guard features.rows > 0, features.columns > 0 else {
      throw FileError(
        file: path, found: "\(variables[0]) of \(features.rows) × \(features.columns)", expected: "at least one sample")
    }
    guard needsTargets else {
      let rows = try floats(features, variables[0], columns: 0..<features.columns)
      return RawSplit(
        storage: .floats(FloatRows(rows, width: features.columns)), targets: .none(count: features.rows),
        imageShape: nil)
    }
    var answers = try file.matrix(variables[1])
    // A vector of labels may lie on its side.
    if targets == nil, answers.rows == 1 { swap(&answers.rows, &answers.columns) }
    guard features.rows <= Int(Int32.max), answers.rows == features.rows else {
      throw FileError(
        file: path, found: "\(answers.rows) rows in \(variables[1])",
        expected: "\(features.rows), as in \(variables[0])")
    }
    let rows = try floats(features, variables[0], columns: 0..<features.columns)
    return RawSplit(
      storage: .floats(FloatRows(rows, width: features.columns)), targets: try self.targets(answers), imageShape: nil)
  }

  private func targets(_ matrix: MATMatrix) throws -> RawTargets {
    if let targets {
      guard targets <= matrix.columns else {
        throw DataOptionError(
          .targets, "\(targets) are more than the \(matrix.columns) columns of \(variables[1]) in \(path)")
      }
      let columns = (matrix.columns - targets)..<matrix.columns
      return .values(try floats(matrix, variables[1], columns: columns), width: targets)
    }
    guard matrix.columns == 1 else {
      throw FileError(
        file: path, found: "\(variables[1]) of \(matrix.columns) columns", expected: "one column, of labels",
        hint: "\(DataOption.targets, "\(matrix.columns)") takes them as target values.")
    }
    var codes = LabelCodes()
    for (row, value) in matrix.values.enumerated() {
      guard value.isFinite else { throw notFinite(variables[1], row, 0, value) }
      let text = ClassNumbering.text(value == 0 ? 0 : value)
      do throws(LabelCodes.Flaw) {
        codes.append(try codes.code(Array(text.utf8), text.utf8.count))
      } catch {
        throw FileError(
          file: path, found: "\(error.found) in \(variables[1])", expected: "classes",
          hint: "\(DataOption.targets) is for target values.")
      }
    }
    return .labels(codes: codes.codes, names: codes.names)
  }

  /// These columns, row by row.
  private func floats(_ matrix: MATMatrix, _ name: String, columns: Range<Int>) throws(FileError) -> [Float] {
    var flaw: (row: Int, column: Int)?
    let floats = [Float](unsafeUninitializedCapacity: matrix.rows * columns.count) { buffer, used in
      for column in columns {
        for row in 0..<matrix.rows {
          let value = Float(matrix[row, column])
          if !value.isFinite, flaw == nil { flaw = (row, column) }
          (buffer.baseAddress! + row * columns.count + column - columns.lowerBound).initialize(to: value)
        }
      }
      used = matrix.rows * columns.count
    }
    if let flaw { throw notFinite(name, flaw.row, flaw.column, matrix[flaw.row, flaw.column]) }
    return floats
  }

  private func notFinite(_ name: String, _ row: Int, _ column: Int, _ value: Double) -> FileError {
    FileError(file: "\(path):\(name)(\(row + 1),\(column + 1))", found: "\(value)", expected: "a finite number")
  }
}
