// The C library's `__environ` is a variable: no thread may be writing it while it is read here, before there is a second one.
#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#endif

/// The command line that started this process.
public enum CommandWords {
  /// The program's name first. Looked at first by the entry point, while the process has one thread.
  ///
  /// On Linux Swift's own list is what /proc/self/cmdline says, and empty where no /proc is mounted, as in a bare chroot: a command would
  /// then be taken for none. The words still lie where the kernel put them.
  public static let current: [String] = {
    let words = CommandLine.arguments
    #if canImport(Glibc) || canImport(Musl)
      if words.isEmpty { return wordsBelowEnvironment }
    #endif
    return words
  }()

  #if canImport(Glibc) || canImport(Musl)
    /// What lies on the stack of a process that begins: the number of words, a pointer to each, null, the environment (System V ABI,
    /// AMD64 supplement, figure 3.9; others have the same order). Found backwards from the environment, by the one place where the number
    /// is that of the pointers passed: a pointer is never so small.
    static var wordsBelowEnvironment: [String] {
      guard let environment = UnsafeRawPointer(__environ) else { return [] }
      func word(_ place: Int) -> UInt {
        environment.load(fromByteOffset: -place * MemoryLayout<UInt>.size, as: UInt.self)
      }
      var count = 0
      while word(2 + count) != UInt(count) { count += 1 }
      return (0..<count).reversed().compactMap { index in
        UnsafePointer<CChar>(bitPattern: word(2 + index)).map { String(cString: $0) }
      }
    }
  #endif
}
