import Foundation
import ProcessorBuiltins

/// The processors that this process may really use: what affinity leaves, cut by a container's quota.
public enum Cores {
  /// At least 1.
  public static var available: Int {
    let quota = cgroupQuota(root: ProcessInfo.processInfo.environment["DESCENT_CGROUP_ROOT"] ?? "/sys/fs/cgroup")
    return max(1, min(affinity, quota ?? .max))
  }

  /// The processors that the scheduler may give us.
  static var affinity: Int {
    let count = Int(processor_affinity_count())
    return count > 0 ? count : ProcessInfo.processInfo.activeProcessorCount
  }

  /// Whole processors' worth of a control group's time, rounded up: version 2's `cpu.max` of our own group and those above it, or
  /// version 1's quota and period. Nil where there is none.
  static func cgroupQuota(root: String) -> Int? {
    var quotas: [Double] = []
    for folder in groupFolders(root: root) {
      if let line = try? String(contentsOfFile: folder + "/cpu.max", encoding: .utf8) {
        let parts = line.split(whereSeparator: \.isWhitespace)
        if parts.count == 2, let quota = Double(parts[0]), let period = Double(parts[1]), period > 0 {
          quotas.append(quota / period)
        }
      }
      if let quota = number(folder + "/cpu.cfs_quota_us"), let period = number(folder + "/cpu.cfs_period_us"),
        quota > 0, period > 0
      {
        quotas.append(quota / period)
      }
    }
    return quotas.min().map { max(1, Int($0.rounded(.up))) }
  }

  /// The folders that may hold a limit of ours: the root itself (where a container sees its own group), and our path below it.
  private static func groupFolders(root: String) -> [String] {
    var folders = [root, root + "/cpu", root + "/cpu,cpuacct"]
    let groups = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
    for line in groups.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let base = parts[1].isEmpty ? root : root + "/" + parts[1]
      var path = String(parts[2])
      while path.count > 1 {
        folders.append(base + path)
        path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
      }
    }
    return folders
  }

  private static func number(_ path: String) -> Double? {
    (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
      Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }
}
