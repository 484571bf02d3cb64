import ProcessorBuiltins

/// The command line that started this process.
public enum CommandWords {
  /// The program's name first. Looked at first by the entry point, while the process has one thread.
  ///
  /// On Linux Swift's own list is what /proc/self/cmdline says, and empty where no /proc is mounted, as in a bare chroot: a command would
  /// then be taken for none. The words still lie where the kernel put them.
  public static let current: [String] = {
    let words = CommandLine.arguments
    #if os(Linux)
      if words.isEmpty { return wordsOnStack }
    #endif
    return words
  }()

  #if os(Linux)
    /// What lies on the stack of a process that begins: the number of words, a pointer to each, null, one to each variable of the
    /// environment, null, and the auxiliary vector, pairs of a small key and a value (System V ABI, AMD64 supplement, figure 3.9; others
    /// have the same order). Found downwards from the bytes that the key `AT_RANDOM` points to, which lie above it all; the environment that
    /// the C library knows may have moved elsewhere.
    static var wordsOnStack: [String] {
      guard let above = auxiliary_random_bytes() else { return [] }
      let size = MemoryLayout<UInt>.size
      func word(_ place: UnsafeRawPointer) -> UInt { place.load(as: UInt.self) }
      var place = above.alignedDown(toMultipleOf: size)
      // The vector's own entry of that key, then the vector's first.
      let value = UInt(bitPattern: above)
      repeat { place -= size } while word(place) != UInt(AUXILIARY_RANDOM) || word(place + size) != value
      while (1..<256).contains(word(place - 2 * size)) { place -= 2 * size }
      // Over the environment's null, and its variables.
      place -= 2 * size
      while word(place) != 0 { place -= size }
      // The one place where the number is that of the pointers passed: a pointer is never so small.
      var count = 0
      while word(place - (1 + count) * size) != UInt(count) { count += 1 }
      return (0..<count).reversed().compactMap { index in
        UnsafePointer<CChar>(bitPattern: word(place - (1 + index) * size)).map { String(cString: $0) }
      }
    }
  #endif
}
