import Files
import Platform

/// A growing array of floats. It grows without copying if the system can move pages.
struct GrowingFloats: ~Copyable {
  private(set) var count = 0
  private var capacity = 0
  private var memory: UnsafeMutablePointer<Float>?

  deinit { free(memory) }

  /// Memory for `more` floats after the last one; they are added by `commit`.
  /// - Throws: `FileError` naming `path` if they exceed the available memory.
  mutating func reserve(_ more: Int, for path: String) throws(FileError) -> UnsafeMutablePointer<Float> {
    if let memory, count + more <= capacity { return memory + count }
    let wanted = max(count + more, capacity * 2, 1 << 12)
    let stride = MemoryLayout<Float>.stride
    // Existing floats are moved by pages, without copying.
    let limit = MemoryLimit.exceeded(by: Double((wanted - capacity) * stride))
    let granted = limit.map { min(wanted, capacity + Int($0.bytes) / stride) } ?? wanted
    guard count + more <= granted, let moved = realloc(memory, granted * stride) else {
      throw FileError(
        file: path, found: "more than \(count) numbers",
        expected: "what fits into "
          + (limit.map { "the \(MemoryLimit.text($0.bytes)) more of \($0.name)" } ?? "memory"),
        hint: "Take fewer lines, or bytes in IDX files.")
    }
    memory = moved.assumingMemoryBound(to: Float.self)
    capacity = granted
    return memory! + count
  }

  mutating func commit(_ more: Int) { count += more }

  /// The floats as rows, without a copy.
  consuming func rows(width: Int) -> FloatRows {
    let kept =
      realloc(memory, max(count, 1) * MemoryLayout<Float>.stride)?.assumingMemoryBound(to: Float.self) ?? memory!
    memory = nil
    return FloatRows(adopting: kept, rows: count / max(width, 1), width: width)
  }

  /// Calls a closure with every `step`-th float.
  func forEach(from first: Int, step: Int, _ body: (Float) -> Void) {
    guard let memory else { return }
    for index in stride(from: first, to: count, by: step) { body(memory[index]) }
  }

  /// Replaces every `step`-th float.
  mutating func update(from first: Int, step: Int, _ change: (Float) -> Float) {
    guard let memory else { return }
    for index in stride(from: first, to: count, by: step) { memory[index] = change(memory[index]) }
  }

  /// The floats as an array.
  func array() -> [Float] { Array(UnsafeBufferPointer(start: memory, count: count)) }
}
