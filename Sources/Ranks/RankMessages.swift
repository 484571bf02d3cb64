import Dispatch

/// Messages that are exchanged together and repeatedly. Their memory and order are fixed on creation; an exchange
/// allocates nothing.
package final class RankMessages: @unchecked Sendable {
  // Unchecked: run by one thread at a time.
  /// One message of this rank.
  package struct Message {
    let peer: Int
    let isSent: Bool
    let numbers: UnsafeMutableRawPointer
    /// The number of words; if it varies, the largest.
    let words: Int
    /// The number of words to send in the next exchange, those of the message's other parts included; nil if it does not
    /// vary.
    var length: UnsafePointer<Int>?
    /// The number of words in earlier parts of a divided message.
    var before = 0

    /// A message to another rank: `words` numbers of 32 bits.
    package static func send(_ numbers: UnsafeRawPointer, words: Int, to peer: Int) -> Message {
      Message(peer: peer, isSent: true, numbers: UnsafeMutableRawPointer(mutating: numbers), words: words)
    }

    /// A message whose length varies from exchange to exchange.
    ///
    /// - Parameters:
    ///   - words: the largest length.
    ///   - length: the length of the next exchange; in memory that lives as long as the messages.
    package static func send(
      _ numbers: UnsafeRawPointer, upTo words: Int, length: UnsafePointer<Int>, to peer: Int
    ) -> Message {
      Message(
        peer: peer, isSent: true, numbers: UnsafeMutableRawPointer(mutating: numbers), words: words, length: length)
    }

    /// - Parameter words: the length, or the largest one if it varies.
    package static func receive(_ numbers: UnsafeMutableRawPointer, words: Int, from peer: Int) -> Message {
      Message(peer: peer, isSent: false, numbers: numbers, words: words)
    }

    /// The number of words of this part in the next exchange.
    var currentWords: Int { length.map { min(words, max(0, $0.pointee - before)) } ?? words }
  }

  /// The nanoseconds of all exchanges so far, the wait for other ranks included.
  package private(set) var nanoseconds: UInt64 = 0
  /// The bytes that this rank sends in an exchange: the mean of all so far; before the first, the largest number.
  package var bytesSent: Int {
    exchanges == 0 ? messages.reduce(0) { $0 + ($1.isSent ? 4 * $1.words : 0) } : 4 * wordsSent / exchanges
  }

  private var exchanges = 0
  private var wordsSent = 0
  private let group: RankGroup
  private let messages: UnsafeMutableBufferPointer<Message>
  private let requests: UnsafeMutablePointer<Int>
  /// The indices of all messages, those of pending ones first.
  private let order: UnsafeMutablePointer<Int>

  /// The largest number of words of one MPI message, whose count is a 32-bit integer; longer messages are divided.
  private static let mostWords = 1 << 28

  /// - Parameter messages: two ranks list the messages between them in the same order. Their memory must live as long as
  ///   this object.
  package init(_ group: RankGroup, _ messages: [Message]) {
    self.group = group
    // Receives first: a message that arrives early then goes to its memory at once.
    let all = Self.cut(messages).filter { !$0.isSent } + Self.cut(messages).filter(\.isSent)
    self.messages = .allocate(capacity: all.count)
    _ = self.messages.initialize(from: all)
    requests = .allocate(capacity: max(all.count, 1))
    order = .allocate(capacity: max(all.count, 1))
  }

  deinit {
    messages.deallocate()
    requests.deallocate()
    order.deallocate()
  }

  private static func cut(_ messages: [Message]) -> [Message] {
    messages.flatMap { message in
      stride(from: 0, to: message.words, by: mostWords).map { first in
        Message(
          peer: message.peer, isSent: message.isSent, numbers: message.numbers + 4 * first,
          words: min(mostWords, message.words - first), length: message.length, before: first)
      }
    }
  }

  /// The messages of an exchange in which every rank sends the numbers that it owns to all others.
  ///
  /// - Parameters:
  ///   - numbers: the memory of all numbers.
  ///   - words: the range of each rank, in words of four bytes.
  package convenience init(gathering numbers: UnsafeMutableRawPointer, words: [Range<Int>], _ group: RankGroup) {
    let own = words[group.rank]
    let messages = group.others.flatMap { peer in
      [
        Message.receive(numbers + 4 * words[peer].lowerBound, words: words[peer].count, from: peer),
        .send(numbers + 4 * own.lowerBound, words: own.count, to: peer),
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
      group.fail(error)
      throw error
    }
  }

  private func start() throws(RankError) {
    let transport = group.transport
    exchanges += 1
    for index in 0..<messages.count {
      let message = messages[index]
      requests[index] = 0
      order[index] = index
      if message.isSent {
        let words = message.currentWords
        wordsSent += words
        try transport.send(message.numbers, words: words, to: message.peer, request: requests + index)
      } else {
        try transport.receive(message.numbers, words: message.words, from: message.peer, request: requests + index)
      }
    }
  }

  private func wait() throws(RankError) {
    let transport = group.transport
    var pending = messages.count
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
    let waiting = (0..<pending).map { messages[order[$0]] }
    let senders = Set(waiting.filter { !$0.isSent }.map(\.peer))
    return (senders.isEmpty ? Set(waiting.map(\.peer)) : senders).sorted()
  }
}
