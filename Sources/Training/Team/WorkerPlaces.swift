import ProcessorBuiltins
import Synchronization

/// The processors on which the workers of a team begin a run: each one of its own.
///
/// A thread that wakes is not always put on an idle processor; two workers on one take turns until the system's balance finds out. In a
/// grid with runs of four workers, two of them on two cores took 28.3 to 30.5 ms for an epoch of MNIST at batch 256, and with this 25.8 to
/// 26.4 (five grids each, in turns). Nobody is held where he begins.
final class WorkerPlaces: Sendable {
  private let places: [Place]

  /// Where one worker began.
  private final class Place: Sendable {
    let processor = Atomic<Int32>(WorkerPlaces.unknown)
  }

  private static let unknown: Int32 = -1

  init(workers: Int) { places = (0..<workers).map { _ in Place() } }

  /// Forgets where the workers of the run before began.
  func clear() {
    for place in places { place.processor.store(Self.unknown, ordering: .sequentiallyConsistent) }
  }

  /// Says that a worker, the calling thread, begins where it is; moves it where another one is there already.
  func take(_ worker: Int) {
    let here = processor_current()
    guard here >= 0 else { return }
    // Said before it is asked: of two who begin on one processor, the later one sees the other.
    places[worker].processor.store(here, ordering: .sequentiallyConsistent)
    let others = places.indices.filter { $0 != worker }
      .map { places[$0].processor.load(ordering: .sequentiallyConsistent) }
    guard others.contains(here) else { return }
    let there = processor_move(others, Int32(others.count))
    if there >= 0 { places[worker].processor.store(there, ordering: .sequentiallyConsistent) }
  }
}
