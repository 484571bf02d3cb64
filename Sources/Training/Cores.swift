import ProcessorBuiltins

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How many cores this process may keep busy: those it may run on, within the processor time and the threads that its container grants.
public enum Cores {
  /// At least 1.
  public static var available: Int {
    let allowed = Int(processor_affinity_count())
    let online = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    return ThreadSupply.workers(upTo: min(allowed > 0 ? allowed : online, quota(root: "") ?? .max))
  }

  /// The processor time that control groups grant, in cores, rounded up: the smallest grant from the process's group up to the
  /// root. `nil` without a limit.
  ///
  /// - Parameter root: stands before `/proc` and `/sys`; empty outside tests.
  static func quota(root: String) -> Int? {
    least(of: "cpu", root: root) { folder, isSecond in isSecond ? grant2(folder) : grant1(folder) }
      .map { max(1, Int(min($0.rounded(.up), 1e6))) }
  }

  /// The bytes that control groups leave of the memory they grant; nil without a limit.
  static func memoryLeft(root: String) -> Double? {
    least(of: "memory", root: root) { folder, isSecond in
      let granted = number(folder + (isSecond ? "/memory.max" : "/memory.limit_in_bytes"))
      // Version 1 writes "no limit" as a number near 2⁶³.
      guard let granted, granted < 0x1p60 else { return nil }
      let used = number(folder + (isSecond ? "/memory.current" : "/memory.usage_in_bytes")) ?? 0
      // Pages of files that nobody has asked for lately go when memory is wanted.
      let key = isSecond ? "inactive_file " : "total_inactive_file "
      let line = (text(folder + "/memory.stat") ?? "").split(separator: "\n").first { $0.hasPrefix(key) }
      return max(0, granted - used + (line.flatMap { Double($0.dropFirst(key.count)) } ?? 0))
    }
  }

  /// The smallest figure of a controller, from the process's group up to the root.
  private static func least(
    of controller: String, root: String, _ figure: (_ folder: String, _ isSecond: Bool) -> Double?
  ) -> Double? {
    guard let groups = text(root + "/proc/self/cgroup") else { return nil }
    var least: Double?
    for line in groups.split(separator: "\n") {
      // "0::/user.slice" in version 2, "4:cpu,cpuacct:/docker/…" in version 1.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let isSecond = fields[0] == "0" && fields[1].isEmpty
      guard isSecond || fields[1].split(separator: ",").contains(Substring(controller)) else { continue }
      let mount = root + "/sys/fs/cgroup" + (isSecond ? "" : "/" + fields[1])
      for folder in ancestors(String(fields[2])) {
        guard let value = figure(mount + folder, isSecond) else { continue }
        least = min(least ?? value, value)
      }
    }
    return least
  }

  /// `/a/b`, `/a` and the root itself, written as an empty text.
  private static func ancestors(_ path: String) -> [String] {
    let parts = path.split(separator: "/").filter { $0 != ".." }
    return (0...parts.count).reversed().map { count in parts.prefix(count).map { "/" + $0 }.joined() }
  }

  /// `cpu.max`: "150000 100000", or "max 100000".
  private static func grant2(_ folder: String) -> Double? {
    let numbers = (text(folder + "/cpu.max") ?? "").split { $0 == " " || $0 == "\n" }
    guard numbers.count == 2 else { return nil }
    return ratio(Double(numbers[0]), Double(numbers[1]))
  }

  /// A quota of −1 is no limit.
  private static func grant1(_ folder: String) -> Double? {
    ratio(number(folder + "/cpu.cfs_quota_us"), number(folder + "/cpu.cfs_period_us"))
  }

  private static func ratio(_ quota: Double?, _ period: Double?) -> Double? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return quota / period
  }

  private static func number(_ file: String) -> Double? {
    text(file)?.split(separator: "\n").first.flatMap { Double($0) }
  }

  /// The first 16 KiB of a small file; `nil` if it can't be read.
  static func text(_ file: String) -> String? {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = read(descriptor, &bytes, bytes.count)
    return count >= 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
