/// A thread of the C library, for work that waits or lasts as long as the process, and for loops (`ParallelLoop`). Workers run
/// on threads of Dispatch.
package struct SystemThread {
  private let thread: pthread_t

  /// Starts a thread, which inherits the blocked signals; nil if the system refuses one.
  package init?(_ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(Body(body))
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = pthread_create(
      &thread, nil,
      {
        #if canImport(Darwin)
          let context = $0
        #else
          guard let context = $0 else { return nil }
        #endif
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    guard status == 0 else {
      context.release()
      return nil
    }
    #if canImport(Darwin)
      guard let thread else { return nil }
    #endif
    self.thread = thread
  }

  /// Waits until the thread has ended. To be called once, or `detach`; otherwise the system keeps the ended thread.
  package func join() { pthread_join(thread, nil) }

  /// Lets the system release the thread when it ends.
  package func detach() { pthread_detach(thread) }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
