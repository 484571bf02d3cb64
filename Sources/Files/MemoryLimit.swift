#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What may still be taken of the memory, and what sets the limit: the one place that is asked before much of it is taken. A system that
/// grants more than it has ends the process later, without a word, and so does Swift where the system grants no more.
public struct MemoryLimit: Sendable, Equatable {
  public var bytes: Double
  public var name: String

  public static let freeMemory = "this machine's free memory"
  public static let addressSpace = "the limit of address space (ulimit -v)"
  public static let controlGroup = "the memory limit of the container"

  public init(bytes: Double, name: String) {
    self.bytes = bytes
    self.name = name
  }

  /// The least of what the system tells; nil where it tells nothing.
  ///
  /// - Parameter root: stands before `/proc` and `/sys`; empty outside tests.
  public static func current(root: String = "") -> MemoryLimit? {
    let free = SystemFile.kilobytes("MemAvailable:", in: root + "/proc/meminfo")
    let used = SystemFile.kilobytes("VmSize:", in: root + "/proc/self/status") ?? 0
    let limits = [
      free.map { MemoryLimit(bytes: $0, name: freeMemory) }, addressSpace(used: used),
      ControlGroups.memoryLeft(root: root).map { MemoryLimit(bytes: $0, name: controlGroup) },
    ]
    return limits.compactMap { $0 }.min { $0.bytes < $1.bytes }
  }

  private static func addressSpace(used: Double) -> MemoryLimit? {
    var limit = rlimit()
    #if canImport(Glibc)
      let found = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      let found = getrlimit(RLIMIT_AS, &limit)
    #endif
    // Unlimited is the largest number there is, under several names.
    guard found == 0, limit.rlim_cur < UInt64(1) << 60 else { return nil }
    return MemoryLimit(bytes: max(0, Double(limit.rlim_cur) - used), name: addressSpace)
  }

  /// The limit that so many bytes more would exceed; nil where they are to be had.
  public static func exceeded(by bytes: Double) -> MemoryLimit? {
    // What every machine has is not worth three files' reading.
    guard bytes > 64e6, let limit = current(), bytes > limit.bytes else { return nil }
    return limit
  }

  /// Refuses what does not fit.
  ///
  /// - Parameters:
  ///   - file: the file or option that wants it.
  ///   - what: what it is that takes so much: `digits`.
  /// - Throws: `FileError`.
  public static func check(_ bytes: Double, for file: String, _ what: String) throws(FileError) {
    if let limit = exceeded(by: bytes) { throw refusal(bytes, for: file, what, limit: limit) }
  }

  /// Memory from `malloc`, asked for only where it is to be had: a system that grants more than it has never refuses.
  ///
  /// - Parameter besides: bytes that will be taken beside these.
  /// - Throws: as `check(_:for:_:)`.
  public static func take(
    _ bytes: Int, besides: Int = 0, for file: String, _ what: String
  ) throws(FileError) -> UnsafeMutableRawPointer {
    try check(Double(bytes) + Double(besides), for: file, what)
    guard let memory = malloc(max(bytes, 1)) else { throw refusal(Double(bytes), for: file, what, limit: nil) }
    return memory
  }

  private static func refusal(
    _ bytes: Double, for file: String, _ what: String, limit: MemoryLimit?
  ) -> FileError {
    FileError(
      file: file, found: "\(what) that take \(text(bytes)) of memory",
      expected: limit.map { "what fits into the \(text($0.bytes)) of \($0.name)" } ?? "what fits into memory",
      cause: .access)
  }

  /// `13.4 GB`, in powers of thousand.
  public static func text(_ bytes: Double) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var rest = bytes
    var unit = 0
    while rest >= 1000, unit < units.count - 1 {
      rest /= 1000
      unit += 1
    }
    let tenths = (rest * 10).rounded() / 10
    return "\(tenths) \(units[unit])"
  }
}
