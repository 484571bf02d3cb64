import Files
import JSON

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
}

/// The reason for which a file is not used as a checkpoint.
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
