/// The memory of which a process cannot have more.
public enum LimitedMemory: Sendable, Equatable {
  /// The free memory of the machine.
  case free
  /// The address space of the process.
  case addressSpace
  /// The memory of the control group of the process.
  case controlGroup
  /// The memory of a system that grants no more than it has.
  case committed

  /// The limit in messages, as a noun phrase.
  public var name: String {
    switch self {
    case .free: "this machine's free memory"
    case .addressSpace: "the limit of address space (ulimit -v)"
    case .controlGroup: "the memory limit of the container"
    case .committed: "this machine's uncommitted memory (vm.overcommit_memory)"
    }
  }

  /// True if memory counts as soon as it is allocated, not only when it is written.
  package var countsAddresses: Bool { self == .addressSpace || self == .committed }
}
