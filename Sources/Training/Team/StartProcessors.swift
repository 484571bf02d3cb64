import ProcessorBuiltins
import Synchronization

/// The processors on which the workers of a team start a run: a different one for each.
///
/// The system does not always wake a thread on an idle processor; two workers on one processor alternate until the
/// system rebalances them, which cost up to 10 % of an epoch (`Benchmarks/Records/2026-11-22-choices`). Threads are not
/// pinned.
final class StartProcessors: Sendable {
  private let slots: [Slot]

  /// The processor on which one worker started.
  private final class Slot: Sendable {
    let processor = Atomic<Int32>(StartProcessors.unknown)
  }

  private static let unknown: Int32 = -1

  init(workers: Int) { slots = (0..<workers).map { _ in Slot() } }

  /// Clears the processors of the previous run.
  func clear() {
    for slot in slots { slot.processor.store(Self.unknown, ordering: .sequentiallyConsistent) }
  }

  /// Registers the processor of the calling worker; moves the thread if another worker is already there.
  func take(_ worker: Int) {
    let here = processor_current()
    guard here >= 0 else { return }
    // Written before the others are read, so that of two workers on one processor the later one finds the other.
    slots[worker].processor.store(here, ordering: .sequentiallyConsistent)
    let others = slots.indices.filter { $0 != worker }
      .map { slots[$0].processor.load(ordering: .sequentiallyConsistent) }
    guard others.contains(here) else { return }
    let there = processor_move(others, Int32(others.count))
    if there >= 0 { slots[worker].processor.store(there, ordering: .sequentiallyConsistent) }
  }
}
