import Files

/// Messages between threads of one process, each of which is a rank; for tests.
package final class MemoryTransport: RankTransport {
  package let rank: Int
  package let size: Int
  private let exchange: Exchange

  /// The messages between all ranks.
  private final class Exchange: Sendable {
    struct State: Sendable {
      /// The messages that have been sent but not received, in the order of sending; the key is [sender, receiver].
      var queues: [[Int]: [[UInt32]]] = [:]
      var isAborted = false
    }
    let state = Guarded(State())
  }

  /// A receive that waits for its message.
  private struct Waiting: @unchecked Sendable {
    // Unchecked: only the thread of one rank uses the memory.
    var numbers: UnsafeMutableRawPointer
    var words: Int
    var peer: Int
  }

  private struct Requests: Sendable {
    var waiting: [Int: Waiting] = [:]
    var next = 1
  }
  private let requests = Guarded(Requests())

  private init(rank: Int, size: Int, exchange: Exchange) {
    (self.rank, self.size, self.exchange) = (rank, size, exchange)
  }

  /// The transports of `size` ranks, by rank.
  package static func connected(_ size: Int) -> [MemoryTransport] {
    let exchange = Exchange()
    return (0..<size).map { MemoryTransport(rank: $0, size: size, exchange: exchange) }
  }

  /// True after a rank has called `abort(_:)`.
  package var isAborted: Bool { exchange.state.withLock { $0.isAborted } }

  package func send(
    _ numbers: UnsafeRawPointer, words: Int, to peer: Int, request: UnsafeMutablePointer<Int>
  ) throws(RankError) {
    let message = Array(UnsafeBufferPointer(start: numbers.assumingMemoryBound(to: UInt32.self), count: words))
    exchange.state.withLock { $0.queues[[rank, peer], default: []].append(message) }
    request.pointee = 0
  }

  package func receive(
    _ numbers: UnsafeMutableRawPointer, words: Int, from peer: Int, request: UnsafeMutablePointer<Int>
  ) throws(RankError) {
    let waiting = Waiting(numbers: numbers, words: words, peer: peer)
    request.pointee = requests.withLock { requests in
      defer { requests.next += 1 }
      requests.waiting[requests.next] = waiting
      return requests.next
    }
  }

  /// True if a request is done. Messages of one sender are assigned to requests in the order of the requests.
  package func isDone(_ request: UnsafeMutablePointer<Int>) throws(RankError) -> Bool {
    let number = request.pointee
    if number == 0 { return true }
    let waiting = requests.withLock { requests -> Waiting? in
      guard let own = requests.waiting[number] else { return nil }
      return requests.waiting.contains { $0.key < number && $0.value.peer == own.peer } ? nil : own
    }
    guard let waiting else { return false }
    let message = exchange.state.withLock { state -> [UInt32]? in
      guard let first = state.queues[[waiting.peer, rank]]?.first else { return nil }
      state.queues[[waiting.peer, rank]]?.removeFirst()
      return first
    }
    guard let message else { return false }
    guard message.count <= waiting.words else {
      throw .failedCall(
        name: "receive", reason: "a message of \(message.count) words, expected at most \(waiting.words)")
    }
    message.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { waiting.numbers.copyMemory(from: start, byteCount: bytes.count) }
    }
    requests.withLock { _ = $0.waiting.removeValue(forKey: number) }
    request.pointee = 0
    return true
  }

  package func abort(_ status: Int32) { exchange.state.withLock { $0.isAborted = true } }

  package func finalize() {}
}

extension RankGroup {
  /// The groups of `size` ranks that are threads of this process, by rank. For tests alone: several modules' tests use them.
  ///
  /// - Parameter hosts: the number of hosts that the ranks claim to run on.
  package static func inMemory(_ size: Int, hosts: Int = 1) -> [RankGroup] {
    MemoryTransport.connected(size).map { transport in
      RankGroup(
        transport, library: "memory", hostNames: (0..<size).map { "host\($0)" }, hosts: hosts, ranksOnHost: size)
    }
  }
}
