import Files
import Platform

/// The destination of a fetched file, and its current contents.
struct FetchDestination {
  enum State {
    case good
    /// A plain file that is truncated or not IDX. It would be preferred to a packed one, so it is replaced.
    case damagedPlain
    /// Nothing, or a damaged packed file.
    case free
  }

  let state: State
  /// The path of the valid file; else without `.gz`.
  let path: String
  /// The checksum of the valid file.
  var sha256: String?

  /// - Throws: `.occupied` if there is a complete IDX file with other contents, since several data sets use MNIST's
  ///   names. `.file` if the existing file is not readable or the folder not writable; checked before anything is
  ///   fetched.
  init(of file: FetchedFile, in directory: String) throws(FetchError) {
    let plain = directory.hasSuffix("/") ? directory + file.name : "\(directory)/\(file.name)"
    var state = State.free
    for path in [plain, plain + ".gz"] where FileManager.default.fileExists(atPath: path) {
      if let contents = try FetchDestination.contents(of: path, as: file) {
        if let sum = contents.sha256, sum == file.sha256 ?? (contents.isWholeIDX ? sum : "") {
          self.path = path
          self.state = .good
          sha256 = sum
          return
        }
        if contents.isWholeIDX { throw .occupied(path: path) }
      }
      if path == plain {
        state = .damagedPlain
        break
      }
    }
    do throws(FileError) {
      try AtomicFile.checkWritable(state == .damagedPlain ? plain : plain + ".gz")
    } catch {
      throw .file(error)
    }
    self.path = plain
    self.state = state
  }

  /// The file at a path; nil for a damaged packed file.
  /// - Throws: `.file` if it cannot be read: a file with unknown contents is not replaced.
  private static func contents(of path: String, as file: FetchedFile) throws(FetchError) -> Contents? {
    var packed: GzipReader?
    do throws(FileError) {
      let reader = try openReader(path, waitsForWriter: false)
      packed = reader as? GzipReader
      return try Contents(of: reader, as: file)
    } catch {
      guard packed?.isDamaged == true else { throw .file(error) }
      return nil
    }
  }

  /// Copies a checked download to the destination, atomically; unpacks it if it replaces a damaged plain file.
  /// - Parameter isVerified: true if its checksum was compared.
  func install(
    _ scratch: FetchScratch, isVerified: Bool, progress: (FetchProgress) -> Void
  ) throws(FetchError) {
    do throws(FileError) {
      let isPacked = try scratch.isPacked
      let unpacks = isPacked && state == .damagedPlain
      let target = isPacked && !unpacks ? path + ".gz" : path
      let reader: any ByteReader = unpacks ? try GzipReader(scratch.path) : try PlainReader(scratch.path)
      let file = try AtomicFile(target)
      var chunk = [UInt8](repeating: 0, count: 1 << 18)
      var size = 0
      while true {
        let count = try reader.fill(&chunk)
        try file.write(bytes: Array(chunk[..<count]))
        size += count
        if count < chunk.count { break }
      }
      try file.commit()
      progress(.finished(path: target, bytes: size, isVerified: isVerified))
    } catch {
      throw .file(error)
    }
  }
}

/// A file in a new temporary folder, for a download before its verification. Both are removed on release.
final class FetchScratch {
  let path: String
  private let folder: String

  init() throws(FetchError) {
    let temporary = FileManager.default.temporaryDirectory.path
    folder = "\(temporary)/descent-fetch-\(UInt64.random(in: 0 ... .max))"
    path = folder + "/download"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .file(
        FileError(
          file: temporary, found: "a folder in which none can be created", expected: "a folder for temporary files",
          hint: "Set TMPDIR to another."))
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// True if the file has gzip's magic number.
  var isPacked: Bool {
    get throws(FileError) {
      var magic: [UInt8] = [0, 0]
      return try PlainReader(path).fill(&magic) == 2 && magic == [0x1F, 0x8B]
    }
  }

  /// Extracts a file from this download, which is an archive, to another temporary folder. The file stays packed (`.gz`).
  /// - Throws: `FileError` for a damaged archive, and for one without the file.
  func extracting(_ file: FetchedFile) throws(FileError) -> FetchScratch {
    let mapped = try MappedFile(path)
    let archive = try ZipArchive(mapped.bytes, path: path)
    let entry = archive.entries.first { $0.name.split(separator: "/").last.map(String.init) == file.name + ".gz" }
    guard let entry else {
      throw FileError(file: path, found: "an archive without \(file.name).gz", expected: "one that holds it")
    }
    let bytes = try archive.contents(of: entry)
    try mapped.check()
    let scratch: FetchScratch
    do { scratch = try FetchScratch() } catch {
      throw FileError(
        file: path, found: "no room for temporary files", expected: "a folder for them", hint: "Set TMPDIR to another.")
    }
    try AtomicFile.write(bytes, to: scratch.path)
    return scratch
  }

  /// The reason why this download, packed or plain, is not `file`; nil if its contents are correct.
  ///
  /// - Parameter found: the SHA-256 of the unpacked contents, if their length is correct.
  func flaw(as file: FetchedFile, sum found: inout String?) -> String? {
    do throws(FileError) {
      let reader: any ByteReader = try isPacked ? GzipReader(path) : PlainReader(path)
      let contents = try Contents(of: reader, as: file)
      if contents.size > file.size { return "not the file: more than \(file.size) bytes" }
      guard let sum = contents.sha256 else {
        return "not the file, or truncated: \(contents.size) bytes, expected \(file.size)"
      }
      found = sum
      guard let expected = file.sha256 else {
        return contents.isWholeIDX ? nil : "not the file: no IDX file of \(file.size) bytes"
      }
      return sum == expected ? nil : "wrong contents: SHA-256 \(sum), expected \(expected)"
    } catch {
      return error.found
    }
  }
}
