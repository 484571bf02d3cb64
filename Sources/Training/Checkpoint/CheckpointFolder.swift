import Files
import Platform

/// A folder of checkpoints: `checkpoint-00000001.safetensors` and so on, in the order of writing.
package struct CheckpointFolder: Sendable {
  /// The path as the user gave it.
  package let path: String

  /// A checkpoint and its file.
  package struct Found: Sendable {
    /// The checkpoint, checked.
    package var checkpoint: Checkpoint
    /// The path of its file.
    package var file: String
    /// The bytes of the file, if they were requested.
    package var bytes: [UInt8]?

    package init(checkpoint: Checkpoint, file: String, bytes: [UInt8]? = nil) {
      (self.checkpoint, self.file, self.bytes) = (checkpoint, file, bytes)
    }
  }

  /// A file that has a checkpoint's name.
  struct Entry: Sendable {
    var number: Int
    var path: String
  }

  private static let prefix = "checkpoint-"
  private static let suffix = ".safetensors"

  package init(_ path: String) { self.path = path }

  /// The newest valid checkpoint; nil if there is none, or the folder does not exist.
  ///
  /// - Parameters:
  ///   - keepsBytes: true if the result has the bytes of the file, for other ranks.
  ///   - onSkipped: called for each invalid file that is newer than the result.
  /// - Throws: `FileError` if the path is not a folder, or a checkpoint is of a later version or not readable.
  package func newest(keepsBytes: Bool = false, onSkipped: (FileError) -> Void = { _ in }) throws -> Found? {
    for entry in try entries() {
      do throws(CheckpointError) {
        let bytes = try Checkpoint.readBytes(entry.path)
        let checkpoint = try Checkpoint.parse(bytes, file: entry.path)
        return Found(checkpoint: checkpoint, file: entry.path, bytes: keepsBytes ? bytes : nil)
      } catch {
        switch error {
        case .newer(let reason), .unreadable(let reason): throw reason
        case .unusable(let reason): onSkipped(reason)
        }
      }
    }
    return nil
  }

  /// True if a file has a checkpoint's name; false also if the folder cannot be read.
  package var hasCheckpoint: Bool { (try? !entries().isEmpty) ?? false }

  /// Every file with a checkpoint's name, the newest first; empty if the folder does not exist.
  func entries() throws(FileError) -> [Entry] {
    guard let isFolder = isFolder(path) else { return [] }
    guard isFolder else {
      throw FileError(file: path, found: "a file", expected: "a folder of checkpoints", hint: "Name a folder.")
    }
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      return names.compactMap { name in Self.number(in: name).map { Entry(number: $0, path: filePath(of: name)) } }
        .sorted { $0.number > $1.number }
    } catch {
      let code = ((error as? CocoaError)?.underlying as? POSIXError)?.code.rawValue
      throw FileError(
        file: path, found: code.map(systemText) ?? "a folder that cannot be read",
        expected: "a folder of checkpoints that can be read",
        hint: code == EACCES ? "Its owner can allow it with chmod." : nil, cause: .access)
    }
  }

  func filePath(of name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

  func filePath(ofNumber number: Int) -> String {
    let digits = String(number)
    return filePath(of: Self.prefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits + Self.suffix)
  }

  private static func number(in name: String) -> Int? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
    let digits = name.dropFirst(prefix.count).dropLast(suffix.count)
    guard (8...18).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return Int(digits)
  }
}
