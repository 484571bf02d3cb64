import ProcessorBuiltins
import Testing

@testable import Training

@Suite("Start processors of workers")
struct StartProcessorsTests {
  @Test(
    "A worker that starts on another worker's processor moves to a free one, and its affinity mask is restored",
    .enabled(if: processor_affinity_count() > 1, "needs two processors"))
  func moves() {
    let allowed = processor_affinity_count()
    var moved = 0
    for _ in 0..<20 {
      let processors = StartProcessors(workers: 2)
      // One thread acts as both workers: the second starts on the processor of the first.
      processors.take(0)
      let first = processor_current()
      processors.take(1)
      if processor_current() != first { moved += 1 }
      #expect(processor_affinity_count() == allowed)
    }
    // The system may move a thread between any two lines.
    #expect(moved >= 15)
  }

  @Test("Without a free processor the affinity mask is unchanged; after 'clear' the first worker does not move")
  func full() {
    let allowed = processor_affinity_count()
    let processors = StartProcessors(workers: 200)
    var stayed = 0
    for _ in 0..<20 {
      processors.clear()
      let here = processor_current()
      processors.take(0)
      if processor_current() == here { stayed += 1 }
      for worker in 1..<200 { processors.take(worker) }
      #expect(processor_affinity_count() == allowed)
    }
    #expect(stayed >= 15)
  }
}
