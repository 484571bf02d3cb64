import Files
import Testing

@testable import Experiments

@Suite("Side by side")
struct SideBySideTests {
  private struct Failure: Error {}

  @Test("results come in the order of their indices", arguments: [1, 2, 5, 100])
  func order(slots: Int) throws {
    let results = try SideBySide.run(37, slots: slots) { $0 * $0 }
    #expect(results == (0..<37).map { $0 * $0 })
    #expect(try SideBySide.run(0, slots: slots) { $0 } == [])
  }

  @Test("No more tasks than slots run at a time")
  func slots() throws {
    let counts = Guarded((now: 0, most: 0))
    _ = try SideBySide.run(50, slots: 2) { index in
      counts.withLock { counts in
        counts.now += 1
        counts.most = max(counts.most, counts.now)
      }
      for _ in 0..<1000 { counts.withLock { _ in } }
      counts.withLock { $0.now -= 1 }
      return index
    }
    #expect((1...2).contains(counts.withLock(\.most)))
  }

  @Test("the first error ends the rest and is thrown")
  func failure() {
    let begun = Guarded(0)
    #expect(throws: Failure.self) {
      try SideBySide.run(1000, slots: 1) { index in
        begun.withLock { $0 += 1 }
        if index == 3 { throw Failure() }
      }
    }
    #expect(begun.withLock { $0 } == 4)
  }
}
