import Files

/// An archive of NumPy arrays: `X` and `y`, or training and test splits with Keras's names.
struct NPZFormat: DataFormat {
  static var name: String { "a NumPy archive (.npz)" }
  static var options: Set<DataOption> { [.targets, .variables] }
  static var endings: [String] { [".npz"] }

  private let file: SourceFile
  private let contents: SourceContents
  private let archive: ZipArchive

  /// - Throws: `FileError` for a damaged archive, and for another kind of archive.
  init?(_ source: OpenedSource) throws {
    guard case .file(let file) = source, ZipArchive.isBeginning(file.beginning) else { return nil }
    self.file = file
    contents = try file.contents()
    archive = try ZipArchive(contents.bytes, path: file.path)
    guard archive.entries.contains(where: { $0.name.hasSuffix(".npy") }) else { throw Self.refusal(archive, file.path) }
  }

  /// Archives of other programs, for error messages.
  private static func refusal(_ archive: ZipArchive, _ path: String) -> FileError {
    let names = archive.entries.map(\.name)
    let (found, hint): (String, OptionText) =
      if names.contains(where: { $0.hasPrefix("xl/") }) {
        ("an Excel workbook", "Save its sheet as CSV.")
      } else if names.contains("content.xml"), names.contains("mimetype") {
        ("an OpenDocument spreadsheet", "Save its sheet as CSV.")
      } else if names.contains(where: { $0.hasSuffix("data.pkl") }) {
        ("a PyTorch file", "numpy.savez('FILE.npz', X=X.numpy(), y=y.numpy()) writes what can be read.")
      } else if names.contains("model.weights.h5") {
        ("a Keras model", "Give the data here; a model is a separate argument.")
      } else {
        ("a zip archive of \(ClassNumbering.shown(names))", "Unpack it and give one of its files.")
      }
    return FileError(file: path, found: found, expected: "arrays (.npy) in it", hint: hint)
  }

  func load(_ request: DataRequest) throws -> RawSource {
    let entries = archive.entries.filter { $0.name.hasSuffix(".npy") }
    let names = entries.map { String($0.name.dropLast(4)) }
    if Set(["data", "indices", "indptr", "shape"]).isSubset(of: names) {
      throw FileError(
        file: file.path, found: "a sparse matrix of SciPy", expected: "arrays of all numbers",
        hint: "numpy.savez('FILE.npz', X=X.toarray(), y=y) writes them.")
    }
    let shapes = zip(entries, names).map { entry, name in shape(entry).map { "\(name) [\($0)]" } ?? name }
    let roles = try ArrayRoles(
      names: names, shapes: shapes, variables: request.options.variables,
      needsAnswers: request.needsTargets, path: file.path)
    let raw = try roles.load(request, path: file.path) { name throws(FileError) in
      // Of two entries of one name, the last counts.
      try array(name, entries[names.lastIndex(of: name) ?? 0])
    }
    try contents.check()
    return raw
  }

  private func array(_ name: String, _ entry: ZipArchive.Entry) throws(FileError) -> any NumberArray {
    let position = "\(file.path):\(name)"
    let content = SourceContents(path: position, try archive.contents(of: entry))
    return try NPYArray(name: name, content, content.bytes, path: position)
  }

  /// The shape of an entry for a message; nil if the entry is compressed or damaged.
  private func shape(_ entry: ZipArchive.Entry) -> String? {
    guard let stored = try? archive.stored(entry), let header = try? NPYHeader(stored, path: file.path) else {
      return nil
    }
    return header.shape.map { "\($0)" }.joined(separator: "×")
  }
}
