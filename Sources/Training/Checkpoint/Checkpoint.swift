import Files
import JSON

/// The state of a run, with the caller's data that are needed to resume it, to be stored in a file.
///
/// The file is a safetensors file, whose last tensor is the XXH64 sum of all bytes before it: a truncated or altered
/// file is detected.
package struct Checkpoint: Sendable, Equatable {
  /// The state of the run.
  package var state: TrainingState
  /// The caller's data: the command line stores its options here.
  package var options: JSONValue

  package init(state: TrainingState, options: JSONValue = .null) {
    self.state = state
    self.options = options
  }

  /// The format version that is written, and the newest that can be read.
  static let version = 1
  static let format = "descent-checkpoint"
}

/// The reason why a file is not used as a checkpoint.
package enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Damaged, truncated, or not a checkpoint: the previous one may be usable.
  case unusable(FileError)
  /// Not readable: the file itself may be valid, so it is neither skipped nor removed.
  case unreadable(FileError)
  /// Valid, but written by a later version: must not be skipped silently.
  case newer(FileError)

  /// An error of the parser of safetensors, without its remedies: they are those for models, which other programs write.
  static func refused(_ error: FileError) -> CheckpointError {
    .unusable(FileError(file: error.file, found: error.found, expected: error.expected))
  }

  package var description: String {
    switch self {
    case .unusable(let error), .unreadable(let error), .newer(let error): error.description
    }
  }
}

/// Names of a checkpoint's tensors and metadata, besides `TensorName`.
enum CheckpointNames {
  static let epochs = "epochs"
  static let order = "order"
  static let checksum = "checksum"
  static let state = "state"
  static let options = "options"
  static let best = "best."
  static let average = "average."
  static func snapshot(_ epoch: Int) -> String { "snapshots.\(epoch)." }
  static func optimizer(_ index: Int) -> String { "optimizer.\(index)." }
}
