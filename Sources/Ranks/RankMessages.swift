import Dispatch
import Files

/// Messages that are exchanged together and repeatedly. Their memory and order are fixed on creation; an exchange
/// allocates nothing.
///
/// The messages' memory lives as long as this object. After a failed exchange both live to the end of the process: a
/// library of MPI may write a message that arrives late into the memory of its receive. A message that has begun to
/// arrive cannot be canceled, and if its sender has failed, its end never comes.
package final class RankMessages: @unchecked Sendable {
  // Unchecked: run by one thread at a time.
  /// The nanoseconds of all exchanges so far, the wait for other ranks included.
  package private(set) var nanoseconds: UInt64 = 0
  /// The bytes that this rank sends in an exchange: the mean of all so far; before the first, the largest number.
  package var bytesSent: Int {
    exchanges == 0 ? transfers.reduce(0) { $0 + ($1.isSent ? 4 * $1.words : 0) } : 4 * wordsSent / exchanges
  }

  private var exchanges = 0
  private var wordsSent = 0
  private let group: RankGroup
  private let transfers: UnsafeMutableBufferPointer<Transfer>
  /// The owners of the messages' memory.
  private let memory: [AnyObject]
  private let requests: UnsafeMutablePointer<Int>
  /// The indices of all messages, those of pending ones first.
  private let order: UnsafeMutablePointer<Int>

  /// The objects whose exchange failed.
  private static let failed = Guarded<[RankMessages]>([])

  /// - Parameter messages: two ranks list the messages between them in the same order.
  package init(_ group: RankGroup, _ messages: [Message]) {
    self.group = group
    memory = messages.map(\.memory)
    let parts = messages.flatMap { $0.transfer.parts }
    // Receives first: a message that arrives early then goes to its memory at once.
    let all = parts.filter { !$0.isSent } + parts.filter(\.isSent)
    transfers = .allocate(capacity: all.count)
    _ = transfers.initialize(from: all)
    requests = .allocate(capacity: max(all.count, 1))
    order = .allocate(capacity: max(all.count, 1))
  }

  deinit {
    transfers.deallocate()
    requests.deallocate()
    order.deallocate()
  }

  /// The messages of an exchange in which every rank sends the numbers that it owns to all others.
  ///
  /// - Parameters:
  ///   - numbers: all numbers.
  ///   - ranges: the range of each rank.
  ///   - memory: the owner of the numbers.
  package convenience init<Number: BitwiseCopyable>(
    gathering numbers: UnsafeMutablePointer<Number>, ranges: [Range<Int>], of memory: AnyObject, _ group: RankGroup
  ) {
    let own = ranges[group.rank]
    let messages = group.others.flatMap { peer in
      [
        Message.receive(numbers + ranges[peer].lowerBound, count: ranges[peer].count, of: memory, from: peer),
        .send(numbers + own.lowerBound, count: own.count, of: memory, to: peer),
      ]
    }
    self.init(group, messages)
  }

  /// Exchanges the messages, and returns when all are complete.
  ///
  /// - Throws: `RankError`; every later exchange of the group then throws the same error.
  package func run() throws(RankError) {
    if let failure = group.failure { throw failure }
    let beginning = DispatchTime.now().uptimeNanoseconds
    defer { nanoseconds &+= DispatchTime.now().uptimeNanoseconds - beginning }
    do throws(RankError) {
      try start()
      try wait()
    } catch {
      Self.failed.withLock { $0.append(self) }
      group.fail(error)
      throw error
    }
  }

  private func start() throws(RankError) {
    let transport = group.transport
    exchanges += 1
    for index in 0..<transfers.count {
      let transfer = transfers[index]
      requests[index] = 0
      order[index] = index
      if transfer.isSent {
        let words = transfer.currentWords
        wordsSent += words
        try transport.send(transfer.numbers, words: words, to: transfer.peer, request: requests + index)
      } else {
        try transport.receive(
          transfer.numbers, words: transfer.words, from: transfer.peer, request: requests + index)
      }
    }
  }

  private func wait() throws(RankError) {
    let transport = group.transport
    var pending = transfers.count
    guard pending > 0 else { return }
    var loop = WaitingLoop(isCrowded: group.isCrowded)
    var hasWarned = false
    while true {
      var index = 0
      var arrived = false
      while index < pending {
        if try transport.isDone(requests + order[index]) {
          pending -= 1
          order[index] = order[pending]
          arrived = true
        } else {
          index += 1
        }
      }
      if pending == 0 { return }
      if arrived {
        loop = WaitingLoop(isCrowded: group.isCrowded)
        continue
      }
      loop.pause()
      if loop.seconds >= group.warningDelay, !hasWarned {
        hasWarned = true
        group.warn(about: silent(pending), seconds: loop.seconds)
      }
      if loop.seconds >= group.timeout {
        throw .silent(ranks: silent(pending).map(group.name), seconds: RankGroup.whole(group.timeout))
      }
    }
  }

  /// The ranks, in ascending order, from which a message is pending; if there are none, those to which one is pending.
  private func silent(_ pending: Int) -> [Int] {
    let waiting = (0..<pending).map { transfers[order[$0]] }
    let senders = Set(waiting.filter { !$0.isSent }.map(\.peer))
    return (senders.isEmpty ? Set(waiting.map(\.peer)) : senders).sorted()
  }
}
