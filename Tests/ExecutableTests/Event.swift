import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Waiting for an event, however long a busy machine takes: a test that sleeps for a fixed time fails if other programs use the cores.
enum Event {
  /// The time after which a test that hangs fails.
  static let limit: Duration = .seconds(1200)

  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// Repeats a question until the answer is true.
  ///
  /// - Parameters:
  ///   - name: the event, for the error.
  ///   - running: the process that causes the event; waiting ends with it.
  static func wait(for name: String, from running: Running? = nil, _ hasHappened: () throws -> Bool) throws {
    let end = ContinuousClock.now + limit
    while !(try hasHappened()) {
      if let running, !running.isRunning {
        // It may have happened between the question and the end of the process.
        if try hasHappened() { return }
        throw Missing(description: "the process ended before this happened: \(name)")
      }
      if ContinuousClock.now > end { throw Missing(description: "this did not happen within \(limit): \(name)") }
      usleep(2000)
    }
  }
}

#if os(Linux)
  extension Running {
    /// Waits until the process has computed for a while, whatever share of the cores it gets.
    /// - Parameter seconds: the processor time of all threads.
    func waitForWork(seconds: Double = 0.2) throws {
      let start = try processorTime()
      try Event.wait(for: "\(seconds) s of work", from: self) { try processorTime() - start >= seconds }
    }

    /// Waits until the process has taken a signal that was sent to it.
    func waitForDelivery(of signal: Int32) throws {
      try Event.wait(for: "the delivery of signal \(signal)", from: self) {
        let status = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") }
        let pending = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
        return pending.map { $0 & 1 << UInt64(signal - 1) == 0 } ?? false
      }
    }

    /// Waits until all threads of the process sleep, and go on sleeping.
    func waitForSleep() throws {
      var looks = 0
      try Event.wait(for: "the sleep of all threads", from: self) {
        looks = threadStates().allSatisfy { $0 == "S" } ? looks + 1 : 0
        return looks == 20
      }
    }

    private func threadStates() -> [Character] {
      let tasks = "/proc/\(identifier)/task"
      return ((try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []).map {
        Self.fields(of: "\(tasks)/\($0)/stat").first?.first ?? "?"
      }
    }

    private func processorTime() throws -> Double {
      let fields = Self.fields(of: "/proc/\(identifier)/stat")
      guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
        throw Event.Missing(description: "/proc/\(identifier)/stat has no processor time")
      }
      return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The fields of a `stat` file that follow the name, the state first.
    private static func fields(of path: String) -> [Substring] {
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      return text.split(separator: ")").last?.split(separator: " ") ?? []
    }
  }
#else
  extension Running {
    // These systems do not show what another process does: the tests wait long enough for an idle machine.
    func waitForWork(seconds: Double = 0.2) throws { usleep(300_000) }
    func waitForDelivery(of signal: Int32) throws { usleep(200_000) }
    func waitForSleep() throws { usleep(300_000) }
  }
#endif
