import Files
import Networks

/// The memory that training needs, checked before allocation: a system that overcommits memory kills the process later
/// without a message.
enum RunMemory {
  /// Checks a need for memory in bytes against the limits of the process.
  ///
  /// - Parameter widths: the network's widths, for the message.
  /// - Throws: `TrainingError.memory` if it exceeds a limit.
  static func check(_ need: Double, widths: String) throws(TrainingError) {
    guard let limit = MemoryLimit.exceeded(by: need) else { return }
    throw .memory(widths: widths, needed: need, available: limit.bytes, limit: limit.name)
  }
}
