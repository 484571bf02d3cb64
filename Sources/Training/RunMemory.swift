import Files
import Networks

/// The memory that training needs, checked before allocation: a system that overcommits memory kills the process later
/// without a message.
enum RunMemory {
  /// - Throws: `TrainingError.memory` if training needs more than the limit.
  static func check(_ need: Double, widths: String) throws(TrainingError) {
    guard let limit = MemoryLimit.exceeded(by: need) else { return }
    throw .memory(widths: widths, needed: need, available: limit.bytes, limit: limit.name)
  }
}
