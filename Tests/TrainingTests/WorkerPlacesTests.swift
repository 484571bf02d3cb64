import ProcessorBuiltins
import Testing

@testable import Training

@Suite("Places of workers")
struct WorkerPlacesTests {
  @Test(
    "A worker who begins where another one is moves to a processor of its own, and stays free to be moved",
    .enabled(if: processor_affinity_count() > 1, "needs two processors"))
  func moves() {
    let allowed = processor_affinity_count()
    var moved = 0
    for _ in 0..<20 {
      let places = WorkerPlaces(workers: 2)
      // One thread as both workers: where the first is, the second begins.
      places.take(0)
      let first = processor_current()
      places.take(1)
      if processor_current() != first { moved += 1 }
      #expect(processor_affinity_count() == allowed)
    }
    // The system may move a thread between any two lines.
    #expect(moved >= 15)
  }

  @Test("Who has no processor left stays free; after a new beginning the first one stays where he is")
  func full() {
    let allowed = processor_affinity_count()
    let places = WorkerPlaces(workers: 200)
    var stayed = 0
    for _ in 0..<20 {
      places.clear()
      let here = processor_current()
      places.take(0)
      if processor_current() == here { stayed += 1 }
      for worker in 1..<200 { places.take(worker) }
      #expect(processor_affinity_count() == allowed)
    }
    #expect(stayed >= 15)
  }
}
