import Files
import Platform
import ProcessorBuiltins

/// One reading of the clocks of the processors that this process may use.
struct ProcessorReading {
  /// Idle seconds of these processors, from an arbitrary origin; nil if unknown.
  let idle: Double?
  /// Seconds of processor time of this process.
  let own: Double
  let processors: Int

  init() {
    let allowed = Self.allowedProcessors
    (idle, processors) = Self.idle(of: allowed)
    own = Self.seconds(of: CLOCK_PROCESS_CPUTIME_ID)
  }

  /// Seconds of processor time of this thread.
  static var thread: Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

  private static func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return 0 }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Seconds of processor time of other programs since an earlier reading.
  /// - Parameter seconds: the time since the earlier reading.
  func others(since earlier: ProcessorReading, seconds: Double) -> Double? {
    guard let idle, let before = earlier.idle, processors == earlier.processors else { return nil }
    return max(0, Double(processors) * seconds - (idle - before) - (own - earlier.own))
  }

  #if os(Linux)
    /// One bit per processor.
    private static var allowedProcessors: [UInt] {
      var set = [UInt](repeating: 0, count: 128)
      return processor_affinity(&set) ? set : []
    }

    private static func idle(of allowed: [UInt]) -> (idle: Double?, processors: Int) {
      idle(in: SystemFile.text("/proc/stat") ?? "", of: allowed, ticks: Double(sysconf(Int32(_SC_CLK_TCK))))
    }
  #elseif canImport(Darwin)
    private static var allowedProcessors: [UInt] { [] }

    private static func idle(of allowed: [UInt]) -> (idle: Double?, processors: Int) {
      var load = host_cpu_load_info()
      var count = mach_msg_type_number_t(MemoryLayout<host_cpu_load_info>.stride / MemoryLayout<integer_t>.stride)
      let status = withUnsafeMutablePointer(to: &load) { load in
        load.withMemoryRebound(to: integer_t.self, capacity: Int(count)) {
          host_statistics(mach_host_self(), HOST_CPU_LOAD_INFO, $0, &count)
        }
      }
      let processors = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
      // User, system, idle, nice: in hundredths of a second.
      return (status == KERN_SUCCESS ? Double(load.cpu_ticks.2) / 100 : nil, processors)
    }
  #endif

  /// The idle seconds of the processors of the set, from the text of `/proc/stat`. A line "cpu3 12 0 7 40 2 …" has
  /// user, nice, system, idle and I/O wait time in ticks. Time of other virtual machines does not count as idle.
  ///
  /// - Returns: the idle seconds, nil if a processor of the set is missing or all its counters are zero, as in some
  ///   sandboxes; and the number of processors of the set.
  static func idle(in text: String, of allowed: [UInt], ticks: Double) -> (idle: Double?, processors: Int) {
    let wanted = allowed.reduce(0) { $0 + $1.nonzeroBitCount }
    var (idle, found) = (0.0, 0)
    for line in text.split(separator: "\n") {
      guard line.hasPrefix("cpu") else { break }
      let fields = line.split(separator: " ")
      guard let number = Int(fields[0].dropFirst(3)), fields.count > 5 else { continue }
      let (word, bit) = number.quotientAndRemainder(dividingBy: UInt.bitWidth)
      guard allowed.indices.contains(word), allowed[word] >> UInt(bit) & 1 == 1 else { continue }
      let counts = fields.dropFirst().map { Double($0) ?? 0 }
      guard counts.contains(where: { $0 > 0 }) else { continue }
      idle += (counts[3] + counts[4]) / ticks
      found += 1
    }
    return (found == wanted && found > 0 ? idle : nil, wanted)
  }
}
