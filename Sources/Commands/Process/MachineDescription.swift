import Kernels
import Platform
import Training

/// A description of the machine and the program, for reports.
enum MachineDescription {
  /// - Parameter workers: the number of threads; nil to omit it.
  static func facts(instructionSet: InstructionSet, workers: Int? = nil) -> [(name: String, value: String)] {
    var facts: [(name: String, value: String)] = []
    if let processor { facts.append(("processor", processor)) }
    facts += [
      ("cores", "\(Cores.available)"), ("instruction set", instructionSet.rawValue),
      ("system", ProcessInfo.processInfo.operatingSystemVersionString),
    ]
    if let workers { facts.append(("workers", "\(workers)")) }
    facts += [("descent", Version.current), ("date", Date.now.formatted(.iso8601))]
    return facts
  }

  /// The name of the processor; nil if unknown.
  private static var processor: String? {
    #if canImport(Darwin)
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 1 else { return nil }
      var bytes = [CChar](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else { return nil }
      return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    #else
      // The contents of a kernel file, whose size is unknown before it is read.
      guard let data = FileManager.default.contents(atPath: "/proc/cpuinfo") else { return nil }
      let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
      let line = lines.first { $0.hasPrefix("model name") }
      return line?.split(separator: ":").dropFirst().first.map { String($0.drop(while: \.isWhitespace)) }
    #endif
  }
}
