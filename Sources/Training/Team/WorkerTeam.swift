import Dispatch
import ProcessorBuiltins
import Synchronization

/// The threads of a run: the calling thread, and a Dispatch queue for each other one.
///
/// A serial queue has its own thread while it has work, so that all run concurrently even if they outnumber the cores.
/// `concurrentPerform` does not guarantee that, and a barrier inside it can hang. Dispatch creates at most 255 threads.
package final class WorkerTeam: Sendable {
  /// The largest number of workers of a team.
  package static let largest = 128

  /// The default number of workers: the cores available to this process.
  ///
  /// - Parameter useful: the largest number of workers that have work.
  /// - Returns: 1...128.
  package static func automaticCount(upTo useful: Int = .max) -> Int {
    max(1, min(Cores.available, useful, largest))
  }

  /// The number of threads.
  package let count: Int
  /// The barrier of all threads.
  package let barrier: Barrier
  private let queues: [DispatchQueue]
  private let nanoseconds = Atomic<UInt64>(0)
  private let availableNanoseconds = Atomic<UInt64>(0)
  private let timing = Atomic<Bool>(false)
  /// Nil for one worker, and if there are more workers than cores.
  private let startProcessors: StartProcessors?

  /// - Parameters:
  ///   - count: 1...128 threads, at most those that the system allows (`ThreadSupply`).
  ///   - cores: the cores available to them; nil for those of this process.
  package init(count: Int, cores: Int? = nil) {
    precondition((1...Self.largest).contains(count), "a team has 1 to \(Self.largest) workers")
    self.count = count
    // Reading the limits of the process takes longer than a single prediction, which needs no second thread.
    let cores = count == 1 ? 1 : cores ?? Cores.available
    barrier = Barrier(workers: count, cores: cores)
    startProcessors = count > 1 && count <= cores ? StartProcessors(workers: count) : nil
    queues = (1..<count).map { DispatchQueue(label: "descent.worker.\($0)", qos: .userInitiated) }
  }

  /// True if the next runs are timed.
  var isTimed: Bool {
    get { timing.load(ordering: .relaxed) }
    set { timing.store(newValue, ordering: .relaxed) }
  }

  /// Seconds of processor time of all workers in all timed runs so far.
  var processorSeconds: Double { Double(nanoseconds.load(ordering: .relaxed)) * 1e-9 }

  /// Seconds of all timed runs so far times their threads: the processor time available to them while each has a
  /// processor.
  var availableSeconds: Double { Double(availableNanoseconds.load(ordering: .relaxed)) * 1e-9 }

  /// Runs `body` once per thread, concurrently, and returns after all have returned. Thread 0 is the caller.
  ///
  /// Not reentrant: one `run` at a time. Subnormal numbers are flushed to zero in all workers.
  ///
  /// - Parameter threads: the number of threads, and of those that the barrier waits for: 1...`count`; nil for all.
  package func run(threads: Int? = nil, _ body: @Sendable (_ worker: Int) -> Void) {
    let threads = threads ?? count
    barrier.setWorkers(threads)
    startProcessors?.clear()
    let isTimed = isTimed
    let begin = isTimed ? DispatchTime.now().uptimeNanoseconds : 0
    defer {
      if isTimed {
        let elapsed = DispatchTime.now().uptimeNanoseconds - begin
        availableNanoseconds.wrappingAdd(UInt64(threads) * elapsed, ordering: .relaxed)
      }
    }
    runAll(threads) { worker in
      let start = isTimed ? ProcessorReading.thread : 0
      startProcessors?.take(worker)
      let before = processor_flush_denormals()
      body(worker)
      processor_restore_denormals(before)
      if isTimed {
        nanoseconds.wrappingAdd(UInt64(max(0, ProcessorReading.thread - start) * 1e9), ordering: .relaxed)
      }
    }
  }

  private func runAll(_ threads: Int, _ body: @Sendable (_ worker: Int) -> Void) {
    if threads == 1 { return body(0) }
    withoutActuallyEscaping(body) { body in
      let group = DispatchGroup()
      for (index, queue) in queues.prefix(threads - 1).enumerated() {
        queue.async(group: group) { body(index + 1) }
      }
      body(0)
      group.wait()
    }
  }
}
