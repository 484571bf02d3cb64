import Files
import JSON
import Models

/// A state of a run as a file has it, with what the run's owner needs to set up the rest again.
///
/// The file is a safetensors file, whose last tensor is the XXH64 sum of all bytes before it: what is cut short or altered, be it by one
/// bit, is told from what is whole.
public struct Checkpoint: Sendable, Equatable {
  public var state: TrainingState
  /// The owner's: the command line keeps its options here.
  public var options: JSONValue

  public init(state: TrainingState, options: JSONValue = .null) {
    self.state = state
    self.options = options
  }

  /// The version of what is written and the newest that is read.
  static let version = 1
  static let format = "descent-checkpoint"

  /// Replaces the file at `path`, whole or not at all; it is on the disk when this returns.
  public func write(to path: String) throws(FileError) {
    try CheckpointEncoder(self).write(to: path)
  }

  /// Reads the file at `path`.
  /// - Throws: `CheckpointError`.
  public static func read(_ path: String) throws(CheckpointError) -> Checkpoint {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try SafetensorsParser.readBytes(path, sizes: CheckpointDecoder.sizes)
    } catch {
      throw error.cause == .access ? .unreadable(error) : .unusable(error)
    }
    return try parse(bytes, file: path)
  }

  /// Reads a file's bytes; `file` is its name in errors.
  /// - Throws: `CheckpointError`.
  public static func parse(_ bytes: [UInt8], file: String) throws(CheckpointError) -> Checkpoint {
    try CheckpointDecoder(file: file, bytes: bytes).checkpoint()
  }
}

/// Why a file is not taken as a checkpoint.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Damaged, cut short, or no checkpoint at all: the one before may still do.
  case unusable(FileError)
  /// Not read, for a reason that is not the file's: it may be whole, and is neither passed over nor removed.
  case unreadable(FileError)
  /// Whole, but written by a later version: nothing to pass over in silence.
  case newer(FileError)

  public var description: String {
    switch self {
    case .unusable(let error), .unreadable(let error), .newer(let error): error.description
    }
  }
}
