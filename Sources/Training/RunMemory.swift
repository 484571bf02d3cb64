import Files
import Networks

/// What training takes of the memory, told before any of it is asked for: a system that grants more than it has ends the process
/// later, without a word.
enum RunMemory {
  /// - Throws: `TrainingError.memory` where the need is beyond the limit.
  static func check(_ need: Double, widths: String) throws(TrainingError) {
    guard let limit = MemoryLimit.exceeded(by: need) else { return }
    throw .memory(widths: widths, needed: need, available: limit.bytes, limit: limit.name)
  }
}
