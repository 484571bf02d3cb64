import Platform

/// The memory that may still be allocated, and the kind of its limit. Checked before every large allocation: a system that overcommits
/// kills the process later without a message, and Swift ends the process if an allocation fails.
package struct MemoryLimit: Sendable, Equatable {
  /// The number of bytes that may still be allocated.
  package var bytes: Double
  /// The memory that is limited.
  package var memory: LimitedMemory
  /// The limit in messages, as a noun phrase.
  package var name: String { memory.name }

  package init(bytes: Double, of memory: LimitedMemory) {
    self.bytes = bytes
    self.memory = memory
  }

  /// The smallest of the limits that the system reports; nil if it reports none.
  ///
  /// - Parameter root: a prefix for `/proc` and `/sys`; empty outside tests.
  package static func current(root: String = "") -> MemoryLimit? { all(root: root).first }

  /// The limits that the system reports, the smallest first.
  private static func all(root: String) -> [MemoryLimit] {
    let free = SystemFile.kilobytes("MemAvailable:", in: root + "/proc/meminfo")
    let used = SystemFile.kilobytes("VmSize:", in: root + "/proc/self/status") ?? 0
    let limits = [
      free.map { MemoryLimit(bytes: $0, of: .free) },
      granted.map { MemoryLimit(bytes: max(0, $0 - used), of: .addressSpace) },
      ControlGroups.memoryLeft(root: root).map { MemoryLimit(bytes: $0, of: .controlGroup) },
      uncommitted(root: root).map { MemoryLimit(bytes: $0, of: .committed) },
    ]
    return limits.compactMap { $0 }.sorted { $0.bytes < $1.bytes }
  }

  /// The bytes that a system in mode 2 may still grant, to all processes.
  private static func uncommitted(root: String) -> Double? {
    let file = root + "/proc/meminfo"
    guard SystemFile.number(root + "/proc/sys/vm/overcommit_memory") == 2,
      let limit = SystemFile.kilobytes("CommitLimit:", in: file),
      let used = SystemFile.kilobytes("Committed_AS:", in: file)
    else { return nil }
    return max(0, limit - used)
  }

  /// The address space that the process may have, in bytes; nil without a limit.
  package static var granted: Double? {
    var limit = rlimit()
    #if canImport(Glibc)
      let found = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      let found = getrlimit(RLIMIT_AS, &limit)
    #endif
    // RLIM_INFINITY, no limit, is a number above 2⁶⁰ whose exact value depends on the system.
    guard found == 0, limit.rlim_cur < UInt64(1) << 60 else { return nil }
    return Double(limit.rlim_cur)
  }

  /// The limit that an allocation would exceed; nil if it fits.
  ///
  /// - Parameters:
  ///   - bytes: the bytes that will be written.
  ///   - addresses: the bytes of the allocation, if more: some limits count all of them.
  ///   - root: a prefix for `/proc` and `/sys`; empty outside tests.
  package static func exceeded(by bytes: Double, addresses: Double = 0, root: String = "") -> MemoryLimit? {
    let addresses = max(bytes, addresses)
    // Smaller allocations fit on every machine, unless the process has a limit of its own: the system's files need not be read.
    guard addresses > 64e6 || granted != nil else { return nil }
    return all(root: root).first { ($0.memory.countsAddresses ? addresses : bytes) > $0.bytes }
  }

  /// Throws if an allocation would not fit.
  ///
  /// - Parameters:
  ///   - file: the file or option that needs the memory.
  ///   - what: a plural noun for the contents, for the error: `digits`.
  /// - Throws: `FileError`.
  package static func check(_ bytes: Double, for file: String, _ what: String) throws(FileError) {
    if let limit = exceeded(by: bytes) { throw refusal(bytes, for: file, what, limit: limit) }
  }

  /// Allocates with `malloc`, after checking the limit: a system that overcommits never refuses.
  ///
  /// - Parameter besides: bytes that will be allocated in addition.
  /// - Throws: the errors of `check(_:for:_:)`.
  package static func take(
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

  /// A size in powers of 1000: `13.4 GB`.
  package static func text(_ bytes: Double) -> String {
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
