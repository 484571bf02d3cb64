import Files
import Foundation
import Testing

@Suite("Guarded values")
struct GuardedTests {
  @Test("One thread at a time changes the value")
  func exclusive() {
    let count = Guarded(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<1000 { count.withLock { $0 += 1 } }
    }
    #expect(count.withLock { $0 } == 8000)
  }

  @Test("A value that another thread holds is not available, also after a wait; afterwards it is", arguments: [0, 3])
  func unavailable(milliseconds: Int) {
    let value = Guarded("held")
    let (isHeld, mayEnd, hasEnded) = (
      DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    Thread.detachNewThread {
      value.withLock { _ in
        isHeld.signal()
        mayEnd.wait()
      }
      hasEnded.signal()
    }
    isHeld.wait()
    #expect(value.withLockIfAvailable(within: milliseconds) { $0 } == nil)
    mayEnd.signal()
    hasEnded.wait()
    #expect(value.withLockIfAvailable(within: milliseconds) { $0 } == "held")
  }
}
