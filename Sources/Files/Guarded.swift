import Foundation

/// A value that one thread at a time reads or changes.
///
/// `NSLock`, not `Mutex`: the thread sanitizer does not know that a `Mutex` orders accesses, and reports false data races.
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

  /// - Returns: nil, without having waited, if another thread holds the lock.
  package func withLockIfAvailable<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result? {
    guard lock.try() else { return nil }
    defer { lock.unlock() }
    return try body(&value)
  }
}
