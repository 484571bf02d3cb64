import ProcessorBuiltins

/// The command line that started this process.
package enum CommandWords {
  /// The words, with the program's name first. Read first by the entry point, while the process has one thread.
  ///
  /// On Linux, Swift reads the words from /proc/self/cmdline, so that they are empty if /proc is not mounted, as in a
  /// minimal chroot. They are still in the memory where the kernel stored them.
  package static let current: [String] = {
    let words = CommandLine.arguments
    #if os(Linux)
      if words.isEmpty { return wordsOnStack }
    #endif
    return words
  }()

  #if os(Linux)
    /// The initial stack of a process: the number of words, a pointer to each, null, a pointer to each environment
    /// variable, null, and the auxiliary vector, pairs of a small key and a value (System V ABI, AMD64 supplement,
    /// figure 3.9; other platforms have the same order). It is searched downward from the bytes at `AT_RANDOM`, which
    /// are above it; the C library's environment may have been moved.
    static var wordsOnStack: [String] {
      guard let above = auxiliary_random_bytes() else { return [] }
      let size = MemoryLayout<UInt>.size
      func word(_ position: UnsafeRawPointer) -> UInt { position.load(as: UInt.self) }
      var position = above.alignedDown(toMultipleOf: size)
      // First the vector's entry with that key, then the start of the vector.
      let value = UInt(bitPattern: above)
      repeat { position -= size } while word(position) != UInt(AUXILIARY_RANDOM) || word(position + size) != value
      while (1..<256).contains(word(position - 2 * size)) { position -= 2 * size }
      // Skips the null of the environment, and its variables.
      position -= 2 * size
      while word(position) != 0 { position -= size }
      // The position at which the number is equal to the number of pointers skipped: a pointer is never so small.
      var count = 0
      while word(position - (1 + count) * size) != UInt(count) { count += 1 }
      return (0..<count).reversed().compactMap { index in
        UnsafePointer<CChar>(bitPattern: word(position - (1 + index) * size)).map { String(cString: $0) }
      }
    }
  #endif
}
