import Files
import Platform
import ProcessorBuiltins

/// The number of cores available to this process: its affinity mask, limited by the processor time and thread quotas of
/// its container.
package enum Cores {
  /// The number of cores; at least 1.
  package static var available: Int {
    let allowed = Int(processor_affinity_count())
    let online = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    return ThreadSupply.workers(upTo: min(allowed > 0 ? allowed : online, quota(root: "") ?? .max))
  }

  /// The processor time quota of control groups in cores, rounded up: the smallest from the process's group up to the
  /// root. `nil` without a limit.
  ///
  /// - Parameter root: prefix of `/proc` and `/sys`; empty except in tests.
  static func quota(root: String) -> Int? {
    ControlGroups.least(of: "cpu", root: root) { folder, isSecond in isSecond ? quotaV2(folder) : quotaV1(folder) }
      .map { max(1, Int(min($0.rounded(.up), 1e6))) }
  }

  /// `cpu.max`: "150000 100000", or "max 100000".
  private static func quotaV2(_ folder: String) -> Double? {
    let numbers = (SystemFile.text(folder + "/cpu.max") ?? "").split { $0 == " " || $0 == "\n" }
    guard numbers.count == 2 else { return nil }
    return ratio(Double(numbers[0]), Double(numbers[1]))
  }

  /// A quota of −1 is no limit.
  private static func quotaV1(_ folder: String) -> Double? {
    ratio(SystemFile.number(folder + "/cpu.cfs_quota_us"), SystemFile.number(folder + "/cpu.cfs_period_us"))
  }

  private static func ratio(_ quota: Double?, _ period: Double?) -> Double? {
    guard let quota, let period, quota > 0, period > 0 else { return nil }
    return quota / period
  }
}
