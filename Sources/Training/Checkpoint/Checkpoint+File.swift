import Files
import Models

extension Checkpoint {
  /// Writes the checkpoint to `path`, replacing a file there atomically; the file is on disk when this returns.
  package func write(to path: String) throws(FileError) {
    try CheckpointEncoder(self).write(to: path)
  }

  /// Reads the file at `path`.
  /// - Throws: `CheckpointError`.
  package static func read(_ path: String) throws(CheckpointError) -> Checkpoint {
    try parse(readBytes(path), file: path)
  }

  /// The bytes of the file at `path`, of which the size agrees with the header.
  /// - Throws: `CheckpointError`.
  static func readBytes(_ path: String) throws(CheckpointError) -> [UInt8] {
    do throws(FileError) {
      return try SafetensorsParser.readBytes(path, sizes: CheckpointDecoder.sizes)
    } catch {
      throw error.cause == .access ? .unreadable(error) : .refused(error)
    }
  }

  /// Reads the bytes of a file; `file` is its name in errors.
  /// - Throws: `CheckpointError`.
  package static func parse(_ bytes: [UInt8], file: String) throws(CheckpointError) -> Checkpoint {
    try CheckpointDecoder(file: file, bytes: bytes).checkpoint()
  }
}
