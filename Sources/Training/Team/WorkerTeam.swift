import Dispatch
import ProcessorBuiltins
import Synchronization

/// The workers of a run: the calling thread and one Dispatch queue for each other one.
///
/// A serial queue has a thread of its own while it has work, so that all workers run at once even where they exceed the cores;
/// `concurrentPerform` does not promise that, and a barrier inside it can hang. Dispatch stops making threads at 255.
public final class WorkerTeam: Sendable {
  /// The most workers of a team.
  public static let largest = 128

  /// As many workers as this process may keep cores busy, where nobody says how many.
  ///
  /// - Parameter useful: more would find nothing to do.
  /// - Returns: 1...128.
  public static func automaticCount(upTo useful: Int = .max) -> Int {
    max(1, min(Cores.available, useful, largest))
  }

  public let count: Int
  public let barrier: Barrier
  private let queues: [DispatchQueue]
  private let nanoseconds = Atomic<UInt64>(0)
  private let timing = Atomic<Bool>(false)
  /// Nil where workers have to share processors in any case.
  private let places: WorkerPlaces?

  /// - Parameter count: 1...128; `ThreadSupply` says whether the system lets so many run at once.
  public init(count: Int, cores: Int = Cores.available) {
    precondition((1...Self.largest).contains(count), "a team has 1 to \(Self.largest) workers")
    self.count = count
    barrier = Barrier(workers: count, cores: cores)
    places = count > 1 && count <= cores ? WorkerPlaces(workers: count) : nil
    queues = (1..<count).map { DispatchQueue(label: "descent.worker.\($0)", qos: .userInitiated) }
  }

  /// Whether the next runs are timed.
  var isTimed: Bool {
    get { timing.load(ordering: .relaxed) }
    set { timing.store(newValue, ordering: .relaxed) }
  }

  /// Seconds of processor time that all workers have had in all timed runs so far.
  var processorSeconds: Double { Double(nanoseconds.load(ordering: .relaxed)) * 1e-9 }

  /// Runs `body` once for every worker, all at once, and returns when all have returned. Worker 0 is the caller.
  ///
  /// Not reentrant: one `run` at a time. Numbers below 2⁻¹²⁶ are zero in it, for all workers alike.
  public func run(_ body: @Sendable (_ worker: Int) -> Void) {
    places?.clear()
    let isTimed = isTimed
    runAll { worker in
      let start = isTimed ? ProcessorReading.thread : 0
      places?.take(worker)
      let before = processor_flush_denormals()
      body(worker)
      processor_restore_denormals(before)
      if isTimed {
        nanoseconds.wrappingAdd(UInt64(max(0, ProcessorReading.thread - start) * 1e9), ordering: .relaxed)
      }
    }
  }

  private func runAll(_ body: @Sendable (_ worker: Int) -> Void) {
    if count == 1 { return body(0) }
    withoutActuallyEscaping(body) { body in
      let group = DispatchGroup()
      for (index, queue) in queues.enumerated() {
        queue.async(group: group) { body(index + 1) }
      }
      body(0)
      group.wait()
    }
  }
}
