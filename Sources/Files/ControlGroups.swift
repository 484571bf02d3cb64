/// The limits of this process's control groups, of both versions, set by its container.
package enum ControlGroups {
  /// The memory that the process may still allocate under its control groups' limits, in bytes; nil without a limit.
  static func memoryLeft(root: String) -> Double? {
    least(of: "memory", root: root) { folder, isSecond in
      let granted = SystemFile.number(folder + (isSecond ? "/memory.max" : "/memory.limit_in_bytes"))
      // Version 1 writes "no limit" as a number near 2⁶³.
      guard let granted, granted < 0x1p60 else { return nil }
      let used = SystemFile.number(folder + (isSecond ? "/memory.current" : "/memory.usage_in_bytes")) ?? 0
      // The kernel reclaims inactive file pages when memory is needed.
      let key = isSecond ? "inactive_file " : "total_inactive_file "
      let line = (SystemFile.text(folder + "/memory.stat") ?? "").split(separator: "\n").first { $0.hasPrefix(key) }
      return max(0, granted - used + (line.flatMap { Double($0.dropFirst(key.count)) } ?? 0))
    }
  }

  /// Returns the smallest value of a limit, from the process's group up to the root.
  ///
  /// - Parameters:
  ///   - root: a prefix for `/proc` and `/sys`; empty outside tests.
  ///   - figure: reads the limit from a group's folder; nil if there is none. `isSecond` is true for a group of version 2.
  package static func least(
    of controller: String, root: String, _ figure: (_ folder: String, _ isSecond: Bool) -> Double?
  ) -> Double? {
    guard let groups = SystemFile.text(root + "/proc/self/cgroup") else { return nil }
    var least: Double?
    for line in groups.split(separator: "\n") {
      // "0::/user.slice" in version 2, "4:cpu,cpuacct:/docker/…" in version 1.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let isSecond = fields[0] == "0" && fields[1].isEmpty
      guard isSecond || fields[1].split(separator: ",").contains(Substring(controller)) else { continue }
      // Version 1 has a folder for each list of controllers, which may have another order there than here (`cpuacct,cpu`), and a link
      // by the name of each.
      let mounts = isSecond ? [""] : ["/" + fields[1], "/" + controller]
      for folder in ancestors(String(fields[2])) {
        let values = mounts.compactMap { figure(root + "/sys/fs/cgroup" + $0 + folder, isSecond) }
        if let value = values.first { least = min(least ?? value, value) }
      }
    }
    return least
  }

  /// The path and all its ancestors: `/a/b`, `/a` and the root, which is an empty text.
  private static func ancestors(_ path: String) -> [String] {
    let parts = path.split(separator: "/").filter { $0 != ".." }
    return (0...parts.count).reversed().map { count in parts.prefix(count).map { "/" + $0 }.joined() }
  }
}
