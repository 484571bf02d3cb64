import Foundation

/// A value that threads read and change one at a time.
///
/// `NSLock`, not `Mutex`: the thread sanitizer does not see that a `Mutex` orders accesses, and reports races that are none.
package final class Guarded<Value: Sendable>: @unchecked Sendable {
  // Unchecked: the value is read and changed under the lock.
  private let lock = NSLock()
  private var value: Value

  package init(_ value: Value) { self.value = value }

  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
