import Kernels
import Networks

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What training takes of the memory, told before any of it is asked for: a system that grants more than it has ends the process
/// later, without a word.
enum RunMemory {
  /// What may still be taken, and what sets the limit.
  struct Limit: Sendable, Equatable {
    var bytes: Double
    var name: String

    static let freeMemory = "this machine's free memory"
    static let addressSpace = "the limit of address space (ulimit -v)"
    static let controlGroup = "the memory limit of the container"
  }

  /// Bytes for the network, its gradients, the optimizer's state and the rows in hand, those of evaluation included. In Double, since
  /// widths multiply beyond 64 bits.
  static func need(_ topology: Topology, choices: TrainingChoices, stateCount: Int, cores: Int) -> Double {
    let layout = ParameterLayout(topology, shape: Kernels(choices.instructionSet).shape)
    let isPartial = choices.gradients == .partial
    let parameterBytes = 4 * Double(layout.count)
    // Twice the parameters: the network's own, and the copy that they are drawn into or saved from. The gradient of a whole batch.
    let arrays = 3 + stateCount + (isPartial ? choices.workers : 0)
    let rowsInHand = StepEngine.rowsInHand(
      layout, strategy: choices.gradients, batchSize: choices.batchSize, workers: choices.workers)
    // A divided step has the next rows in hand already.
    let rows = rowsInHand * (isPartial ? choices.workers : 2) + Evaluator.tileRows * cores
    return Double(arrays) * parameterBytes + Double(rows) * Double(RowBuffers.bytesPerRow(layout))
      + replicated(parameterBytes, choices: choices, cores: cores)
  }

  /// Bytes of the workers' copies of the parameters, where a partial step may have them.
  private static func replicated(_ parameterBytes: Double, choices: TrainingChoices, cores: Int) -> Double {
    guard choices.gradients == .partial, choices.workers <= cores else { return 0 }
    let copies = parameterBytes * Double(choices.workers - 1)
    return copies <= Double(StepEngine.mostCopied) ? copies : 0
  }

  /// - Throws: `TrainingError.memory` where the need is beyond the limit.
  static func check(_ need: Double, widths: String) throws(TrainingError) {
    // What every machine has is not worth three files' reading.
    guard need > 64e6, let limit = limit(root: ""), need > limit.bytes else { return }
    throw .memory(widths: widths, needed: need, available: limit.bytes, limit: limit.name)
  }

  /// The least of what the system tells; nil where it tells nothing.
  ///
  /// - Parameter root: stands before `/proc` and `/sys`; empty outside tests.
  static func limit(root: String) -> Limit? {
    let free = kilobytes("MemAvailable:", in: root + "/proc/meminfo").map { Limit(bytes: $0, name: Limit.freeMemory) }
    let used = kilobytes("VmSize:", in: root + "/proc/self/status") ?? 0
    let limits = [
      free, addressSpace(used: used), Cores.memoryLeft(root: root).map { Limit(bytes: $0, name: Limit.controlGroup) },
    ]
    return limits.compactMap { $0 }.min { $0.bytes < $1.bytes }
  }

  private static func addressSpace(used: Double) -> Limit? {
    var limit = rlimit()
    #if canImport(Glibc)
      let found = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      let found = getrlimit(RLIMIT_AS, &limit)
    #endif
    // Unlimited is the largest number there is, under several names.
    guard found == 0, limit.rlim_cur < UInt64(1) << 60 else { return nil }
    return Limit(bytes: max(0, Double(limit.rlim_cur) - used), name: Limit.addressSpace)
  }

  /// "MemAvailable:   24000000 kB", in bytes.
  private static func kilobytes(_ key: String, in file: String) -> Double? {
    let line = Cores.text(file)?.split(separator: "\n").first { $0.hasPrefix(key) }
    return line?.dropFirst(key.count).split(separator: " ").first.flatMap { Double($0) }.map { $0 * 1024 }
  }

  /// `13.4 GB`, in powers of thousand.
  static func text(_ bytes: Double) -> String {
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
