import Files

/// A folder of IDX files, like MNIST.
struct IDXFormat: DataFormat {
  static var name: String { "a folder of IDX files" }

  private let folder: String
  private let prefix: String?

  init?(_ source: OpenedSource) {
    guard case .folder(let folder, let prefix) = source else { return nil }
    (self.folder, self.prefix) = (folder, prefix)
  }

  func load(_ request: DataRequest) throws -> RawSource {
    let files = try IDXFolder(
      folder, prefix: prefix, needsLabels: request.needsTargets, takesTestAlone: request.need == .test)
    return try IDXSource(folder: files, need: request.need, workers: request.options.workers)
      .source(description: DataSource.folder(folder, prefix: prefix).text)
  }
}

/// A file of IDX images. Its labels, if they are needed, are in the file of the same folder with `labels` for `images` in its name.
struct IDXFileFormat: DataFormat {
  static var name: String { "a file of IDX images" }
  static var endings: [String] { ["-ubyte"] }

  private let file: SourceFile
  private var path: String { file.path }

  init?(_ source: OpenedSource) throws {
    guard case .file(let file) = source else { return nil }
    let bytes = file.beginning
    guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0, IDXElement(rawValue: bytes[2]) != nil,
      (1...4).contains(bytes[3])
    else { return nil }
    self.file = file
  }

  func load(_ request: DataRequest) throws -> RawSource {
    if file.isStream { return try loadStream(request) }
    // A file of labels is an error with an explanation when the file is opened.
    let labels = try request.needsTargets ? labelsPath() : nil
    let folder = IDXFolder(trainingImages: path, trainingLabels: labels)
    return try IDXSource(folder: folder, need: request.need, workers: request.options.workers)
      .source(description: path)
  }

  /// Images from a pipe, which have no file of labels beside them.
  private func loadStream(_ request: DataRequest) throws -> RawSource {
    let images = try IDXFile(stream: file)
    guard !request.needsTargets else {
      throw FileError(
        file: path, found: "images in a stream, without labels", expected: "a folder with images and labels",
        hint: "descent predict needs no labels.")
    }
    let split = RawSplit(
      storage: try images.rows(), targets: .none(count: images.count), imageShape: images.shape)
    return RawSource(training: split, test: nil, defaultScale: images.hasBytes ? 255 : 1, description: path)
  }

  private func labelsPath() throws(FileError) -> String {
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let plain = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    let name = plain[slash...].replacing("images", with: "labels").replacing("idx3", with: "idx1")
    let other = String(plain[..<slash] + name)
    guard other != plain, let found = [other, other + ".gz"].first(where: { fileExists($0) }) else {
      _ = try IDXFile(path, .images)
      throw FileError(
        file: path, found: "images alone", expected: other == plain ? "labels too" : "their labels in \(other)",
        hint: "descent predict needs no labels.")
    }
    return found
  }
}

extension IDXSource {
  /// Reads the files.
  fileprivate func source(description: String) throws(FileError) -> RawSource {
    let splits = try load()
    let areBytes: Bool
    if case .floats? = splits.training.storage ?? splits.test?.storage { areBytes = false } else { areBytes = true }
    return RawSource(
      training: splits.training, test: splits.test, defaultScale: areBytes ? 255 : 1, description: description)
  }
}
