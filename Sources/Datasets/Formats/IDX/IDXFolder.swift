import Files
import Platform

/// The IDX files of a set, found by the ends of their names.
///
/// MNIST, Fashion-MNIST and KMNIST are folders of four such files; EMNIST has several sets in one folder, whose names have
/// different prefixes. A plain file is preferred to its `.gz`; the name may have a dot instead of the hyphen before `idx`; files may be
/// in folders of their own names, or in torchvision's `MNIST/raw`. A set may lack its test pair, and its labels if they are not needed.
struct IDXFolder: Equatable {
  /// The training images; if a set has one file of images, that file.
  var trainingImages: String
  /// nil if labels are not needed.
  var trainingLabels: String?
  /// nil for a set of one pair.
  var testImages, testLabels: String?

  /// A set of one pair of files.
  init(trainingImages: String, trainingLabels: String?) {
    (self.trainingImages, self.trainingLabels) = (trainingImages, trainingLabels)
  }

  /// - Parameters:
  ///   - needsLabels: true if labels are required.
  ///   - takesTestAlone: true to accept a test pair without a training pair, if only the test split is used.
  /// - Throws: `FileError` if a file is missing or ambiguous.
  init(_ folder: String, prefix: String?, needsLabels: Bool = true, takesTestAlone: Bool = false) throws(FileError) {
    let search = IDXSearch(folder: folder, prefix: prefix, candidates: try IDXFolder.candidates(in: folder))
    if let prefix, !prefix.isEmpty, !search.hasSet {
      let path = folder == "/" ? "/\(prefix)" : "\(folder)/\(prefix)"
      throw FileError(
        file: path, found: "no such file or folder, and no file of \(folder) is named \(prefix)…-idx…",
        expected: "a data source", hint: PublishedDataset.fetchCommand(for: path).map { OptionText($0 + ".") })
    }
    let tests = ["t10k", "test"]
    guard needsLabels else {
      let hasTraining = search.has(["train"], "images")
      trainingImages =
        try hasTraining
        ? search.find(["train"], "images")
        : search.has(tests, "images")
          ? search.find(tests, "images") : search.findImages()
      if hasTraining, search.has(tests, "images") { testImages = try search.find(tests, "images") }
      return
    }
    let hasTraining = search.has(["train"], "images") || search.has(["train"], "labels")
    let isTestAlone = takesTestAlone && !hasTraining && search.has(tests, "images")
    trainingImages = try search.find(isTestAlone ? tests : ["train"], "images")
    trainingLabels = try search.find(isTestAlone ? tests : ["train"], "labels")
    guard !isTestAlone else { return }
    guard search.has(tests, "images") || search.has(tests, "labels") else { return }
    testImages = try search.find(tests, "images")
    testLabels = try search.find(tests, "labels")
  }

  /// The number of IDX files whose names have the prefix, in the folders that are searched.
  static func count(in folder: String, prefix: String?) -> Int {
    let candidates = (try? candidates(in: folder)) ?? []
    return candidates.count { $0.stem.hasPrefix(prefix ?? "") }
  }

  /// Subfolders in which torchvision and Keras store the files of a data set.
  private static let rawFolders = [
    "raw", "MNIST/raw", "FashionMNIST/raw", "KMNIST/raw", "EMNIST/raw", "QMNIST/raw", "gzip",
  ]

  private static func candidates(in folder: String) throws(FileError) -> [IDXCandidate] {
    let names = try names(in: folder).sorted()
    var found = names.compactMap { IDXCandidate($0) }
    // Some programs unpack an archive into a folder with the name of the file that it contains.
    for name in names where IDXCandidate(name) != nil && isFolder("\(folder)/\(name)") == true {
      found.removeAll { $0.path == name }
      for inner in (try? IDXFolder.names(in: "\(folder)/\(name)").sorted()) ?? [] {
        if let candidate = IDXCandidate(inner, in: name) { found.append(candidate) }
      }
    }
    guard found.isEmpty else { return found }
    for raw in rawFolders {
      let inner = ((try? IDXFolder.names(in: "\(folder)/\(raw)")) ?? []).sorted().compactMap {
        IDXCandidate($0, in: raw)
      }
      if !inner.isEmpty { return inner }
    }
    return []
  }

  /// A file of a folder that is a source by itself: a table or arrays.
  fileprivate static func otherSource(in folder: String) -> String? {
    // A plain text is more often about the data than the data.
    ((try? names(in: folder)) ?? []).sorted().first { name in
      FileNames.isSource(name) && IDXCandidate(name) == nil && !name.lowercased().hasSuffix(".txt")
    }
  }

  /// The remedy for a folder without IDX files and without tables: for images, a way to make arrays of them.
  fileprivate static func remedy(for folder: String) -> OptionText {
    let entries = ((try? names(in: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    if entries.contains(where: FileNames.isImage) {
      return
        "Images are read by 'descent predict MODEL IMAGE …'; to train on them, numpy.savez('FILE.npz', X=X, y=y) with X of bytes [samples, height, width] writes a source."
    }
    let classes = entries.prefix(100).filter { isFolder("\(folder)/\($0)") == true }
    if classes.contains(where: { ((try? names(in: "\(folder)/\($0)")) ?? []).contains(where: FileNames.isImage) }) {
      return
        "Folders of images, one for each class, are not read: numpy.savez('FILE.npz', X=X, y=y) with X of bytes [samples, height, width] and the folders' names as y writes a source."
    }
    if entries.contains(where: { $0.hasPrefix("data_batch") }) {
      return "CIFAR's batches are Python pickles: numpy.savez('FILE.npz', X=X, y=y) writes what can be read."
    }
    return "'descent data fetch \(folder)' fetches MNIST."
  }

  private static func names(in folder: String) throws(FileError) -> Set<String> {
    guard let stream = opendir(folder) else {
      throw FileError(
        file: folder, found: systemText(errno), expected: "a folder of IDX files",
        hint: errno == EACCES ? "Its owner can allow it with chmod." : nil)
    }
    defer { closedir(stream) }
    var names: Set<String> = []
    while let entry = readdir(stream) {
      // Swift imports the name as an array of fixed length; it is read as a C string.
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
          String(cString: $0)
        }
      }
      names.insert(name)
    }
    return names
  }
}

/// A file with the name of an IDX file: `PREFIXtrain-images-idx3-ubyte`.
struct IDXCandidate: Equatable {
  /// The path from the folder on.
  var path: String
  /// The name with a hyphen before `idx` and without `.gz`, equal for all forms of one file.
  var key: String
  /// The name up to the dimensions: a prefix and `train-images`.
  var stem: String
  /// The preference among forms of one file, the least first: plain before packed, the published name before others.
  var rank: Int

  /// nil for another name.
  init?(_ name: String, in folder: String? = nil) {
    let isPacked = name.hasSuffix(".gz")
    let plain = isPacked ? name.dropLast(3) : name[...]
    guard let marker = plain.range(of: "idx", backwards: true), marker.lowerBound > plain.startIndex else { return nil }
    let before = plain.index(before: marker.lowerBound)
    // idx3-ubyte: dimensions, then the type of the elements.
    let tail = plain[marker.upperBound...]
    guard plain[before] == "-" || plain[before] == ".", let dimensions = tail.first, ("1"..."4").contains(dimensions),
      tail.dropFirst().first == "-",
      ["ubyte", "byte", "short", "int", "float", "double"].contains(tail.dropFirst(2))
    else { return nil }
    path = folder.map { "\($0)/\(name)" } ?? name
    stem = String(plain[..<before])
    key = stem + "-idx" + tail
    rank = (folder == nil ? 0 : 4) + (plain[before] == "-" ? 0 : 2) + (isPacked ? 1 : 0)
  }
}

extension Substring {
  /// The last occurrence of a text.
  fileprivate func range(of text: String, backwards: Bool) -> Range<Index>? {
    var found: Range<Index>?
    var start = startIndex
    while let range = self[start...].firstRange(of: text) {
      found = range
      start = index(after: range.lowerBound)
    }
    return found
  }
}

/// The choice among the files of a folder.
private struct IDXSearch {
  let folder: String
  let prefix: String?
  let candidates: [IDXCandidate]

  /// True if a file has the prefix.
  var hasSet: Bool { candidates.contains { $0.stem.hasPrefix(prefix ?? "") } }

  /// The matching files, each in its preferred form.
  private func matches(_ beginnings: [String], _ content: String) -> [IDXCandidate] {
    let start = prefix ?? ""
    let stems = beginnings.map { "\($0)-\(content)" }
    var found = matches { candidate in stems.contains { candidate.stem.hasSuffix($0) } }
    if !start.isEmpty {
      // `emnist-letters` selects these files even if `emnist-letters-2` exists.
      let exact = found.filter { candidate in
        stems.contains { stem in ["", "-", "_", "."].contains { candidate.stem == start + $0 + stem } }
      }
      if !exact.isEmpty { found = exact }
    }
    return found
  }

  /// The files with the prefix for which `isMeant` is true, each in its preferred form.
  private func matches(_ isMeant: (IDXCandidate) -> Bool) -> [IDXCandidate] {
    let found = candidates.filter { $0.stem.hasPrefix(prefix ?? "") && isMeant($0) }
    let best = Dictionary(grouping: found) { $0.key }.values.compactMap { $0.min { $0.rank < $1.rank } }
    return best.sorted { $0.key < $1.key }
  }

  func has(_ beginnings: [String], _ content: String) -> Bool { !matches(beginnings, content).isEmpty }

  /// The folder's only file of images, of any split.
  func findImages() throws(FileError) -> String {
    let found = matches { $0.stem.hasSuffix("images") }
    guard found.count == 1, let only = found.first else {
      throw FileError(
        file: folder, found: found.isEmpty ? "no such file" : found.prefix(2).map(\.path).joined(separator: " and "),
        expected: "one file of images with a name ending in images-idx3-ubyte, plain or .gz",
        hint: found.isEmpty ? nil : "Name the file itself: \(DataOption.source, "FILE").")
    }
    return folder + "/" + only.path
  }

  func find(_ beginnings: [String], _ content: String) throws(FileError) -> String {
    let found = matches(beginnings, content)
    let kind = content == "images" ? "images-idx3-ubyte" : "labels-idx1-ubyte"
    let shown = beginnings.map { "\($0)-\(kind)" }.joined(separator: " or ")
    let named = (prefix ?? "").isEmpty ? "a name ending in \(shown)" : "a name from \(prefix ?? "") to \(shown)"
    let expected = "one file with \(named), plain or .gz"
    guard let first = found.first else {
      let other = IDXFolder.otherSource(in: folder).map {
        OptionText("\(DataOption.source, "\(folder)/\($0)") reads that file.")
      }
      throw FileError(
        file: folder, found: "no such file", expected: expected,
        hint: (prefix ?? "").isEmpty ? other ?? IDXFolder.remedy(for: folder) : nil)
    }
    guard found.count == 1 else {
      throw FileError(
        file: folder, found: found.prefix(2).map(\.path).joined(separator: " and "), expected: expected,
        hint: "If a folder has several sets, name one: \(DataOption.source, "\(folder)/PREFIX").")
    }
    return folder + "/" + first.path
  }
}
