/// The transport of messages between ranks: an MPI library, or in tests the memory of one process. One thread at a time uses it.
package protocol RankTransport: AnyObject, Sendable {
  var rank: Int { get }
  var size: Int { get }

  /// Begins to send `words` words of four bytes; they must not change until the request is done.
  ///
  /// - Parameter request: memory for the request's handle, zero before.
  func send(_ numbers: UnsafeRawPointer, words: Int, to peer: Int, request: UnsafeMutablePointer<Int>) throws(RankError)

  /// Begins to receive at most `words` words of four bytes. Messages between two ranks arrive in the order they were sent.
  func receive(
    _ numbers: UnsafeMutableRawPointer, words: Int, from peer: Int, request: UnsafeMutablePointer<Int>
  ) throws(RankError)

  /// True if a request is done; its handle is then invalid. Never waits.
  func isDone(_ request: UnsafeMutablePointer<Int>) throws(RankError) -> Bool

  /// Ends all ranks with this status.
  func abort(_ status: Int32)

  /// Ends the communication; every rank calls it.
  func finalize()
}
