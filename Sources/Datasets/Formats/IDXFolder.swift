import Files

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The four IDX files of a set, found by how their names end.
///
/// MNIST, Fashion-MNIST and KMNIST are folders of four such files; EMNIST puts several sets into one folder and tells them
/// apart by what the names begin with. A plain file wins over its own `.gz`.
struct IDXFolder: Equatable {
  var trainingImages, trainingLabels, testImages, testLabels: String

  /// - Throws: `FileError` where a file is missing, or where two could be meant.
  init(_ folder: String, prefix: String?) throws(FileError) {
    let names = try IDXFolder.names(in: folder)
    func find(_ beginnings: [String], _ kind: String) throws(FileError) -> String {
      let endings = beginnings.map { "\($0)-\(kind)-ubyte" }
      return folder + "/" + (try IDXFolder.choose(names, endings: endings, prefix: prefix, folder: folder))
    }
    trainingImages = try find(["train"], "images-idx3")
    trainingLabels = try find(["train"], "labels-idx1")
    testImages = try find(["t10k", "test"], "images-idx3")
    testLabels = try find(["t10k", "test"], "labels-idx1")
  }

  private static func choose(
    _ names: Set<String>, endings: [String], prefix: String?, folder: String
  ) throws(FileError) -> String {
    let start = prefix ?? ""
    // A file counts once, under its plain name, whether it is there plain, packed or both.
    var candidates = Set(
      names.map { $0.hasSuffix(".gz") ? String($0.dropLast(3)) : $0 }
        .filter { name in name.hasPrefix(start) && endings.contains { name.hasSuffix($0) } })
    if !start.isEmpty {
      // `emnist-letters` means those files even beside `emnist-letters-2`.
      let exact = candidates.filter { name in
        endings.contains { ending in ["", "-", "_", "."].contains { name == start + $0 + ending } }
      }
      if !exact.isEmpty { candidates = exact }
    }
    let shown = endings.joined(separator: " or ")
    let named = start.isEmpty ? "a name ending in \(shown)" : "a name from \(start) to \(shown)"
    let expected = "one file with \(named), plain or .gz"
    guard let first = candidates.min() else {
      throw FileError(
        file: folder, found: "no such file", expected: expected,
        hint: start.isEmpty ? "descent data fetch \(folder) brings MNIST." : nil)
    }
    guard candidates.count == 1 else {
      let both = candidates.sorted().prefix(2).map { names.contains($0) ? $0 : $0 + ".gz" }
      throw FileError(
        file: folder, found: both.joined(separator: " and "), expected: expected,
        hint: "Where a folder holds several sets, say which: \(DataOption.source, "\(folder)/PREFIX").")
    }
    return names.contains(first) ? first : first + ".gz"
  }

  private static func names(in folder: String) throws(FileError) -> Set<String> {
    guard let stream = opendir(folder) else {
      throw FileError(file: folder, found: systemText(errno), expected: "a folder of IDX files")
    }
    defer { closedir(stream) }
    var names: Set<String> = []
    while let entry = readdir(stream) {
      // The name is a C array of a fixed length in Swift's eyes: read as the C string that it is.
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
