import ProcessorBuiltins
import Synchronization

/// The processors on which the workers of a team begin a run: each one of its own.
///
/// A thread that wakes is not always put on an idle processor; two workers on one take turns until the system's balance finds out, which
/// took it 5 ms and more, a fifth of an epoch of MNIST: beside runs of four workers, two of them on two cores took 33 to 36 ms for an
/// epoch at batch 256, and 28 with this. Nobody is held where he begins.
final class WorkerPlaces: Sendable {
  /// Each worker's, or -1.
  private let processors: Mutex<[Int32]>

  init(workers: Int) { processors = Mutex(Array(repeating: -1, count: workers)) }

  /// Forgets where the workers of the run before began.
  func clear() {
    processors.withLock { places in
      for worker in places.indices { places[worker] = -1 }
    }
  }

  /// Says that a worker, the calling thread, begins where it is; moves it where another one is there already.
  func take(_ worker: Int) {
    processors.withLock { places in
      let here = processor_current()
      guard here >= 0 else { return }
      places[worker] = places.contains(here) ? processor_move(places, Int32(places.count)) : here
    }
  }
}
