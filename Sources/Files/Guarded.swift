import Platform

/// A value that one thread at a time reads or changes.
///
/// With the C library's lock, not a `Mutex`: the thread sanitizer does not know that a `Mutex` orders accesses, and reports false data races.
package final class Guarded<Value: Sendable>: @unchecked Sendable {
  // Unchecked: the value is read and changed under the lock.
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private var value: Value

  /// - Parameter value: the first value.
  package init(_ value: Value) {
    self.value = value
    lock = .allocate(capacity: 1)
    lock.initialize(to: pthread_mutex_t())
    pthread_mutex_init(lock, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  /// Calls `body` while no other thread reads or changes the value.
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return try body(&value)
  }

  /// - Parameter milliseconds: the longest wait for another thread that holds the lock.
  /// - Returns: nil, without a call of `body`, if another thread still holds the lock.
  package func withLockIfAvailable<Result, Failure: Error>(
    within milliseconds: Int = 0, _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    var waited = 0
    while pthread_mutex_trylock(lock) != 0 {
      if waited >= milliseconds { return nil }
      usleep(1000)
      waited += 1
    }
    defer { pthread_mutex_unlock(lock) }
    return try body(&value)
  }
}
